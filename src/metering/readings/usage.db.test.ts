import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  DAY_MS,
  on,
  START,
  type StoredReadings,
  storedReadings,
} from '../../../test/stored-readings.ts'
import { must } from '../../shared/assert.ts'
import { plusMs, sqlTime } from '../../shared/clock.ts'
import type { MeterId, PointId } from '../../shared/ids.ts'
import { pointUsageBetween } from './usage-store.ts'

let rig: StoredReadings
let index = -1

beforeAll(async () => {
  rig = await storedReadings(20)
})
afterAll(() => rig.database.drop())
beforeEach(() => {
  index++
})

const meterAt = (place: number): MeterId => must(rig.tiny.meters[place], 'a meter is left').meterId
const here = (): MeterId => meterAt(index)
const {
  installed,
  reads,
  usage,
  flagsOf,
  inTx,
}: Pick<StoredReadings, 'installed' | 'reads' | 'usage' | 'flagsOf' | 'inTx'> = {
  installed: (...all) => rig.installed(...all),
  reads: (...all) => rig.reads(...all),
  usage: (...all) => rig.usage(...all),
  flagsOf: (meter) => rig.flagsOf(meter),
  inTx: (run) => rig.inTx(run),
}

const pointOf = async (meter: MeterId): Promise<PointId> => {
  const rows = await inTx((tx) =>
    tx.query<{ id: PointId }>('select point_id as id from installation where meter_id = $1', [
      meter,
    ]),
  )
  return must(rows[0], 'it hangs somewhere').id
}

test('a transformer of 40 multiplies total and tariffs: 32.57 kWh are 1302.80', async () => {
  await installed(here(), { multiplier: 40, side: 'secondary', initialWh: 1_000_000 })
  await reads(here(), [
    [on(0), { energyWh: 1_000_000, tariffsWh: [50_000, 300_000, 400_000, 250_000] }],
    [on(1), { energyWh: 1_032_570, tariffsWh: [51_830, 310_420, 411_200, 259_120] }],
  ])
  expect(await usage(here(), on(0), on(1))).toMatchObject({
    usedWh: 1_302_800,
    exact: true,
    parts: [{ tariffsWh: [73_200, 416_800, 448_000, 364_800] }],
  })
})

test('primary registers are shown multiplied by the meter, and not multiplied again', async () => {
  await installed(here(), { multiplier: 40, side: 'primary' })
  await reads(here(), [
    [on(0), { energyWh: 0 }],
    [on(1), { energyWh: 40_000 }],
  ])
  expect((await usage(here(), on(0), on(1)))?.usedWh).toBe(40_000)
})

test('the view of billed readings multiplies as the code does', async () => {
  await installed(here(), {
    multiplier: 10,
    side: 'secondary',
    direction: 'forwardPlusReverse',
  })
  await reads(here(), [
    [on(0), { energyWh: 1_000, reverseWh: 500 }],
    [on(1), { energyWh: 1_400, reverseWh: 600 }],
  ])
  const rows = await inTx((tx) =>
    tx.query<{ wh: number }>(
      'select billed_wh as wh from billed_reading where meter_id = $1 order by at',
      [here()],
    ),
  )
  expect(rows.map((row) => row.wh)).toEqual([15_000, 20_000])
  expect((await usage(here(), on(0), on(1)))?.usedWh).toBe(5_000)
})

test('spans that meet add up, whatever lies between the readings', async () => {
  await installed(here(), { initialWh: 0 })
  const readings = [0, 5, 13, 26, 31, 47, 70].map(
    (hours) => [on(0, hours), { energyWh: hours * 100 }] as const,
  )
  await reads(here(), readings)
  const parts = [on(0), on(0, 8), on(1), on(2), on(3)]
  let sum = 0
  for (const [i, from] of parts.slice(0, -1).entries())
    sum += (await usage(here(), from, must(parts[i + 1], 'a next one')))?.usedWh ?? 0
  expect((await usage(here(), on(0), on(3)))?.usedWh).toBe(sum)
  expect(await usage(here(), on(0), on(1))).toMatchObject({ usedWh: 2_600, exact: false })
})

test('a swap in the middle: each meter counts its own part, at one point', async () => {
  const [old, fresh] = [meterAt(18), meterAt(19)]
  const point = await pointOf(old)
  await installed(old, { initialWh: 900_000, until: on(2) })
  await installed(fresh, { initialWh: 50, since: on(2), multiplier: 2, side: 'secondary' })
  await inTx((tx) =>
    tx.query('update installation set point_id = $2 where meter_id = $1', [fresh, point]),
  )
  await reads(old, [
    [on(0), { energyWh: 900_000 }],
    [on(2), { energyWh: 907_000 }],
  ])
  await reads(fresh, [[on(3), { energyWh: 1_050 }]])
  const found = await inTx((tx) => pointUsageBetween(tx, rig.tiny.complexId, point, on(0), on(3)))
  expect(found?.usedWh).toBe(7_000 + 2 * 1_000)
  expect(found?.parts.map((part) => part.meterId)).toEqual([old, fresh])
})

test('another multiplier from one day on splits the use at the reading of that day', async () => {
  await installed(here(), { multiplier: 1, side: 'secondary', until: on(2), initialWh: 0 })
  const point = await pointOf(here())
  await inTx((tx) =>
    tx.query(
      `insert into installation (complex_id, meter_id, point_id, since, multiplier, side)
       values ($1, $2, $3, $4, 10, 'secondary')`,
      [rig.tiny.complexId, here(), point, sqlTime(on(2))],
    ),
  )
  await reads(here(), [
    [on(0), { energyWh: 0 }],
    [on(2, 1), { energyWh: 2_000 }],
    [on(4), { energyWh: 3_000 }],
  ])
  expect((await usage(here(), on(0), on(4)))?.usedWh).toBe(2_000 + 10_000)
})

describe('roll-over', () => {
  test('is flagged, recorded and billed', async () => {
    await installed(here(), { initialWh: 999_990_000 })
    await reads(here(), [
      [on(0, 1), { energyWh: 999_995_000 }],
      [on(0, 2), { energyWh: 1_000 }],
      [on(0, 3), { energyWh: 3_000 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 32, 0])
    expect((await usage(here(), on(0, 1), on(0, 3)))?.usedWh).toBe(8_000)
    expect((await usage(here(), on(0), on(0, 2)))?.usedWh).toBe(11_000)
  })

  test('is billed right to a late reading that lies before the one which told it', async () => {
    await installed(here(), { initialWh: 999_990_000 })
    await reads(here(), [
      [on(0, 1), { energyWh: 999_995_000 }],
      [on(0, 5), { energyWh: 3_000 }],
    ])
    const late = { energyWh: 1_000, pushed: true, receivedAt: on(0, 6) } as const
    await reads(here(), [[on(0, 3), late]])
    expect((await usage(here(), on(0, 1), on(0, 3)))?.usedWh).toBe(6_000)
    expect((await usage(here(), on(0, 3), on(0, 5)))?.usedWh).toBe(2_000)
  })
})

test('what arrives late corrects the boundary it is nearest to', async () => {
  await installed(here(), { initialWh: 0 })
  await reads(here(), [
    [on(0, 20), { energyWh: 2_000 }],
    [on(1, 9), { energyWh: 3_300 }],
  ])
  expect((await usage(here(), on(0), on(1)))?.usedWh).toBe(2_000)
  const late = { energyWh: 2_400, pushed: true, receivedAt: on(1, 10) } as const
  await reads(here(), [[on(1), late]])
  expect(await usage(here(), on(0), on(1))).toMatchObject({ usedWh: 2_400, exact: true })
  expect(await flagsOf(here())).toEqual([0, 16, 0])
})

test('what nobody knows is not nothing', async () => {
  await installed(here(), {})
  expect(await usage(here(), on(0), on(1))).toBeNull()
  expect(await usage(here(), plusMs(START, -DAY_MS), START)).toBeNull()
})
