import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlRig, controlRig, ordersOf } from '../../test/control-rig.ts'
import type { Command } from '../http/contract/commands.ts'
import type { Log } from '../ports/log.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import { createBell } from '../work/bell.ts'
import { type ControlWorkerDeps, startControlWorker } from './worker.ts'

const PAUSE_MS = 5
const TURNS_MAX = 10_000
const A_MOMENT_MS = 100

let rig: ControlRig
const errors: string[] = []
const log: Log = { info: () => {}, warn: () => {}, error: (text) => errors.push(text) }

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS))

// Virtual time that leaves the real machine some breath between two looks.
const deps = (): ControlWorkerDeps => ({
  ...rig.deps,
  clock: {
    ...rig.clock,
    sleep: async () => {
      rig.clock.skip(PAUSE_MS)
      await pause()
    },
  },
  holder: 'here',
  log,
})

const lease = (holder: string) =>
  rig.rows(
    `insert into lease (complex_id, gateway_id, holder, token, expires_at)
     select complex_id, gateway_id, $1, 1, $2 from gateway
     on conflict (complex_id, gateway_id) do update set holder = $1`,
    [holder, sqlTime(plusMs(rig.clock.now(), 86_400_000))],
  )

beforeAll(async () => {
  rig = await controlRig()
})
afterAll(() => rig.drop())

const states = async (command: Command): Promise<string[]> => {
  const found = await rig.rows<{ state: string }>(
    'select state from command where batch_id = $1 order by command_id',
    [command.commandId],
  )
  return found.map((row) => row.state)
}

const settles = async (command: Command): Promise<string[]> => {
  for (let i = 0; i < TURNS_MAX; i++) {
    const now = await states(command)
    if (now.every((state) => state === 'confirmed' || state === 'failed')) return now
    await pause()
  }
  return states(command)
}

test('carries out what is queued for the gateways leased to it, and stops when told', async () => {
  await lease('here')
  const meters = [rig.hang(), rig.hang({ kept: true }), rig.hang()]
  const worker = startControlWorker(deps())
  const meterIds = meters.map((meter) => meter.driver.meterId)
  const command = await rig.send({ kind: 'setMode', meterIds, params: { mode: 'tripped' } })
  expect(await settles(command)).toEqual(['confirmed', 'confirmed', 'confirmed'])
  await worker.stop()
  expect(meters.map(ordersOf)).toEqual(['trip', 'keepOff trip', 'trip'])
  const open = await rig.rows('select from work where done_at is null')
  expect(open).toEqual([])
  expect(errors).toEqual([])
})

test('leaves the gateways of another process alone', async () => {
  await lease('elsewhere')
  const meter = rig.hang()
  const worker = startControlWorker(deps())
  const command = await rig.order(meter, 'tripped')
  for (let i = 0; i < 10; i++) await pause()
  await worker.stop()
  expect(await states(command)).toEqual(['queued'])
  expect(meter.orders).toEqual([])
})

test('a round that throws is tried again', async () => {
  await lease('here')
  const meter = rig.hang()
  const { readRelay } = meter.driver
  let calls = 0
  meter.driver.readRelay = (priority) => {
    calls++
    return calls === 1 ? Promise.reject(new Error('a bug')) : readRelay(priority)
  }
  const worker = startControlWorker(deps())
  const command = await rig.order(meter, 'tripped')
  for (let i = 0; i < TURNS_MAX && calls === 0; i++) await pause()
  rig.clock.skip(6_000)
  expect(await settles(command)).toEqual(['confirmed'])
  await worker.stop()
  expect(errors).toEqual(['control work failed'])
})

test('an order is carried out when the bell rings, not at the next look', async () => {
  await lease('here')
  const meter = rig.hang()
  const bell = createBell()
  // Nobody looks again by himself: time stands still, but for the moment after a ring.
  const asleep = (ms: number, signal?: AbortSignal) =>
    ms < A_MOMENT_MS
      ? pause()
      : new Promise<void>((wake) => signal?.addEventListener('abort', () => wake()))
  const worker = startControlWorker({
    ...deps(),
    clock: { ...rig.clock, sleep: asleep },
    bell,
  })
  for (let i = 0; i < 20; i++) await pause()
  const command = await rig.order(meter, 'tripped')
  for (let i = 0; i < 20; i++) await pause()
  expect(await states(command)).toEqual(['queued'])
  bell.ring()
  expect(await settles(command)).toEqual(['confirmed'])
  await worker.stop()
})
