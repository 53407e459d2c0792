import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { must } from '../shared/assert.ts'

let rig: ControlRig

beforeAll(async () => {
  rig = await controlRig(14)
  rig.can = { ...SOUND_METER, settings: true }
})
afterAll(() => rig.drop())

const push = (
  meters: readonly LyingMeter[],
  params: { alarm1Fen?: number; overloadW?: number; overloadDelaySeconds?: number },
) =>
  rig.send({
    kind: 'pushSettings',
    meterIds: meters.map((meter) => meter.driver.meterId),
    params,
  })
const supplyOf = async (meter: LyingMeter) => {
  const rows = await rig.rows<{ alarm1: number; alarm2: number }>(
    `select s.alarm1_fen as alarm1, s.alarm2_fen as alarm2 from supply s
     join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
     where i.meter_id = $1 and s.until is null`,
    [meter.driver.meterId],
  )
  return must(rows[0], 'it is supplied')
}
const opened = async (): Promise<LyingMeter> => {
  const meter = rig.hang()
  await rig.openAccount(meter)
  while (await rig.round());
  return meter
}

describe('settings pushed by a command', () => {
  test('are the supply’s when the meter shows them', async () => {
    const meter = await opened()
    const done = await rig.ended(await push([meter], { alarm1Fen: 9_000 }))
    expect(done.state).toBe('confirmed')
    expect(meter.settings.alarm1Fen).toBe(9_000)
    expect(await supplyOf(meter)).toEqual({ alarm1: 9_000, alarm2: 1_000 })
  })

  test('are refused where nobody buys, and where alarm 1 would not be above alarm 2', async () => {
    const [meter, other] = [await opened(), rig.hang()]
    const { refused, items } = await push([meter, other], { alarm1Fen: 500 })
    expect(items).toEqual([])
    expect(refused.map(({ code }) => code)).toEqual(['alarm_amounts_crossed', 'meter_not_opened'])
  })

  test('are refused where the centre charges, as prices are: it keeps them itself', async () => {
    const meter = await opened()
    await rig.rows(
      `update account set mode = 'centre' where account_id = (select s.account_id from supply s
         join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
         where i.meter_id = $1 and s.until is null)`,
      [meter.driver.meterId],
    )
    const { refused } = await push([meter], { alarm1Fen: 9_000 })
    expect(refused).toMatchObject([{ code: 'settings_kept_by_centre' }])
    const meterIds = [meter.driver.meterId]
    const price = await rig.send({ kind: 'pushPrice', meterIds, params: {} })
    expect(price.refused).toMatchObject([{ code: 'price_kept_by_centre' }])
  })

  test('are refused where the model holds none', async () => {
    const meter = await opened()
    rig.can = SOUND_METER
    const { refused } = await push([meter], { alarm1Fen: 9_000 })
    rig.can = { ...SOUND_METER, settings: true }
    expect(refused).toMatchObject([{ code: 'not_supported_by_model' }])
  })

  test('overload power and delay stand in the meter as it measures', async () => {
    const [meter, behind] = [await opened(), await opened()]
    await rig.rows(
      `update installation set side = 'secondary', multiplier = 40 where meter_id = $1`,
      [behind.driver.meterId],
    )
    const params = { overloadW: 60_000, overloadDelaySeconds: 30 }
    expect((await push([meter], params)).refused).toMatchObject([
      { code: 'not_supported_by_model' },
    ])
    rig.can = { ...SOUND_METER, settings: true, overload: true }
    const done = [await rig.ended(await push([meter], params))]
    done.push(await rig.ended(await push([behind], params)))
    rig.can = { ...SOUND_METER, settings: true }
    expect(done).toMatchObject([
      { state: 'confirmed', result: { shown: { overloadW: 60_000, overloadDelaySeconds: 30 } } },
      { state: 'confirmed', result: { shown: { overloadW: 1_500, overloadDelaySeconds: 30 } } },
    ])
    expect(meter.settings).toMatchObject({ overloadW: 60_000, overloadDelaySeconds: 30 })
    expect(behind.settings).toMatchObject({ overloadW: 1_500, alarm1Fen: 3_000 })
  })

  test('an overload that the meter has no room for is refused', async () => {
    const meter = await opened()
    rig.can = { ...SOUND_METER, overload: true }
    const { refused } = await push([meter], { overloadW: 100_000 })
    rig.can = { ...SOUND_METER, settings: true }
    expect(refused).toMatchObject([{ code: 'overload_out_of_range' }])
  })
})

describe('a clock set by a command', () => {
  const set = (meter: LyingMeter) =>
    rig.send({ kind: 'setClock', meterIds: [meter.driver.meterId], params: {} })
  /** A meter whose clock is off; `hears`: what is written, it takes. */
  const off = (offsetMs: number, hears: boolean) => {
    const meter = rig.hang()
    const writes: number[] = []
    let stands = offsetMs
    meter.driver = {
      ...meter.driver,
      readClock: async () => ({
        ok: true,
        value: { at: rig.clock.now(), offsetMs: stands },
      }),
      setClock: async () => {
        writes.push(stands)
        if (hears) stands = 0
        return { ok: true, value: { answered: 'accepted' } }
      },
    }
    return { meter, writes }
  }

  test('is confirmed by reading it back', async () => {
    const { meter, writes } = off(90_000, true)
    const done = await rig.ended(await set(meter))
    expect(done).toMatchObject({ state: 'confirmed', result: { clockOffsetMs: 0 } })
    expect(writes).toEqual([90_000])
  })

  test('that is right already is sent nothing', async () => {
    const { meter, writes } = off(2_000, true)
    expect((await rig.ended(await set(meter))).state).toBe('confirmed')
    expect(writes).toEqual([])
  })

  test('that only says yes fails', async () => {
    const { meter, writes } = off(90_000, false)
    const done = await rig.ended(await set(meter))
    expect(done).toMatchObject({ state: 'failed', result: { reason: 'refusedByMeter' } })
    expect(writes).toHaveLength(3)
  })

  test('is refused near a half-hour', async () => {
    const HALF_HOUR_MS = 1_800_000
    rig.clock.skip(HALF_HOUR_MS - (rig.clock.now() % HALF_HOUR_MS))
    const { refused } = await set(rig.hang())
    expect(refused).toMatchObject([{ code: 'clock_not_now' }])
  })
})
