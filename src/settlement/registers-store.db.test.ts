import { afterAll, beforeAll, expect, test } from 'vitest'
import { on, type StoredReadings, storedReadings } from '../../test/stored-readings.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { packedRegisters, unpacked } from './registers-store.ts'

let rig: StoredReadings
let complex: ComplexId

beforeAll(async () => {
  rig = await storedReadings(2)
  complex = rig.tiny.complexId
  const [first] = rig.tiny.meters
  const { meterId } = must(first, 'a meter')
  await rig.inTx((tx) =>
    tx.query(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, reverse_wh,
         tariffs_wh, flags)
       values
         ($1, $2, $3, 7, $3, -20, null, null, 0),
         ($1, $2, $4, 7, $4, 281474976710655, null, null, 0),
         ($1, $2, $4, 3, $4, 9007199254, 5, '{1,null,-3}', 0),
         ($1, $2, $5, 2, $5, null, null, null, 0),
         ($1, $2, $5, 7, $5, 40, -7, null, 32),
         ($1, $2, $6, 7, $6, 50, null, null, 2),
         ($1, $2, $7, 7, $7, 60, null, '{}', 1)`,
      [complex, meterId, ...[1, 2, 3, 4, 5].map((hours) => sqlTime(on(0, hours)))],
    ),
  )
  await rig.inTx((tx) =>
    tx.query(
      `insert into register_rollover (complex_id, meter_id, at, source, register, modulus_wh)
       values ($1, $2, $3, 7, 'energy', 100000)`,
      [complex, meterId, sqlTime(on(0, 3))],
    ),
  )
})
afterAll(() => rig.database.drop())

const window = (meterId: MeterId, from: number, to: number) => ({
  ...{ meterId, low: on(0), high: on(1), from: on(0, from), to: on(0, to) },
})
const readOf = (index: number, from: number, to: number) =>
  rig.inTx(async (tx) => {
    const meter = must(rig.tiny.meters[index], 'a meter').meterId
    const [packed] = await packedRegisters(tx, complex, [window(meter, from, to)])
    return packed ? unpacked(packed) : []
  })
const plain = { source: 7, reverseWh: null, tariffsWh: null, freshStart: false, modulusWh: null }

test('registers come as they were stored, whatever stands beside them', async () => {
  expect(await readOf(0, 1, 3)).toEqual([
    { ...plain, at: on(0, 1), energyWh: -20 },
    // Of one moment the reading with period registers comes first.
    {
      ...plain,
      at: on(0, 2),
      energyWh: 9_007_199_254,
      source: 3,
      reverseWh: 5,
      tariffsWh: [1, null, -3],
    },
    { ...plain, at: on(0, 2), energyWh: 281_474_976_710_655 },
    { ...plain, at: on(0, 3), energyWh: 40, reverseWh: -7, modulusWh: 100_000 },
  ])
})

test('a doubted reading counts once accepted, a sound one no more once rejected', async () => {
  const meter = must(rig.tiny.meters[0], 'a meter').meterId
  const decide = (hours: number, verdict: string) =>
    rig.inTx((tx) =>
      tx.query(
        `insert into reading_decision (complex_id, decision_id, meter_id, at, source, verdict,
           reason, operator_id, decided_at)
         values ($1, gen_random_uuid(), $2, $3, 7, $4, 'seen', 1, now())`,
        [complex, meter, sqlTime(on(0, hours)), verdict],
      ),
    )
  expect((await readOf(0, 3, 6)).map(({ energyWh }) => energyWh)).toEqual([40])
  await decide(5, 'accepted')
  await decide(3, 'rejected')
  expect(await readOf(0, 3, 6)).toEqual([
    expect.objectContaining({ source: 3 }),
    { ...plain, at: on(0, 2), energyWh: 281_474_976_710_655 },
    { ...plain, at: on(0, 5), energyWh: 60, tariffsWh: [], freshStart: true },
  ])
})

test('a meter that nobody has read has no registers', async () => {
  expect(await readOf(1, 0, 6)).toEqual([])
})
