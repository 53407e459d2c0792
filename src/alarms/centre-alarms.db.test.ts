import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { hurriedClock } from '../../test/lying-meter.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { openAccount } from '../accounts/open.ts'
import { listFolder } from '../adapters/list-folder.ts'
import { systemIds } from '../adapters/system.ts'
import { DEMO_COMPLEX } from '../demo/complex.ts'
import type { PollResult } from '../metering/readings/poll-result.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import { gatewayId } from '../shared/ids.ts'
import { type AlarmRules, loadAlarmRules } from './catalog.ts'
import { alarmHook } from './evaluate.ts'
import { sweepComplex } from './sweep-complex.ts'
import { listAlarms } from './view-store.ts'

const system = systemScope('test')
let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
let rules: AlarmRules
const clock = hurriedClock()

beforeAll(async () => {
  base = await freshDatabase({ clock })
  complex = await tinyComplex(base.db, { meters: 1 })
  rules = await loadAlarmRules(listFolder)
})
afterAll(() => base.drop())

const meter = () => must(complex.meters[0], 'the meter').meterId
const { initialWh } = must(DEMO_COMPLEX.meters[0], 'the demo has meters')

/** The poll has read the register; a meter without a wallet tells nothing of money. */
const shows = (energyWh: number) => {
  clock.skip(1_000)
  return base.db.as(system, async (tx) => {
    await tx.query(
      `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at)
       values ($1, $2, 1, $3, $4, $4)
       on conflict (complex_id, meter_id) do update set energy_wh = $3, energy_at = $4`,
      [complex.complexId, meter(), energyWh, sqlTime(tx.now)],
    )
    const fault = { ok: false, reason: 'timeout', detail: '', mayRetry: true } as const
    const asked = { meterId: meter(), gatewayId: gatewayId(1), at: tx.now, onDemand: false }
    const result: PollResult = { ...asked, kind: 'status', outcome: fault }
    await alarmHook({ ids: systemIds, rules })(tx, complex.complexId, [result])
  })
}

const raised = async () => {
  const filter = { complexId: complex.complexId, state: 'open', limit: 500 } as const
  const { items } = await base.db.as(system, (tx) => listAlarms(tx, rules, filter))
  return items.map((alarm) => alarm.rule).toSorted()
}

test('an account in centre mode is warned by what its balance has left', async () => {
  const deps = { ...complex.deps, capabilitiesOf: () => ({ ...SOUND_METER, prepaid: false }) }
  const limits = { alarm1Fen: 3_000, alarm2Fen: 1_000, firstPurchaseFen: 5_000 }
  await openAccount(deps, complex.clerk, {
    requestId: 'open',
    complexId: complex.complexId,
    tenant: { name: '云栖酒店', phone: '13800001234' },
    mode: 'centre',
    meters: [{ meterId: meter(), planId: complex.planId, ...limits }],
  })
  await shows(initialWh)
  expect(await raised()).toEqual([])
  // 20 kWh × 1.05 yuan leave 29 yuan of 50.
  await shows(initialWh + 20_000)
  expect(await raised()).toEqual(['balance-low-1'])
  await shows(initialWh + 48_000)
  expect(await raised()).toEqual(['arrears', 'balance-low-1'])
})

const run = (sql: string, ...params: unknown[]) =>
  base.db.as(system, (tx) => tx.query(sql, [complex.complexId, ...params]))
const policySays = (ofSupply: boolean, overload: object) =>
  run(
    `insert into power_policy (complex_id, supply_id, settings, saved_at)
     select $1, case when $2 then supply_id end, jsonb_build_object('overload', $3::jsonb), $4
     from supply where complex_id = $1`,
    ...[ofSupply, JSON.stringify(overload), sqlTime(clock.now())],
  )
const swept = async () => {
  clock.skip(60_000)
  await base.db.as(system, (tx) => sweepComplex(tx, { ids: systemIds, rules }, complex.complexId))
  return (await raised()).filter((rule) => rule === 'overload-stays')
}
const HALF_AN_HOUR_MS = 1_800_000

test('a supply stays off after an overload, once it was closed as often as may be', async () => {
  await policySays(false, { recovery: 'automatic', tries: 9 })
  await policySays(true, { recovery: 'automatic', tries: 2 })
  await run(
    `insert into policy_state (complex_id, supply_id, overload_tries, overload_tried_at)
     select $1, supply_id, 1, $2 from supply where complex_id = $1`,
    sqlTime(clock.now()),
  )
  clock.skip(1_000)
  await run(
    `update latest set relay = 'tripped', relay_at = $2 where complex_id = $1`,
    sqlTime(clock.now()),
  )
  await run(
    `insert into relay_episode (complex_id, meter_id, since, relay, cause)
     values ($1, $2, $3, 'tripped', 'overload')`,
    ...[meter(), sqlTime(clock.now())],
  )
  clock.skip(HALF_AN_HOUR_MS)
  expect(await swept()).toEqual([])
  await run('update policy_state set overload_tries = 2 where complex_id = $1')
  expect(await swept()).toEqual(['overload-stays'])
  await run(`update relay_episode set cause = 'released' where complex_id = $1`)
  expect(await swept()).toEqual([])
})
