// A town of supplies written at once, for tests of the power policy 供电策略试验: gateways with so many
// meters each, their money as the centre or a wallet has it.

import { plusMs, sqlTime } from '../src/shared/clock.ts'
import type { MeterId } from '../src/shared/ids.ts'
import type { ControlRig } from './control-rig.ts'

export type Street = {
  /** The gateway's code; its meters hang on one feeder of the same name. */
  code: string
  mode: 'centre' | 'meter'
  /** The balance of each shop; centre mode: what was booked. */
  balancesFen: readonly number[]
}

const A_DAY_MS = 24 * 3_600_000

const STREET = `
  with gw as (
    insert into gateway (complex_id, code, name, link) values ($1, $2, $2, '{}')
    returning gateway_id
  ), line as (
    insert into bus (complex_id, gateway_id) select $1, gateway_id from gw returning bus_id
  ), n as (
    select n, fen from unnest($4::bigint[]) with ordinality as u(fen, n)
  ), dev as (
    insert into device (complex_id, bus_id, address, model)
    select $1, bus_id, $2 || n, 'dlt645-prepaid-1p' from line, n returning device_id, address
  ), met as (
    insert into meter (complex_id, device_id, no)
    select $1, device_id, address from dev returning meter_id, no
  ), pt as (
    insert into point (complex_id, kind, name, feeder) select $1, 'power', no, $2 from met
    returning point_id, name
  ), inst as (
    insert into installation (complex_id, meter_id, point_id, since, initial_wh)
    select $1, met.meter_id, pt.point_id, $5, 0 from met join pt on pt.name = met.no
    returning meter_id, point_id
  ), acc as (
    insert into account (complex_id, no, mode, opened_at) select $1, no, $3, $5 from met
    returning account_id, no
  ), ten as (
    insert into tenant (complex_id, name) select $1, no from met returning tenant_id, name
  ), lives as (
    insert into account_tenant (complex_id, account_id, tenant_id, since)
    select $1, account_id, tenant_id, $5 from acc join ten on ten.name = acc.no
  ), sup as (
    insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen, hoarding_fen,
      since)
    select $1, acc.account_id, pt.point_id, 300, 100, 1000000, $5
    from acc join pt on pt.name = acc.no returning supply_id, account_id, point_id
  ), priced as (
    insert into supply_plan (complex_id, supply_id, since, plan_id, saved_at)
    select $1, supply_id, $5, $6, $5 from sup
  ), marks as (
    insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at)
    select $1, sup.supply_id, inst.meter_id, 0, $5
    from sup join inst on inst.point_id = sup.point_id where $3 = 'centre'
  ), books as (
    insert into ledger_account (complex_id, path, balance_fen)
    select $1, 'account/' || acc.account_id || '/balance', -n.fen
    from acc join n on acc.no = $2 || n.n where $3 = 'centre'
  )
  insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at, relay, kept,
    balance_fen, balance_at, opened)
  select $1, met.meter_id, met.meter_id + 5000000, 0, $7, $7, 'closed', false,
    case $3 when 'meter' then n.fen end, case $3 when 'meter' then $7::timestamptz end, true
  from met join n on met.no = $2 || n.n
  returning meter_id as "meterId"`

/** Returns the meters of the street, in the order of the balances. */
export const buildStreet = async (rig: ControlRig, street: Street): Promise<MeterId[]> => {
  const now = rig.clock.now()
  const { complexId, planId } = rig.complex
  await rig.rows(STREET, [
    ...[complexId, street.code, street.mode, street.balancesFen],
    ...[sqlTime(plusMs(now, -A_DAY_MS)), planId, sqlTime(now)],
  ])
  // As autovacuum does within a minute; until then the town would be planned for as empty.
  await rig.analyse()
  const rows = await rig.rows<{ meterId: MeterId }>(
    `select meter_id as "meterId" from meter where complex_id = $1 and no like $2 || '%'
     order by substr(no, length($2) + 1)::integer`,
    [complexId, street.code],
  )
  return rows.map(({ meterId }) => meterId)
}

/** These meters were just read; with `energyWh`, so much stands in their registers. */
export const readNow = (
  rig: ControlRig,
  meters: readonly MeterId[],
  energyWh = 0,
): Promise<unknown> =>
  rig.rows(
    `update latest set energy_wh = $3, energy_at = $4::timestamptz, answered_at = $4,
       balance_at = case when balance_fen is null then null else $4::timestamptz end
     where complex_id = $1 and meter_id = any ($2)`,
    [rig.complex.complexId, meters, energyWh, sqlTime(rig.clock.now())],
  )
