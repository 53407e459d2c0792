// The Node this project runs on: the one npm installed beside the other packages. Whatever started
// us may be as old as Node 20, which cannot read TypeScript.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

const OLDEST_MAJOR = 24
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']
// npm forwards a Ctrl-C that the terminal has already sent to all of us: that is one wish, not two.
const SAME_WISH_MS = 1_000

const platform = `${process.platform}-${process.arch}`

/** Path of Node 24 or newer, or null where there is none for this platform. */
export const node24 = (root) => {
  const installed = join(root, 'node_modules', `node-${platform}`, 'bin', 'node')
  if (existsSync(installed)) return installed
  return Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR ? process.execPath : null
}

export const noNode24 = () =>
  [
    `没有适用于 ${platform} 的 Node ${OLDEST_MAJOR}；请自行安装 Node ${OLDEST_MAJOR} 并用它运行。`,
    `npm has no Node ${OLDEST_MAJOR} for ${platform}: install it yourself and run with it.`,
  ].join('\n')

/**
 * Runs a TypeScript file on Node 24 in our place: same terminal, signals passed on, and its exit
 * code (or 128 + signal, as shells say it).
 */
export const runOnNode24 = (root, args) =>
  new Promise((resolve) => {
    const node = node24(root)
    if (node === null) {
      process.stderr.write(`${noNode24()}\n`)
      resolve(1)
      return
    }
    const child = spawn(node, args, { stdio: 'inherit' })
    const lastAt = new Map()
    const forward = (signal) => {
      const now = performance.now()
      const before = lastAt.get(signal) ?? -SAME_WISH_MS
      if (now - before < SAME_WISH_MS) return
      lastAt.set(signal, now)
      child.kill(signal)
    }
    for (const signal of FORWARDED) process.on(signal, forward)
    child.once('error', (error) => {
      process.stderr.write(`${node}: ${error.message}\n${noNode24()}\n`)
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
