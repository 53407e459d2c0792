import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import { eventually } from '../../test/eventually.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import type { ReadRoundItem, ReadUnit } from '../http/contract/rounds.ts'
import type { Log } from '../ports/log.ts'
import { must } from '../shared/assert.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import { type GatewayId, gatewayId, meterId, type Uuid } from '../shared/ids.ts'
import { claimWork } from '../work/store.ts'
import { endOverdueCommands } from './overdue.ts'
import { runReadWork } from './read-bus.ts'
import { type ItemGroup, itemsOfRound, roundById } from './read-round-store.ts'
import { createReadRound, stopReadRound } from './read-rounds.ts'
import { READ_WORK } from './read-store.ts'
import { startControlWorker } from './worker.ts'

let rig: ControlRig
const NEVER = new AbortController().signal

beforeAll(async () => {
  rig = await controlRig()
})
afterAll(() => rig.drop())

const idsOf = (meters: readonly LyingMeter[]) => meters.map((meter) => meter.driver.meterId)
let keys = 0
const begin = (unit: ReadUnit, requestId = `round-${++keys}`): Promise<Uuid> =>
  createReadRound(rig.deps, rig.complex.clerk, requestId, {
    complexId: rig.complex.complexId,
    unit,
  })
const seen = (round: Uuid) =>
  rig.deps.db.as(rig.complex.clerk, async (tx) =>
    must(await roundById(tx, round, 'en'), 'the round exists'),
  )
const items = (round: Uuid, group: ItemGroup = 'all'): Promise<ReadRoundItem[]> =>
  rig.deps.db.as(rig.complex.clerk, async (tx) => {
    const found = must(await roundById(tx, round, 'en'), 'the round exists')
    return itemsOfRound(tx, found, { after: null, group, limit: 1_000 })
  })
const untilEnded = async (round: Uuid): Promise<void> => {
  for (let i = 0; i < 100 && (await seen(round)).endedAt === null; i++) {
    if (!(await rig.round())) rig.clock.skip(1_000)
  }
}

describe('a round', () => {
  test('brings home what each meter says, with the time of it', async () => {
    const meters = [rig.hang({ balanceFen: 4_321 }), rig.hang()]
    const round = await begin({ meterIds: idsOf(meters) })
    expect(await seen(round)).toMatchObject({
      total: 2,
      endedAt: null,
      counts: { waiting: 2, reading: 0, read: 0, failed: 0, cancelled: 0 },
    })
    await untilEnded(round)
    expect(await seen(round)).toMatchObject({
      counts: { waiting: 0, read: 2 },
      endedAt: expect.any(String),
      stoppedAt: null,
    })
    expect((await items(round))[0]).toMatchObject({
      state: 'confirmed',
      balanceFen: 4_321,
      energyWh: 123_450,
      relay: 'closed',
      readAt: expect.stringMatching(/\+08:00$/),
      reason: null,
    })
  })
  test('says of each meter that was not read why not, after asking three times', async () => {
    const [sound, silent] = [rig.hang(), rig.hang({ silent: true })]
    const round = await begin({ meterIds: idsOf([sound, silent]) })
    await untilEnded(round)
    expect(await items(round, 'failed')).toMatchObject([
      { meterId: silent.driver.meterId, state: 'failed', reason: 'timeout', attempts: 3 },
    ])
    expect(await items(round, 'read')).toHaveLength(1)
  })
  test('with the same key is begun once, and names one unit', async () => {
    const meterIds = idsOf([rig.hang()])
    expect(await begin({ meterIds }, 'same')).toBe(await begin({ meterIds }, 'same'))
    const wrong: ReadUnit[] = [{}, { all: true, gatewayId: 1 }, { floor: 3 }]
    for (const unit of wrong) await expect(begin(unit)).rejects.toThrow('invalid_input')
    await expect(begin({ meterIds: [999_999] })).rejects.toThrow('not_found')
  })
  test('of a meter that no collector serves is given up within the minute', async () => {
    const unserved = await rig.rows<{ id: number }>('select max(meter_id) as id from meter')
    const id = meterId(must(unserved[0], 'a meter').id)
    const round = await begin({ meterIds: [id] })
    await untilEnded(round)
    expect(await items(round)).toMatchObject([{ state: 'failed', reason: 'notServed' }])
  })
  test('of a disabled gateway is refused before anything is asked', async () => {
    const { meterId: id } = rig.hang().driver
    await rig.rows('update gateway set enabled = false')
    const round = await begin({ meterIds: [id] })
    await rig.rows('update gateway set enabled = true')
    expect(await seen(round)).toMatchObject({
      total: 0,
      refused: [{ meterId: id, code: 'gateway_disabled' }],
      endedAt: expect.any(String),
    })
  })
})

describe('stopping', () => {
  test('takes back what was not asked; what is on the wire ends by itself', async () => {
    const meters = Array.from({ length: 3 }, () => rig.hang())
    const round = await begin({ meterIds: idsOf(meters) })
    let answer = () => {}
    const onWire = new Promise<void>((resolve) => {
      answer = resolve
    })
    for (const meter of meters) {
      const { readStatus } = meter.driver
      meter.driver.readStatus = (priority) => onWire.then(() => readStatus(priority))
    }
    const claim = { kinds: [READ_WORK], holder: 'test', limit: 9, leaseMs: 60_000 }
    const [work] = await claimWork(rig.deps.db, claim)
    const slice = runReadWork(rig.deps, must(work, 'the bus has work'), NEVER)
    while ((await seen(round)).counts.reading < 2) await new Promise((r) => setTimeout(r, 5))
    await stopReadRound(rig.deps, rig.complex.clerk, round)
    answer()
    expect(await slice).toEqual({ round: 'ended' })
    expect(await seen(round)).toMatchObject({
      counts: { read: 2, cancelled: 1, waiting: 0, reading: 0 },
      stoppedAt: expect.any(String),
    })
    await stopReadRound(rig.deps, rig.complex.clerk, round)
  })
})

test('no order waits for a round: a trip overtakes it', async () => {
  const gateways = await rig.rows<{ id: GatewayId }>('select gateway_id as id from gateway')
  const errors: string[] = []
  const log: Log = { info: () => {}, warn: () => {}, error: (text) => errors.push(text) }
  const meters = Array.from({ length: 6 }, () => rig.hang())
  let answer = () => {}
  const onWire = new Promise<void>((resolve) => {
    answer = resolve
  })
  for (const meter of meters) {
    const { readStatus } = meter.driver
    meter.driver.readStatus = (priority) => onWire.then(() => readStatus(priority))
  }
  const round = await begin({ meterIds: idsOf(meters) })
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const worker = startControlWorker({
    ...rig.deps,
    clock: { ...rig.clock, sleep: () => pause(2) },
    holder: 'test',
    log,
    gateways: () => gateways.map(({ id }) => gatewayId(id)),
  })
  while ((await seen(round)).counts.reading < 2) await pause(5)
  const tripped = rig.hang()
  const order = await rig.order(tripped, 'tripped')
  await eventually(async () => (await rig.now(order)).endedAt !== null)
  expect((await rig.now(order)).state).toBe('confirmed')
  expect((await seen(round)).counts.read).toBe(0)
  answer()
  while ((await seen(round)).endedAt === null) await pause(5)
  await worker.stop()
  expect((await seen(round)).counts.read).toBe(6)
  expect(errors).toEqual([])
})

test('a question that nobody carried out ends by itself, and needs no person', async () => {
  const round = await begin({ meterIds: idsOf([rig.hang()]) })
  await rig.rows(
    `update command set state = 'sent', sent_at = queued_at, deadline = $2 where batch_id = $1`,
    [round, sqlTime(plusMs(rig.clock.now(), -200_000))],
  )
  await endOverdueCommands(rig.deps)
  expect(await items(round)).toMatchObject([{ state: 'failed', reason: 'deadlinePassed' }])
})
