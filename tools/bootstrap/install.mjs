// Keeps node_modules the way package-lock.json says. When nothing changed this costs one hash; it
// works with install scripts blocked, and when two commands start at once in a fresh checkout.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join, sep } from 'node:path'

import { node24 } from './node24.mjs'
import { say, secondsSince } from './progress.mjs'

const STAMP = '.prewatt-lock-hash'
const INSTALL = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
]

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Missing or unreadable: in both cases there is nothing to rely on.
    return ''
  }
}

const stampOf = (root) => {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex')
  return `${hash} ${process.platform}-${process.arch}\n`
}

const isStamped = (root) =>
  read(join(root, 'node_modules', STAMP)) === stampOf(root) && node24(root) !== null

const packagesOf = (text) => (text === '' ? {} : (JSON.parse(text).packages ?? {}))

/** Whether npm's own record of what it installed agrees with the lock file. */
const agreesWithLock = (root) => {
  const wanted = packagesOf(read(join(root, 'package-lock.json')))
  const present = packagesOf(read(join(root, 'node_modules', '.package-lock.json')))
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = present[path]
    // Optional packages of other platforms are left out on purpose.
    if (found === undefined) return entry.optional === true
    return found.integrity === entry.integrity && existsSync(join(root, path, 'package.json'))
  })
}

// node_modules/.bin comes first in PATH under npm and holds a Node that is about to be replaced.
const outsidePath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(`node_modules${sep}.bin`))
    .join(delimiter)

const npmCi = (root) =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: outsidePath() }
    const child = spawn('npm', INSTALL, { cwd: root, env, stdio: ['ignore', 2, 2] })
    child.once('error', (error) => reject(new Error(`npm: ${error.message}`)))
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ci 失败 / failed (${code})`)),
    )
  })

const listen = (name) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(name, () => resolve(server))
  })

const untilReleased = (name) =>
  new Promise((resolve) => {
    const socket = connect(name)
    socket.on('error', resolve)
    socket.on('close', resolve)
    socket.resume()
  })

/** Runs `work` while no other process does, by a name that the kernel frees when we die. */
const alone = async (root, work) => {
  if (process.platform !== 'linux') return work()
  const name = `\0prewatt-install-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`
  let server = await listen(name)
  while (server === null) {
    await untilReleased(name)
    server = await listen(name)
  }
  const waiting = new Set()
  server.on('connection', (socket) => {
    waiting.add(socket)
    socket.on('error', () => {})
  })
  try {
    return await work()
  } finally {
    for (const socket of waiting) socket.destroy()
    server.close()
  }
}

// npm links the programs of dependencies, not our own: `npx prewatt` looks for it here.
const linkOurs = (root) => {
  const folder = join(root, 'node_modules', '.bin')
  const link = join(folder, 'prewatt')
  mkdirSync(folder, { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(join('..', '..', 'bin', 'prewatt.mjs'), link)
}

const install = async (root) => {
  const stamp = stampOf(root)
  if (!agreesWithLock(root) || node24(root) === null) {
    const startedAt = performance.now()
    say('正在安装依赖（npm ci，首次约一分钟）… / Installing dependencies (npm ci) …')
    await npmCi(root)
    say(`依赖已安装 / Dependencies installed (${secondsSince(startedAt)} s)`)
  }
  linkOurs(root)
  writeFileSync(join(root, 'node_modules', STAMP), stamp)
}

/** Throws with a line for the operator when npm fails. */
export const ensureInstalled = async (root) => {
  if (isStamped(root)) return
  await alone(root, async () => {
    if (!isStamped(root)) await install(root)
  })
}
