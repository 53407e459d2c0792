// A supply in centre mode whose readings, prices and days a test makes up 结算试验台.

import { openAccount } from '../src/accounts/open.ts'
import { ownerQuery } from '../src/adapters/owner-query.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import { systemScope, type Tx } from '../src/ports/database.ts'
import { chargeDueDays } from '../src/settlement/charge-days.ts'
import type { SettlementDeps } from '../src/settlement/deps.ts'
import type { LineChange } from '../src/settlement/line-changes.ts'
import { rerateDue } from '../src/settlement/rerate.ts'
import { must } from '../src/shared/assert.ts'
import { type Instant, instant, sqlTime } from '../src/shared/clock.ts'
import { type MeterId, type PlanId, planId, type SupplyId } from '../src/shared/ids.ts'
import type { Line } from '../src/tariff/lines.ts'
import type { PlanDefinition } from '../src/tariff/plan.ts'
import { freshDatabase } from './database.ts'
import { hurriedClock } from './lying-meter.ts'
import { SOUND_METER, tinyComplex } from './tiny-complex.ts'

const ZONE_MS = 8 * 3_600_000

/** Wall-clock time in Shanghai, e.g. `05-03 12:00`, of 2026. */
export const at = (text: string): Instant => {
  const [day = '', time = '00:00'] = text.split(' ')
  return instant(Date.parse(`2026-${day}T${time}:00Z`) - ZONE_MS)
}

export const settlementRig = async (options: { meters: number; from: Instant }) => {
  const clock = hurriedClock(options.from)
  const base = await freshDatabase({ clock })
  await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), clock.now())
  const complex = await tinyComplex(base.db, { meters: options.meters })
  complex.deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false, replayGuard: 'none' })
  const { complexId } = complex
  const errors: unknown[] = []
  const log = { info: () => {}, warn: () => {}, error: (...said: unknown[]) => errors.push(said) }
  const deps: SettlementDeps = { db: base.db, ids: complex.deps.ids, clock, log, holder: 'test' }
  const inTx = <T>(run: (tx: Tx) => Promise<T>) => base.db.as(systemScope('test'), run)
  const sql = base.rows

  const until = (to: Instant) => clock.skip(Math.max(0, to - clock.now()))
  let versions = 0

  /** One more version of a plan, saved now. */
  const version = async (plan: PlanId, from: Instant, definition: PlanDefinition) => {
    versions += 1
    await sql(
      `insert into plan_version (complex_id, plan_id, version, effective_from, definition,
         cheapest_e8, dearest_e8, saved_at)
       values ($1, $2, $3, $4, $5, 0, 10000000000, $6)`,
      [complexId, plan, versions, sqlTime(from), JSON.stringify(definition), sqlTime(clock.now())],
    )
  }
  const plan = async (name: string): Promise<PlanId> => {
    const rows = await sql<{ id: number }>(
      'insert into plan (complex_id, name) values ($1, $2) returning plan_id as id',
      [complexId, name],
    )
    return planId(must(rows[0], 'the plan').id)
  }
  const assigned = (supply: SupplyId, to: PlanId, since: Instant) =>
    sql(
      `insert into supply_plan (complex_id, supply_id, since, ordinal, plan_id, saved_at)
       values ($1, $2, $3, 2, $4, $5)`,
      [complexId, supply, sqlTime(since), to, sqlTime(clock.now())],
    )
  let opened = 0
  /** Opens an account on the next meter; its register shows `initialWh` now. */
  const open = async (plan: PlanId, initialWh: number) => {
    const { meterId } = must(complex.meters[opened], 'a meter is left')
    opened += 1
    const { accountId } = await openAccount(complex.deps, complex.clerk, {
      requestId: `open-${opened}`,
      complexId,
      tenant: { name: '云栖酒店' },
      mode: 'centre',
      meters: [
        {
          meterId,
          planId: plan,
          alarm1Fen: 5_000,
          alarm2Fen: 2_000,
          initialWh,
          firstPurchaseFen: 100_000,
        },
      ],
    })
    const rows = await sql<{ id: SupplyId }>(
      'select supply_id as id from supply where account_id = $1',
      [accountId],
    )
    return { accountId, meterId, supplyId: must(rows[0], 'the supply').id }
  }
  const read = async (meterId: MeterId, when: Instant, energyWh: number, tariffsWh?: number[]) => {
    await sql(
      `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, tariffs_wh)
       values ($1, $2, $3, 1, $4, $5, $6)`,
      [complexId, meterId, sqlTime(when), sqlTime(clock.now()), energyWh, tariffsWh ?? null],
    )
    await sql(
      `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at)
       values ($1, $2, 1, $3, $4, $4) on conflict (complex_id, meter_id) do update
       set energy_wh = $3, energy_at = $4, answered_at = $4 where latest.energy_at < $4`,
      [complexId, meterId, energyWh, sqlTime(when)],
    )
  }
  const bill = async (supply: SupplyId, month: string) => {
    const rows = await sql<{
      lines: Line[]
      dueFen: number
      energyWh: number
      estimatedWh: number
      unpricedWh: number
    }>(
      `select lines, due_fen as "dueFen", energy_wh as "energyWh", estimated_wh as "estimatedWh",
         unpriced_wh as "unpricedWh" from month_bill where supply_id = $1 and month = $2`,
      [supply, `${month}-01`],
    )
    return must(rows[0], 'the month has a bill')
  }
  const charges = (supply: SupplyId) =>
    sql<{
      day: string
      month: string
      cause: string | null
      wh: number
      fen: number
      lines: LineChange[]
    }>(
      `select day::text, month::text, cause, energy_wh as wh, due_fen as fen, lines from usage_day
       where supply_id = $1 order by at, day, version`,
      [supply],
    )
  const balance = async (account: number): Promise<number> => {
    const rows = await sql<{ fen: number }>(
      'select -balance_fen as fen from ledger_account where path = $1',
      [`account/${account}/balance`],
    )
    return must(rows[0], 'the balance').fen
  }
  const charged = async (to: Instant) => {
    until(to)
    await chargeDueDays(deps)
  }
  const rerated = async () => {
    while ((await rerateDue(deps)) > 0);
  }
  return {
    ...{ base, clock, complex, complexId, deps, errors, inTx, sql, until },
    ...{ version, plan, assigned, open, read, bill, charges, balance, charged, rerated },
  }
}

export type SettlementRig = Awaited<ReturnType<typeof settlementRig>>
