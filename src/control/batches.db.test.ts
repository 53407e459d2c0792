import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import { watched } from '../../test/statements.ts'
import type { BatchSummary } from '../http/contract/batches.ts'
import type { Command } from '../http/contract/commands.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'
import { batchSheet } from './batch-sheet.ts'
import { batchById, itemsOfBatch, listBatches, refusedOfBatch } from './batch-view-store.ts'
import { decideAllRests, pauseBatch, resumeBatch, stopBatch } from './batches.ts'
import { createCommands, selectCommands } from './commands.ts'
import { endOverdueCommands } from './overdue.ts'
import { seeUnknownLater } from './seen-later.ts'

const FIRST_ABOVE = 4

let rig: ControlRig

beforeAll(async () => {
  rig = await controlRig(60)
  await rig.rows(`update complex set settings = settings || '{"batchCanaryAbove": 4}'`)
})
afterAll(() => rig.drop())

const hangSeveral = (n: number, start: Partial<LyingMeter> = {}): LyingMeter[] =>
  Array.from({ length: n }, () => rig.hang({ lies: [], orders: [], ...start }))
const keep = (meters: readonly LyingMeter[]) =>
  rig.send({
    kind: 'setMode',
    meterIds: meters.map((meter) => meter.driver.meterId),
    params: { mode: 'kept', reason: '消防演练' },
  })
const system = systemScope('test')
const found = async (sent: Command) =>
  must(
    await rig.deps.db.as(system, (tx) => batchById(tx, uuid(sent.commandId))),
    'the batch is there',
  )
const summary = async (sent: Command): Promise<BatchSummary> => (await found(sent)).summary
const items = async (sent: Command) => {
  const batch = await found(sent)
  const page = { after: null, group: 'all' as const, limit: 100 }
  return rig.deps.db.as(system, (tx) => itemsOfBatch(tx, batch, page))
}
const act = (what: typeof pauseBatch, sent: Command) =>
  what(rig.deps, rig.complex.clerk, uuid(sent.commandId))
const ordered = (meters: readonly LyingMeter[]) =>
  meters.filter(({ orders }) => orders.length > 0).length
const settle = async () => {
  while (await rig.round());
}

describe('of a batch above the limit some go first', () => {
  test('and the rest follows when they have done it', async () => {
    const meters = hangSeveral(FIRST_ABOVE + 4)
    const sent = await keep(meters)
    expect(await summary(sent)).toMatchObject({ state: 'canary', canary: 'waiting', total: 8 })
    expect((await items(sent)).filter(({ first }) => first)).toHaveLength(3)
    await rig.round()
    expect(ordered(meters)).toBe(3)
    expect(await summary(sent)).toMatchObject({ state: 'running', canary: 'confirmed' })
    await settle()
    expect(await summary(sent)).toMatchObject({
      state: 'done',
      counts: { confirmed: 8, waiting: 0, underWay: 0 },
      endedAt: expect.any(String),
    })
    expect(meters.every(({ kept }) => kept)).toBe(true)
  })

  test('and where one of them fails, the rest is never sent and goes back', async () => {
    const refusing = Array.from({ length: 9 }, () => 'refused' as const)
    const meters = hangSeveral(FIRST_ABOVE + 2, { lies: refusing })
    const sent = await keep(meters)
    await settle()
    rig.clock.skip(4_000)
    await settle()
    const after = await summary(sent)
    expect(after).toMatchObject({ canary: 'failed', stopReason: 'canaryFailed' })
    expect(after.counts).toMatchObject({ waiting: 0, cancelled: 3 })
    expect(ordered(meters)).toBe(3)
    const rest = meters.filter(({ orders }) => orders.length === 0)
    expect(await Promise.all(rest.map(rig.modeOf))).toEqual(['prepaid', 'prepaid', 'prepaid'])
  })

  test('and where nobody could ask them, it stops all the same', async () => {
    const meters = hangSeveral(FIRST_ABOVE + 1, { silent: true })
    const sent = await keep(meters)
    rig.clock.skip(3_600_000)
    await endOverdueCommands(rig.deps)
    await decideAllRests(rig.deps)
    expect(await summary(sent)).toMatchObject({ state: 'stopped', canary: 'failed' })
    expect(ordered(meters)).toBe(0)
  })
})

describe('an operator', () => {
  test('pauses it: what was not sent waits, and goes on when he says so', async () => {
    const meters = hangSeveral(3)
    const sent = await keep(meters)
    await act(pauseBatch, sent)
    await settle()
    rig.clock.skip(600_000)
    await endOverdueCommands(rig.deps)
    await settle()
    expect(await summary(sent)).toMatchObject({ state: 'paused', counts: { waiting: 3 } })
    expect(ordered(meters)).toBe(0)
    await act(resumeBatch, sent)
    await expect(act(resumeBatch, sent)).rejects.toThrow('batch_not_paused')
    await settle()
    expect(await summary(sent)).toMatchObject({ state: 'done', counts: { confirmed: 3 } })
    await expect(act(resumeBatch, sent)).rejects.toThrow('batch_has_ended')
  })

  test('leaves it paused: after an hour it expires, and nothing was ever sent', async () => {
    const meters = hangSeveral(2)
    const sent = await keep(meters)
    await act(pauseBatch, sent)
    rig.clock.skip(3_700_000)
    await endOverdueCommands(rig.deps)
    await settle()
    expect(await summary(sent)).toMatchObject({ state: 'done', counts: { expired: 2 } })
    expect(ordered(meters)).toBe(0)
    expect(await rig.modeOf(must(meters[0], 'a meter'))).toBe('prepaid')
  })

  test('stops it: only what was not sent is cancelled', async () => {
    const [gone, ...rest] = hangSeveral(3, { lies: ['answerLost'], silent: false })
    const meters = [must(gone, 'a meter'), ...rest]
    const sent = await keep(meters)
    // Of one an order has left.
    await rig.rows(
      `update command set state = 'sent', sent_at = queued_at, attempts = 1
       where batch_id = $1 and meter_id = $2`,
      [sent.commandId, meters[0]?.driver.meterId],
    )
    await act(stopBatch, sent)
    expect(await summary(sent)).toMatchObject({
      state: 'stopping',
      counts: { cancelled: 2, underWay: 1 },
    })
    await settle()
    expect(await summary(sent)).toMatchObject({ state: 'stopped', counts: { confirmed: 1 } })
    await expect(act(stopBatch, sent)).rejects.toThrow('batch_has_ended')
  })
})

test('INV-25: a batch is not done while of one meter nobody knows what it did', async () => {
  const [sure, lost] = hangSeveral(2)
  const sent = await keep([must(sure, 'a meter'), must(lost, 'a meter')])
  const meterId = must(lost, 'a meter').driver.meterId
  await rig.rows(
    `update command set state = 'held', sent_at = queued_at, ended_at = $3,
       result = '{"reason": "outcomeUnknown"}' where batch_id = $1 and meter_id = $2`,
    [sent.commandId, meterId, sqlTime(rig.clock.now())],
  )
  await settle()
  await seeUnknownLater(rig.deps)
  expect(await summary(sent)).toMatchObject({
    state: 'unresolved',
    counts: { confirmed: 1, unknown: 1 },
    endedAt: null,
  })
  rig.clock.skip(60_000)
  const now = sqlTime(rig.clock.now())
  await rig.rows(
    `insert into latest (complex_id, meter_id, seq, answered_at, relay, relay_at, kept)
     values ($1, $2, 1, $3, 'closed', $3, true)`,
    [rig.complex.complexId, meterId, now],
  )
  await seeUnknownLater(rig.deps)
  expect(await summary(sent)).toMatchObject({
    state: 'done',
    counts: { unknown: 0, seenLater: 1 },
    endedAt: expect.any(String),
  })
  const held = (await items(sent)).find((item) => item.meterId === meterId)
  expect(held).toMatchObject({ state: 'held', seenLater: { relay: 'closed', asWanted: true } })
})

test('its results are a sheet with a row for each meter, those refused among them', async () => {
  const meter = rig.hang()
  const sent = await rig.send({
    kind: 'setMode',
    meterIds: [meter.driver.meterId, rig.protectedMeter],
    params: { mode: 'tripped' },
  })
  await rig.ended(sent)
  const refused = [{ meterId: 1, meterNo: '1', premises: 'A', code: 'x', title: '受保护' }]
  const [headings, row, last] = batchSheet({ items: await items(sent), refused }, 'zh')
  expect(headings).toContain('回读继电器')
  expect(row).toEqual(expect.arrayContaining(['已确认', '拉闸']))
  expect(last).toEqual(expect.arrayContaining(['未受理', '受保护']))
  expect(last).toHaveLength(must(headings, 'there are headings').length)
})

test('an English reader finds the English names of shops in its rows and its sheet', async () => {
  const meter = rig.hang()
  const { meterId } = meter.driver
  await rig.rows(
    `update premises pr set name = '海底捞', name_en = 'Hot Pot'
     from installation i join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
     where i.meter_id = $1 and pr.complex_id = p.complex_id and pr.premises_id = p.premises_id`,
    [meterId],
  )
  const sent = await keep([meter])
  const rows = await items(sent)
  expect(rows).toMatchObject([
    {
      premises: expect.stringMatching(/ 海底捞$/),
      premisesEn: expect.stringMatching(/ Hot Pot$/),
    },
  ])
  const [, row] = batchSheet({ items: rows, refused: [] }, 'en')
  expect(row).toContain(rows[0]?.premisesEn)
  const complexId = rig.complex.complexId
  const refused = await rig.deps.db.as(system, (tx) =>
    refusedOfBatch(tx, complexId, [{ meterId, code: 'point_protected' }], 'en'),
  )
  expect(refused).toMatchObject([{ premises: rows[0]?.premisesEn }])
})

test('the list names batches, not single orders', async () => {
  const single = await rig.order(rig.hang(), 'kept')
  const several = await keep(hangSeveral(2))
  const page = { before: null, limit: 2 }
  const listed = await rig.deps.db.as(system, (tx) => listBatches(tx, rig.complex.complexId, page))
  expect(listed[0]).toMatchObject({ batchId: several.commandId, kind: 'setMode', total: 2 })
  expect(listed.map(({ batchId }) => batchId)).not.toContain(single.commandId)
})

test('only trips live by the interlock’s minutes: who gets power is not made to wait', async () => {
  const lifeMinutes = async (mode: 'kept' | 'tripped') => {
    const meterIds = hangSeveral(2).map((meter) => meter.driver.meterId)
    const sent = await rig.send({ kind: 'setMode', meterIds, params: { mode, reason: '演练' } })
    const { deadline, queuedAt } = must(sent.items[0], 'a command')
    return (Date.parse(deadline) - Date.parse(queuedAt)) / 60_000
  }
  expect([await lifeMinutes('kept'), await lifeMinutes('tripped')]).toEqual([5 + 1 / 6, 6 + 1 / 6])
})

test('many are queued in a few statements', async () => {
  const meters = hangSeveral(8)
  let statements = 0
  const counting = { ...rig.deps, db: watched(rig.deps.db, () => statements++) }
  const asked = {
    complexId: rig.complex.complexId,
    kind: 'setMode' as const,
    meterIds: meters.map((meter) => meter.driver.meterId),
    params: { mode: 'kept' as const, until: '2099-01-01T00:00:00+08:00' },
  }
  const { selection } = await selectCommands(counting, rig.complex.clerk, asked)
  const token = uuid(must(selection, 'it was selected').token)
  statements = 0
  await createCommands(counting, rig.complex.clerk, { ...asked, token, requestId: 'few' })
  expect(statements).toBeLessThan(30)
})
