// Builds the web pages into dist/web, only when a source changed since the last build.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { node24 } from './node24.mjs'
import { say, secondsSince } from './progress.mjs'

const ENTRY = 'src/web/operator/index.html'
const CONFIG = 'vite.config.ts'
const BUILT = 'dist/web'
const STAMP = 'dist/.web-stamp'

function* filesBelow(root, folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(root, path)
    else yield path
  }
}

const sources = (root) => [
  ...filesBelow(root, 'src/web'),
  ...[...filesBelow(root, 'src/http')].filter((path) => /\/contract[^/]*$/.test(path)),
  CONFIG,
  'package-lock.json',
]

const stampOf = (root) => {
  const hash = createHash('sha256')
  for (const path of sources(root).sort()) {
    const { mtimeMs, size } = statSync(join(root, path))
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex')
}

const isBuilt = (root, stamp) =>
  existsSync(join(root, BUILT)) &&
  existsSync(join(root, STAMP)) &&
  readFileSync(join(root, STAMP), 'utf8') === stamp

const vite = (root) =>
  new Promise((resolve) => {
    const args = ['node_modules/vite/bin/vite.js', 'build', '--config', CONFIG]
    // Pages built under a test runner or a developer's shell are the same pages.
    const env = { ...process.env, NODE_ENV: 'production' }
    const child = spawn(node24(root), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece) => {
        said += piece
      })
    }
    child.once('close', (code) => resolve({ code, said }))
  })

/** True when the pages are built or there are none yet; false when the build failed (and was told). */
export const ensureWeb = async (root) => {
  if (!existsSync(join(root, ENTRY)) || !existsSync(join(root, CONFIG))) {
    say('没有网页源码，只启动服务 / There are no web pages to build')
    return true
  }
  const stamp = stampOf(root)
  if (isBuilt(root, stamp)) return true
  say('正在生成网页… / Building the web pages …')
  const startedAt = performance.now()
  const { code, said } = await vite(root)
  if (code !== 0) {
    say(said)
    return false
  }
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(join(root, STAMP), stamp)
  say(`网页已生成 / Web pages built (${secondsSince(startedAt)} s)`)
  return true
}
