import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { openAccount } from './open.ts'

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex

beforeAll(async () => {
  base = await freshDatabase()
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), systemClock.now())
  complex = await tinyComplex(base.db, { meters: 4 })
  complex.deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false, replayGuard: 'none' })
})
afterAll(() => base.drop())

const sql = <Row>(text: string, params: unknown[]) =>
  base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, params))

test.each<[string, string, number | null, number | null, number | null]>([
  ['the reverse register as read', 'forwardPlusReverse', 40, 70, 70],
  ['the one noted when it was hung', 'forwardPlusReverse', 40, null, 40],
  ['none where nobody told', 'forwardPlusReverse', null, null, null],
  ['none where it does not count', 'combined', 40, 70, null],
])('a supply begins with %s', async (_name, direction, noted, read, marked) => {
  const used = await sql<{ n: number }>('select count(*)::int as n from usage_mark', [])
  const { meterId } = must(complex.meters[must(used[0], 'a count').n], 'a meter is left')
  await sql(
    `update installation set direction = $2, initial_wh = 1000, initial_reverse_wh = $3
     where meter_id = $1`,
    [meterId, direction, noted],
  )
  if (read !== null)
    await sql(
      `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at, reverse_wh)
       values ($1, $2, 1, 2000, now(), now(), $3)`,
      [complex.complexId, meterId, read],
    )
  const limits = { alarm1Fen: 5_000, alarm2Fen: 2_000 }
  await openAccount(complex.deps, complex.clerk, {
    requestId: `reverse-${meterId}`,
    complexId: complex.complexId,
    tenant: { name: '云栖酒店' },
    mode: 'centre',
    meters: [{ meterId, planId: complex.planId, ...limits }],
  })
  expect(
    await sql('select reverse_wh as "reverseWh" from usage_mark where meter_id = $1', [meterId]),
  ).toEqual([{ reverseWh: marked }])
})
