import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { createCommands, type NewCommands, selectCommands } from './commands.ts'

let rig: ControlRig
let requests = 0

beforeAll(async () => {
  rig = await controlRig(35)
})
afterAll(() => rig.drop())

type Asked = Pick<NewCommands, 'kind' | 'meterIds' | 'unit' | 'params'>

const trip = (...meters: LyingMeter[]): Asked => ({
  kind: 'setMode',
  meterIds: meters.map((meter) => meter.driver.meterId),
  params: { mode: 'tripped', reason: '装修' },
})
const selected = async (asked: Asked) =>
  must((await rig.select(asked)).selection, 'it was selected')
const carryOut = (asked: Asked, token: string | undefined, more: Partial<NewCommands> = {}) =>
  createCommands(rig.deps, rig.complex.clerk, {
    requestId: `selected-${++requests}`,
    complexId: rig.complex.complexId,
    ...asked,
    token: token === undefined ? undefined : uuid(token),
    ...more,
  })
const refusal = async (sent: Promise<unknown>) => {
  const error = await sent.catch((e: unknown) => e)
  if (!(error instanceof Refusal)) throw new Error('it was not refused')
  return { code: error.code, ...error.facts }
}
/** The poll has read the relay. */
const shows = (meter: LyingMeter, relay: string, kept = false) =>
  rig.rows(
    `insert into latest (complex_id, meter_id, seq, answered_at, relay, relay_at, kept)
     values ($1, $2, 1000000 + $2, $3, $4, $3, $5)
     on conflict (complex_id, meter_id) do update set answered_at = $3, relay = $4, relay_at = $3,
       kept = $5`,
    [rig.complex.complexId, meter.driver.meterId, sqlTime(rig.clock.now()), relay, kept],
  )

describe('INV-24: what is selected', () => {
  test('is shown as it was read, with what would be sent', async () => {
    const [closed, kept, unknown] = [rig.hang(), rig.hang(), rig.hang()]
    await shows(closed, 'closed')
    await shows(kept, 'closed', true)
    const { meters, lifeSeconds, canary } = await selected(trip(closed, kept, unknown))
    expect(meters).toMatchObject([
      { relay: 'closed', kept: false, mode: 'prepaid', intended: ['trip'], note: null },
      { relay: 'closed', kept: true, intended: ['keepOff', 'trip'] },
      { relay: null, readAt: null, intended: ['lookFirst'], note: 'relayUnknown' },
    ])
    expect([lifeSeconds, canary]).toEqual([60, 0])
  })

  test('is carried out once, and a repeated request is the same one', async () => {
    const meter = rig.hang()
    const { token } = await selected(trip(meter))
    const [first, second] = await Promise.all([
      carryOut(trip(meter), token, { requestId: 'once' }),
      carryOut(trip(meter), token, { requestId: 'once' }),
    ])
    expect(second.commandId).toBe(first.commandId)
    const again = carryOut(trip(meter), token)
    expect(await refusal(again)).toEqual({ code: 'selection_not_valid', why: 'used' })
    const used = await rig.rows<{ batch: string }>(
      'select batch_id as batch from selection where selection_id = $1',
      [token],
    )
    expect(used).toEqual([{ batch: first.commandId }])
  })

  test('of two at once with one token, one is refused and nothing of it is written', async () => {
    const meter = rig.hang()
    const { token } = await selected(trip(meter))
    const sent = await Promise.allSettled([
      carryOut(trip(meter), token),
      carryOut(trip(meter), token),
    ])
    expect(sent.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [count] = await rig.rows<{ n: number }>(
      'select count(*)::integer as n from command where meter_id = $1',
      [meter.driver.meterId],
    )
    expect(count).toEqual({ n: 1 })
  })
})

describe('INV-24: what is not as it was shown is refused', () => {
  test('nothing was shown', async () => {
    expect(await refusal(carryOut(trip(rig.hang()), undefined))).toEqual({
      code: 'selection_required',
    })
  })

  test('it is a minute old', async () => {
    const meter = rig.hang()
    const { token } = await selected(trip(meter))
    rig.clock.skip(60_000)
    expect(await refusal(carryOut(trip(meter), token))).toEqual({ code: 'selection_expired' })
  })

  test.each<[string, (meter: LyingMeter, other: LyingMeter) => Asked]>([
    ['another mode', (meter) => ({ ...trip(meter), params: { mode: 'kept' } })],
    ['one meter more', (meter, other) => trip(meter, other)],
    ['another meter', (_meter, other) => trip(other)],
  ])('%s', async (_name, changed) => {
    const [meter, other] = [rig.hang(), rig.hang()]
    const { token } = await selected(trip(meter))
    expect(await refusal(carryOut(changed(meter, other), token))).toEqual({
      code: 'selection_not_valid',
      why: 'otherOrder',
    })
  })

  test('it was shown to somebody else', async () => {
    const meter = rig.hang()
    const other = { ...rig.complex.clerk, operator: null }
    const asked = { complexId: rig.complex.complexId, ...trip(meter) }
    const { selection } = await selectCommands(rig.deps, other, asked)
    const sent = carryOut(trip(meter), must(selection, 'it was selected').token)
    expect(await refusal(sent)).toEqual({ code: 'selection_not_valid', why: 'unknown' })
  })

  test('a relay moved meanwhile: which meter, and what of it', async () => {
    const [meter, other] = [rig.hang(), rig.hang()]
    await shows(meter, 'closed')
    await shows(other, 'closed')
    const { token } = await selected(trip(meter, other))
    await shows(other, 'tripped')
    const refused = await refusal(carryOut(trip(meter, other), token))
    expect(refused).toMatchObject({ code: 'selection_state_changed', count: 1, what: 'relay' })
    const [named] = await rig.rows<{ no: string }>('select no from meter where meter_id = $1', [
      other.driver.meterId,
    ])
    expect(refused).toMatchObject({ meters: expect.stringContaining(must(named, 'it is').no) })
  })

  test('somebody else has ordered something meanwhile', async () => {
    const meter = rig.hang()
    const { token } = await selected(trip(meter))
    await rig.order(meter, 'kept')
    const refused = await refusal(carryOut(trip(meter), token))
    expect(refused).toMatchObject({ code: 'selection_state_changed' })
    expect(String(Object(refused).what).split(' ')).toContain('underWay')
  })

  test('another thing written to it meanwhile does not matter', async () => {
    const meter = rig.hang()
    const { token } = await selected(trip(meter))
    const clock: Asked = { kind: 'setClock', meterIds: [meter.driver.meterId], params: {} }
    await carryOut(clock, (await selected(clock)).token)
    expect(await carryOut(trip(meter), token)).toMatchObject({ refused: [] })
  })

  test('the money of its tenant does not matter, as long as it leads to the same', async () => {
    const meter = rig.hang()
    await shows(meter, 'closed')
    const { token } = await selected(trip(meter))
    await rig.rows('update latest set balance_fen = 1, balance_at = $2 where meter_id = $1', [
      meter.driver.meterId,
      sqlTime(rig.clock.now()),
    ])
    expect((await carryOut(trip(meter), token)).items).toHaveLength(1)
  })
})

describe('a unit', () => {
  const nameOf = async (meter: LyingMeter) => {
    const rows = await rig.rows<{ no: string }>('select no from meter where meter_id = $1', [
      meter.driver.meterId,
    ])
    return must(rows[0], 'the meter is there').no
  }

  test('is a pasted list: what names no meter is said', async () => {
    const [meter, other] = [rig.hang(), rig.hang()]
    const names = [` ${await nameOf(meter)}`, await nameOf(other), '没有这块表']
    const { meters, unknown } = await selected({
      ...{ kind: 'setMode', unit: { names } },
      params: { mode: 'kept' },
    })
    expect(meters.map(({ meterId }) => meterId).sort()).toEqual(
      [meter.driver.meterId, other.driver.meterId].sort(),
    )
    expect(unknown).toEqual(['没有这块表'])
  })

  test('that has other meters by then is refused', async () => {
    const meter = rig.hang()
    await rig.ended(await rig.order(meter, 'kept'))
    const asked: Asked = {
      ...{ kind: 'setMode', unit: { modes: ['kept'] } },
      params: { mode: 'prepaid' },
    }
    const { token, meters } = await selected(asked)
    await rig.ended(await rig.order(rig.hang(), 'kept'))
    expect(await refusal(carryOut(asked, token))).toEqual({
      code: 'selection_set_changed',
      ...{ came: 1, left: 0, meters: '' },
    })
    expect(meters).not.toHaveLength(0)
  })
})
