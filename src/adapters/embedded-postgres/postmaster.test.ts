// What postmaster.pid and the operating system say.

import { expect, test } from 'vitest'
import { osProcess, parsePs } from './os-process.ts'
import { parsePostmaster } from './postmaster.ts'

const FILE = `4711
/data/postgres
1795363200
5432
/data/postgres

   262145    98304
ready   
`

test('the postmaster file tells pid, socket and readiness', () => {
  expect(parsePostmaster(FILE)).toEqual({
    pid: 4711,
    port: 5432,
    socketFolder: '/data/postgres',
    ready: true,
  })
})

test.each([
  ['still starting', FILE.replace('ready   ', 'starting'), { ready: false }],
  ['just begun', '4711\n/data/postgres\n', { pid: 4711, ready: false }],
])('a file of a server %s is not ready', (_, text, expected) => {
  expect(parsePostmaster(text)).toMatchObject(expected)
})

test.each(['', '\n', 'garbage\n', '-5\n'])('%j is no postmaster file', (text) => {
  expect(parsePostmaster(text)).toBeNull()
})

test.each([
  ['Ss   postgres -D /data', { state: 'running', command: 'postgres -D /data' }],
  ['Z    (postgres)', { state: 'zombie' }],
  ['', { state: 'gone' }],
])('ps line %j', (line, expected) => {
  expect(parsePs(line)).toEqual(expected)
})

test('our own process is running, and no process has the highest number', async () => {
  expect(await osProcess(process.pid)).toMatchObject({ state: 'running' })
  expect(await osProcess(2_147_483_647)).toEqual({ state: 'gone' })
})
