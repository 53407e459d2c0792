import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PriceRig, priceRig } from '../../test/price-rig.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'
import { decideAllRests, pauseBatch, resumeBatch } from './batches.ts'
import { endOverdueCommands } from './overdue.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let rig: PriceRig
type OnBench = PriceRig['meters'][number]
let first: OnBench
let second: OnBench

beforeAll(async () => {
  rig = await priceRig(2)
  first = must(rig.meters[0], 'a meter')
  second = must(rig.meters[1], 'a meter')
  for (const { meterId } of [first, second]) await rig.open(meterId)
})
afterAll(() => rig.drop())

type Sent = Awaited<ReturnType<PriceRig['send']>>
const station = ({ address }: OnBench) => rig.bus.station(address)
const statesOf = async (sent: Sent) => (await rig.items(sent)).map(({ state }) => state)
let price = 110
/** A price a fen dearer than the one before, so that something is to be pushed to both. */
const push = async () => {
  await rig.version({ kind: 'flat', priceE8: ++price * 1_000_000 })
  return rig.send([first.meterId, second.meterId], { replacePending: true })
}

describe('of two meters one goes first', () => {
  test('and the other only when it was read back', async () => {
    const sent = await push()
    station(first).faults.silent = true
    await rig.round()
    await rig.clock.advance(15 * MINUTE_MS)
    await rig.round()
    expect(await statesOf(sent)).toEqual(['queued', 'queued'])
    station(first).faults.silent = false
    expect((await rig.items(sent)).map(({ trial }) => trial)).toEqual(['first', 'waiting'])
    await rig.settle()
    expect(await statesOf(sent)).toEqual(['confirmed', 'confirmed'])
    const [one, other] = await rig.items(sent)
    expect((other?.sentAt ?? '') > (one?.endedAt ?? '')).toBe(true)
  })

  test('and a pause while it tries holds the other until somebody lets it go on', async () => {
    const sent = await push()
    const batchId = uuid(sent.commandId)
    // Of the first one something has left already.
    await rig.rows(
      `update command set state = 'sent', sent_at = queued_at where not waits and batch_id = $1`,
      [batchId],
    )
    await pauseBatch(rig.deps, rig.complex.clerk, batchId)
    await rig.rows('update work set due_at = $1 where done_at is null', [sqlTime(rig.clock.now())])
    await rig.settle()
    expect(await statesOf(sent)).toEqual(['confirmed', 'queued'])
    await resumeBatch(rig.deps, rig.complex.clerk, batchId)
    await rig.settle()
    expect(await statesOf(sent)).toEqual(['confirmed', 'confirmed'])
  })

  test('and where it fails nothing is sent to the other', async () => {
    const standbyOf = (meter: OnBench) => station(meter).virtual.state.prices.standby
    const before = standbyOf(second)
    station(first).virtual.change(rig.clock.now(), (state) => {
      state.prices.standby = [1, 1, 1]
    })
    const sent = await push()
    await rig.settle()
    expect(await rig.items(sent)).toMatchObject([
      { state: 'failed', result: { reason: 'refusedByMeter' } },
      { state: 'cancelled', sentAt: null, result: { reason: 'canaryFailed' } },
    ])
    expect(standbyOf(second)).toEqual(before)
  })

  test('and where it is silent until its time is over, the other is taken back', async () => {
    station(first).faults.silent = true
    const sent = await push()
    await rig.round()
    await rig.clock.advance(7 * HOUR_MS)
    await endOverdueCommands(rig.deps)
    await decideAllRests(rig.deps)
    expect(await statesOf(sent)).toEqual(['expired', 'cancelled'])
  })
})
