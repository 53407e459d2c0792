// The door of every npm script: what it installs, what it runs, and how it stops. Each test has a
// little project of its own, with a Node that is linked and an npm that only writes down.

import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

const LOCK = JSON.stringify({
  packages: {
    '': {},
    'node_modules/needed': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
})
const INSTALLED = JSON.stringify({
  packages: { 'node_modules/needed': { version: '1.0.0', integrity: 'sha512-a' } },
})

const MAIN = `
let told = 0
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  told += 1
  process.stdout.write(signal + ' ' + told + '\\n')
  setTimeout(() => process.exit(told === 1 ? 0 : 9), 300)
})
process.stdout.write('runs ' + JSON.stringify(process.argv.slice(2)) + '\\n')
if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]))
setInterval(() => {}, 1000)
`

let root: string
const at = (path: string) => join(root, path)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'prewatt-bootstrap-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await cp('tools/bootstrap', at('tools/bootstrap'), { recursive: true })
  await cp('tools/bootstrap.mjs', at('tools/bootstrap.mjs'))
  await cp('bin', at('bin'), { recursive: true })
  const node = at(`node_modules/node-${process.platform}-${process.arch}/bin`)
  for (const folder of [node, at('node_modules/needed'), at('src'), at('fake')]) {
    await mkdir(folder, { recursive: true })
  }
  await symlink(process.execPath, join(node, 'node'))
  await writeFile(at('node_modules/needed/package.json'), '{}')
  await writeFile(at('package-lock.json'), LOCK)
  await writeFile(at('node_modules/.package-lock.json'), INSTALLED)
  await writeFile(at('src/main.ts'), MAIN)
  await writeFile(at('src/prewatt.ts'), MAIN)
  await npmThat('exit 0')
})

const npmThat = async (does: string): Promise<void> => {
  await writeFile(at('fake/npm'), `#!/bin/sh\necho "$@" >> '${at('npm.log')}'\n${does}\n`)
  await chmod(at('fake/npm'), 0o755)
}

const npmCalls = async (): Promise<string[]> =>
  (await readFile(at('npm.log'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

type Run = { process: ChildProcess; said: () => string; end: Promise<number | string | null> }

const run = (file: string, ...args: string[]): Run => {
  const env = { ...process.env, PATH: `${at('fake')}:${process.env.PATH}` }
  const child = spawn(process.execPath, [at(file), ...args], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      said += String(piece)
    })
  }
  const end = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  return { process: child, said: () => said, end }
}

const start = (...args: string[]) => run('tools/bootstrap.mjs', 'start', ...args)

const untilSaid = async ({ said }: Run, word: string): Promise<void> => {
  while (!said().includes(word)) await pause(20)
}

test('arguments go through, and so does the exit code', async () => {
  const started = start('--', 'exit', '7', '--sim-load', '20')
  expect(await started.end).toBe(7)
  expect(started.said()).toContain('runs ["exit","7","--sim-load","20"]')
  const command = run('bin/prewatt.mjs', 'exit', '3')
  expect(await command.end).toBe(3)
})

test('what agrees with the lock file is not installed again', async () => {
  expect(await start('exit', '0').end).toBe(0)
  expect(await start('exit', '0').end).toBe(0)
  expect(await npmCalls()).toEqual([])
})

test.each([
  ['a package of another content', () => writeFile(at('package-lock.json'), changed('sha512-c'))],
  ['a package that is gone', () => rm(at('node_modules/needed'), { recursive: true })],
  ['a missing record', () => rm(at('node_modules/.package-lock.json'))],
])('%s is installed once, with npm ci', async (_, spoil) => {
  await spoil()
  expect(await start('exit', '0').end).toBe(0)
  expect(await start('exit', '0').end).toBe(0)
  expect(await npmCalls()).toEqual([
    'ci --include=dev --include=optional --no-audit --no-fund --loglevel=error',
  ])
})

const changed = (integrity: string) => LOCK.replace('sha512-a', integrity)

test('two commands at once in a fresh checkout install once', async () => {
  await rm(at('node_modules/.package-lock.json'))
  await npmThat('sleep 0.5')
  const ends = await Promise.all([start('exit', '0').end, start('exit', '0').end])
  expect(ends).toEqual([0, 0])
  expect(await npmCalls()).toHaveLength(1)
})

test('a failed installation stops with its reason and is tried again next time', async () => {
  await rm(at('node_modules/.package-lock.json'))
  await npmThat('exit 4')
  const failed = start('exit', '0')
  expect(await failed.end).toBe(1)
  expect(failed.said()).toContain('npm ci 失败 / failed (4)')
  await npmThat('exit 0')
  expect(await start('exit', '0').end).toBe(0)
})

test('a Ctrl-C that reaches everyone, twice, is told to the program once', async () => {
  const started = start()
  await untilSaid(started, 'runs')
  const group = -(started.process.pid ?? 0)
  process.kill(group, 'SIGINT')
  process.kill(started.process.pid ?? 0, 'SIGINT')
  expect(await started.end).toBe(0)
  expect(started.said()).toContain('SIGINT 1')
  expect(started.said()).not.toContain('SIGINT 2')
})

test('SIGTERM stops the program, and its exit code is ours', async () => {
  const started = start()
  await untilSaid(started, 'runs')
  started.process.kill('SIGTERM')
  expect(await started.end).toBe(0)
  expect(started.said()).toContain('SIGTERM 1')
})

test('kill -9 of the door tells the program to stop', async () => {
  const started = start()
  await untilSaid(started, 'runs')
  started.process.kill('SIGKILL')
  await untilSaid(started, 'SIGTERM 1')
  expect(await started.end).toBe('SIGKILL')
})

test('an unknown command is refused with the known ones', async () => {
  const started = run('tools/bootstrap.mjs', 'strat')
  expect(await started.end).toBe(2)
  expect(started.said()).toContain('start | test')
})
