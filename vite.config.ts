// Builds the operator console (操作台) from src/web/operator into dist/web; the server serves it.
// In development the pages come from here and everything else from the server on port 8080.

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = 'http://127.0.0.1:8080'

export default defineConfig(({ mode }) => {
  // The test runner reads this file too, and its root is the whole tree.
  if (mode === 'test') return {}
  return {
    root: 'src/web/operator',
    base: '/',
    plugins: [react()],
    build: {
      outDir: '../../../dist/web',
      emptyOutDir: true,
      // Chromium 109 is the last engine for Windows 7, which property offices still run.
      target: 'chrome109',
      // A data: URI would need its own clause in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      proxy: { '/api': SERVER, '/docs': SERVER, '/healthz': SERVER, '/readyz': SERVER },
    },
  }
})
