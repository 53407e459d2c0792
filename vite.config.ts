// Builds the operator console (操作台) from src/web/operator into dist/web; the server serves it.
// In development the pages come from here and everything else from the server on port 8080.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { carriedBy, noticesText } from './tools/licences/third-party.ts'

const SERVER = 'http://127.0.0.1:8080'

/** Text files get a compressed twin once, here, so that no answer has to compress them. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle: ({ dir = '' }, bundle) => {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file))) {
      writeFileSync(join(dir, `${name}.gz`), gzipSync(readFileSync(join(dir, name)), { level: 9 }))
    }
  },
}

/** Whose work the pages carry, served beside them. */
const thirdParty: Plugin = {
  name: 'third-party',
  apply: 'build',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((part) => part.type === 'chunk')
    const source = noticesText(carriedBy(chunks.flatMap(({ moduleIds }) => moduleIds)))
    this.emitFile({ type: 'asset', fileName: 'third-party.txt', source })
  },
}

export default defineConfig(({ mode }) => {
  // The test runner reads this file too, and its root is the whole tree.
  if (mode === 'test') return {}
  return {
    root: 'src/web/operator',
    base: '/',
    plugins: [react(), compressed, thirdParty],
    build: {
      outDir: '../../../dist/web',
      emptyOutDir: true,
      // Chromium 109 is the last engine for Windows 7, which property offices still run.
      target: 'chrome109',
      // A data: URI would need its own clause in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 800,
      rolldownOptions: {
        output: {
          // Icons and our own small parts would otherwise be some forty requests for one page.
          codeSplitting: {
            groups: [
              { name: 'icons', test: /@ant-design[\\/]icons/ },
              { name: 'english', test: /src[\\/]web[\\/]text[\\/]en[\\/.]/ },
              { name: 'parts', test: /src[\\/]web[\\/](ui|text)[\\/]/ },
            ],
          },
        },
      },
    },
    server: {
      proxy: { '/api': SERVER, '/docs': SERVER, '/healthz': SERVER, '/readyz': SERVER },
    },
  }
})
