import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { systemClock } from '../adapters/system.ts'
import { ensurePartitions } from '../metering/readings/partitions.ts'
import { systemScope } from '../ports/database.ts'
import { DEMO_COMPLEX } from './complex.ts'
import { seedAccounts } from './seed.ts'

let database: TestDatabase
let complex: TinyComplex
let opened = 0
let openedBeforeStop = 0
const STOPPED_AFTER = 3

beforeAll(async () => {
  database = await freshDatabase()
  await ensurePartitions((sql) => ownerQuery(database.ownerUrl)(sql), systemClock.now())
  complex = await tinyComplex(database.db, { definition: DEMO_COMPLEX, gatewayPort: 4_001 })
  let looks = 0
  const isStopping = () => looks++ === STOPPED_AFTER
  const { deps, clerk, complexId } = complex
  openedBeforeStop = await seedAccounts(deps, clerk, complexId, DEMO_COMPLEX, isStopping)
  opened = await seedAccounts(deps, clerk, complexId, DEMO_COMPLEX)
})
afterAll(() => database?.drop())

const rows = (sql: string) =>
  database.db.as(systemScope('test'), (tx) => tx.query(sql, [complex.complexId]))

test('each gateway has a bus of either protocol', async () => {
  expect(
    await rows(
      `select g.code, b.ordinal, b.settings->>'protocol' as protocol,
         b.settings->>'parity' as parity
       from bus b join gateway g using (gateway_id) where b.complex_id = $1
       order by g.code, b.ordinal limit 2`,
    ),
  ).toEqual([
    { code: 'A', ordinal: 1, protocol: 'dlt645', parity: 'even' },
    { code: 'A', ordinal: 2, protocol: 'modbus', parity: 'none' },
  ])
})

test('the users of a multi-user device are meters of one device', async () => {
  expect(
    await rows(
      `select g.code, d.address, count(*)::int as meters, max(cardinality(m.channels)) as most
       from meter m join device d using (device_id) join bus b using (bus_id)
       join gateway g using (gateway_id)
       where m.complex_id = $1 and d.model = 'acrel-adf300-12'
       group by 1, 2 order by 1, 2`,
    ),
  ).toEqual([
    { code: 'A', address: '1', meters: 5, most: 3 },
    { code: 'B', address: '1', meters: 4, most: 3 },
    { code: 'B', address: '2', meters: 2, most: 1 },
  ])
})

test('main meters show the secondary side and have no key and no account', async () => {
  expect(
    await rows(
      `select d.model, i.multiplier, i.side, k.meter_id as key, s.supply_id as supply
       from meter m join device d using (device_id) join installation i using (meter_id)
       left join meter_key k using (meter_id)
       left join supply s on s.point_id = i.point_id
       where m.complex_id = $1 and d.address = '9' order by m.no`,
    ),
  ).toEqual([
    { model: 'acrel-dtsd1352', multiplier: 60, side: 'secondary', key: null, supply: null },
    { model: 'acrel-dtsd1352', multiplier: 60, side: 'secondary', key: null, supply: null },
    { model: 'modbus-submeter', multiplier: 1, side: 'primary', key: null, supply: null },
  ])
})

test('the main meter of a building is the parent of the circuits it feeds', async () => {
  expect(
    await rows(
      `select m.no as main, count(*)::int as circuits,
         count(*) filter (where b.building_id <> mb.building_id)::int as elsewhere
       from point p
       join point mp on mp.complex_id = p.complex_id and mp.point_id = p.parent_point_id
       join premises b on b.premises_id = p.premises_id
       join premises mb on mb.premises_id = mp.premises_id
       join installation i on i.point_id = mp.point_id
       join meter m on m.meter_id = i.meter_id
       where p.complex_id = $1 group by 1 order by 1`,
    ),
  ).toEqual([
    { main: '202611010028', circuits: 27, elsewhere: 0 },
    { main: '202611020028', circuits: 27, elsewhere: 0 },
    { main: '202611030021', circuits: 20, elsewhere: 0 },
  ])
  expect(
    await rows(
      `select p.name, pr.no from point p join premises pr using (premises_id)
       where p.complex_id = $1 and p.parent_point_id is null order by pr.no`,
    ),
  ).toEqual(['A-ZB', 'B-ZB', 'P-ZB'].map((no) => ({ name: '总表', no })))
})

test('each point has a name of its own within its premises, and a feeder', async () => {
  expect(
    await rows(
      `select pr.no, p.name from point p join premises pr using (premises_id)
       where p.complex_id = $1 group by 1, 2 having count(*) > 1`,
    ),
  ).toEqual([])
  expect(
    await rows(`select from point where complex_id = $1 and (name = '' or feeder = '')`),
  ).toEqual([])
  expect(
    await rows(
      `select p.name, p.feeder from point p join premises pr using (premises_id)
       where p.complex_id = $1 and pr.no = 'A-104' order by p.point_id`,
    ),
  ).toEqual([
    { name: '动力', feeder: 'A-power' },
    { name: '冷库', feeder: 'A-power' },
  ])
})

test('public energy can be shared: every premises has an area, two buildings a rule', async () => {
  expect(
    await rows('select from premises where complex_id = $1 and coalesce(area_dm2, 0) < 1000'),
  ).toEqual([])
  expect(
    await rows(
      `select r.name, r.shared_by as by, r.vacant, p.name as main from sharing_rule r
       join point p on p.complex_id = r.complex_id and p.point_id = r.main_point_id
       where r.complex_id = $1 order by r.rule_id`,
    ),
  ).toEqual([
    { name: 'A座公摊', by: 'area', vacant: 'landlord', main: '总表' },
    { name: '地下室公摊', by: 'energy', vacant: 'others', main: '总表' },
  ])
})

test('accounts from the fifth floor up are kept by the centre', async () => {
  const found = await rows(
    `select a.mode, count(*)::int as accounts from account a where a.complex_id = $1 group by 1
     order by 1`,
  )
  expect(found).toEqual([
    { mode: 'centre', accounts: 11 },
    { mode: 'meter', accounts: opened - 11 },
  ])
})

test('told to stop it opens no further account; the next start goes on from there', async () => {
  expect(openedBeforeStop).toBe(STOPPED_AFTER)
  expect(
    await rows(
      `select count(*)::int as accounts, count(distinct no)::int as numbers,
         (select count(*)::int from supply s where s.complex_id = $1) as supplies
       from account where complex_id = $1`,
    ),
  ).toEqual([
    {
      accounts: opened,
      numbers: opened,
      supplies: DEMO_COMPLEX.meters.filter((meter) => meter.opened).length,
    },
  ])
})
