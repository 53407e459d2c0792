import { afterAll, beforeAll, expect, test } from 'vitest'
import { on, type StoredReadings, storedReadings } from '../../../test/stored-readings.ts'
import { must } from '../../shared/assert.ts'
import type { MeterId } from '../../shared/ids.ts'

let rig: StoredReadings

beforeAll(async () => {
  rig = await storedReadings(2)
})
afterAll(() => rig.database.drop())

/** Hung an hour before its first reading, with what its registers showed then. */
const hung = async (index: number, initialReverseWh: number | null): Promise<MeterId> => {
  const meter = must(rig.tiny.meters[index], 'a meter').meterId
  await rig.installed(meter, {
    direction: 'forwardPlusReverse',
    multiplier: 10,
    side: 'secondary',
    initialWh: 1_000,
    since: on(0),
  })
  await rig.inTx((tx) =>
    tx.query('update installation set initial_reverse_wh = $2 where meter_id = $1', [
      meter,
      initialReverseWh,
    ]),
  )
  await rig.reads(meter, [
    [on(0, 1), { energyWh: 1_400, reverseWh: 260 }],
    [on(0, 5), { energyWh: 2_000, reverseWh: 300 }],
  ])
  return meter
}

test('what ran backwards since a meter was hung is billed where that was noted', async () => {
  const meter = await hung(0, 200)
  // (2 000 − 1 000) + (300 − 200), ten times.
  expect(await rig.usage(meter, on(0), on(0, 5))).toMatchObject({ usedWh: 11_000, exact: true })
})

test('where nobody noted it, the first reading begins', async () => {
  const meter = await hung(1, null)
  expect(await rig.usage(meter, on(0), on(0, 5))).toMatchObject({ usedWh: 6_400, exact: false })
})
