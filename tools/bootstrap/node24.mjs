// The Node this project runs on: the one npm installed beside the other packages. Whatever started
// us may be as old as Node 20, which cannot read TypeScript.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

import { say } from './progress.mjs'

const OLDEST_MAJOR = 24
// A Ctrl-C comes from the terminal and once more from npm: one wish, not two.
const SAME_WISH_MS = 1_000
const PARENT_LOOK_EVERY_MS = 500

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

// The child gets a session of its own, so that a signal to our whole group reaches it through us
// only, and once. The price is that a kill -9 of the group would spare it: where util-linux is
// there, the kernel tells the child that we died.
const spawnBelow = (node, args) => {
  const options = { stdio: 'inherit', detached: true }
  const death = ['--pdeathsig', 'TERM']
  const kernelTells = spawnSync('setpriv', [...death, 'true']).status === 0
  return kernelTells
    ? spawn('setpriv', [...death, '--', node, ...args], options)
    : spawn(node, args, options)
}

/** Under npm, the end of npm (also by kill -9) is the wish to stop; a shell may well leave us. */
const whenNpmEnds = (run) => {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const look = () => {
    if (process.ppid !== parent) run()
  }
  setInterval(look, PARENT_LOOK_EVERY_MS).unref()
}

/**
 * Runs a TypeScript file on Node 24 in our place: same terminal, SIGINT and SIGTERM passed on, and
 * its exit code (or 128 + signal, as shells say it).
 */
export const runOnNode24 = (root, args) =>
  new Promise((resolve) => {
    const node = node24(root)
    if (node === null) {
      say(noNode24())
      resolve(1)
      return
    }
    const child = spawnBelow(node, args)
    const lastAt = new Map()
    const forward = (signal) => {
      const now = performance.now()
      const before = lastAt.get(signal) ?? -SAME_WISH_MS
      lastAt.set(signal, now)
      if (now - before >= SAME_WISH_MS) child.kill(signal)
    }
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    whenNpmEnds(() => forward('SIGTERM'))
    child.once('error', (error) => {
      say(`${node}: ${error.message}\n${noNode24()}`)
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
