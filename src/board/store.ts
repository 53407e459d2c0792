// What the board reads 看板: every meter of a complex in one query, each figure with its own time.

import { MODE_REASON_CODES } from '../http/contract/mode-reasons.ts'
import type { BoardItem, MeterDetail } from '../http/contract.ts'
import { complexOfMeter } from '../metering/readings/decision-store.ts'
import { staleAfterMs as staleAfterOf } from '../metering/rounds/push-interval.ts'
import type { Tx } from '../ports/database.ts'
import { METERS_IN_PLACE } from '../registers/meters-in-place.ts'
import { centreBalances, centreParams, centreRows } from '../settlement/centre-balance.ts'
import { type Instant, rfc3339, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import { reasonIn } from '../shared/reason-text.ts'
import { meterState } from './state.ts'

type Timed = 'balanceAt' | 'energyAt' | 'powerAt' | 'relayAt' | 'countAt' | 'readAt' | 'silentSince'

type BoardRow = Omit<BoardItem, Timed | 'state' | 'staleAfterMs'> &
  Record<Timed, Instant | null> & {
    opened: boolean | null
    alarm1Fen: number | null
    alarm2Fen: number | null
    /** Null where its gateway is asked in rounds. */
    gatewaySettings: unknown
  }

// Registers and power on the secondary side of current transformers are shown as what flows.
const FACTOR = `case i.side when 'secondary' then i.multiplier else 1 end`

// A meter opened for an earlier customer number is not opened for this supply.
const COLUMNS = `
  m.meter_id as "meterId", d.address, m.no as "meterNo", g.gateway_id as "gatewayId",
  g.code as "gatewayCode", b.building_id as "buildingId", coalesce(b.name, '') as building,
  coalesce(b.name_en, '') as "buildingEn", pr.floor, coalesce(pr.no, '') as premises,
  coalesce(pr.name, '') as "premisesName", coalesce(pr.name_en, '') as "premisesNameEn",
  coalesce(p.kind, '') as "pointKind", coalesce(p.name, '') as "pointName",
  t.name as tenant, a.account_id as "accountId", a.no as "accountNo",
  coalesce(c.mode, 'prepaid') as mode, coalesce(p.protected, false) as protected,
  exists (select from hold h where h.complex_id = m.complex_id and h.meter_id = m.meter_id
    and h.released_at is null) as held,
  case when a.mode = 'centre' then centre.available_fen else l.balance_fen end as "balanceFen",
  case when a.mode = 'centre' then centre.as_of else l.balance_at end as "balanceAt",
  l.energy_wh * ${FACTOR} as "energyWh",
  l.energy_at as "energyAt", l.power_w * ${FACTOR} as "powerW", l.power_at as "powerAt",
  l.relay, l.relay_at as "relayAt", l.kept, l.purchase_count as "purchaseCount",
  l.wallet_at as "countAt", l.answered_at as "readAt",
  l.silent_since as "silentSince", coalesce(l.seq, 0) as seq,
  case when a.mode = 'centre' then true
    else l.opened and coalesce(l.customer_no = e.customer_no, true) end as opened,
  s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen",
  case when g.settings->'polled' = 'false' then g.settings end as "gatewaySettings"`

const TABLES = `
  ${METERS_IN_PLACE}
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.until is null
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
  left join epoch e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
    and e.supply_id = s.supply_id and e.closed_at is null
  left join control c on c.complex_id = i.complex_id and c.point_id = i.point_id
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  left join centre on centre.account_id = a.account_id`

const supplyOf = (row: BoardRow): { alarm1Fen: number; alarm2Fen: number } | null =>
  row.alarm1Fen === null || row.alarm2Fen === null
    ? null
    : { alarm1Fen: row.alarm1Fen, alarm2Fen: row.alarm2Fen }

const stateOf = (row: BoardRow, staleAfterMs: number, now: Instant): BoardItem['state'] =>
  meterState({
    now,
    answeredAt: row.readAt,
    supply: supplyOf(row),
    opened: row.opened,
    balanceFen: row.balanceFen,
    balanceAt: row.balanceAt,
    staleAfterMs,
  })

const timeIn =
  (zone: string) =>
  (at: Instant | null): string | null =>
    at === null ? null : rfc3339(at, zone)

const itemOf = (row: BoardRow, now: Instant, zone: string): BoardItem => {
  const { opened: _opened, alarm1Fen: _alarm1, alarm2Fen: _alarm2, ...rest } = row
  const { gatewaySettings, ...shown } = rest
  const staleAfterMs = staleAfterOf(gatewaySettings)
  const time = timeIn(zone)
  return {
    ...shown,
    state: stateOf(row, staleAfterMs, now),
    balanceAt: time(row.balanceAt),
    energyAt: time(row.energyAt),
    powerAt: time(row.powerAt),
    relayAt: time(row.relayAt),
    countAt: time(row.countAt),
    readAt: time(row.readAt),
    silentSince: time(row.silentSince),
    staleAfterMs,
  }
}

/** The newest change that watchers can have seen; 0 before the first reading. */
export const boardSeq = async (tx: Tx, complex: ComplexId): Promise<number> => {
  const rows = await tx.query<{ seq: number }>(
    'select coalesce(max(seq), 0) as seq from latest where complex_id = $1',
    [complex],
  )
  return rows[0]?.seq ?? 0
}

const itemsWhere = (which: string): string => `
  with ${centreRows(3)}
  select ${COLUMNS} ${TABLES}
  where m.complex_id = $1 and ${which} order by m.meter_id`
const ALL_ITEMS = itemsWhere('$2::integer[] is null')
const NAMED_ITEMS = itemsWhere('m.meter_id = any ($2)')

/** All meters of the complex, or the named ones. */
export const boardItems = async (
  tx: Tx,
  complex: ComplexId,
  zone: string,
  meters: readonly MeterId[] | null,
): Promise<BoardItem[]> => {
  const centre = await centreBalances(tx, complex, meters === null ? {} : { meters })
  const params = [complex, meters, ...centreParams(centre)]
  // Of few meters most of the time would go into planning.
  const rows =
    meters === null
      ? await tx.query<BoardRow>(ALL_ITEMS, params)
      : await tx.query<BoardRow>(NAMED_ITEMS, params, 'kept')
  return rows.map((row) => itemOf(row, tx.now, zone))
}

type DetailTimed = Timed | 'modeUntil'
type DetailRow = Omit<
  MeterDetail,
  DetailTimed | 'modeReason' | 'state' | 'staleAfterMs' | 'modelName'
> &
  Record<DetailTimed, Instant | null> &
  Pick<BoardRow, 'opened' | 'gatewaySettings'> & { modeReason: string; zone: string }

const DETAIL = `
  with ${centreRows(4)}
  select ${COLUMNS}, a.closing_id is not null as closing, d.model, i.multiplier, pl.name as plan,
    pv.price_e8 as "priceE8", s.overdraft_fen as "overdraftFen",
    s.hoarding_fen as "hoardingFen", l.customer_no as "customerNo",
    l.clock_offset_ms as "clockOffsetMs", l.status_word as "statusWord", l.fault,
    coalesce(c.reason, '') as "modeReason", c.until as "modeUntil", cx.zone
  ${TABLES}
  join complex cx on cx.complex_id = m.complex_id
  left join lateral plan_in_force(s.complex_id, s.supply_id, $2::timestamptz) pv on true
  left join plan pl on pl.complex_id = s.complex_id and pl.plan_id = pv.plan_id
  where m.complex_id in (select complex_id from complex
      where $3::integer is null or complex_id = $3)
    and m.meter_id = $1`

/** Everything known of one meter; null where the scope has no such meter. */
export const meterDetail = async (
  tx: Tx,
  meter: MeterId,
  within: number | null,
): Promise<Omit<MeterDetail, 'modelName'> | null> => {
  const complex = await complexOfMeter(tx, meter)
  if (complex === null) return null
  const centre = centreParams(await centreBalances(tx, complex, { meters: [meter] }))
  const row = (await tx.query<DetailRow>(DETAIL, [meter, sqlTime(tx.now), within, ...centre]))[0]
  if (!row) return null
  const { zone, modeUntil, ...rest } = row
  const { model, multiplier, plan, priceE8, overdraftFen, hoardingFen, customerNo } = rest
  const { clockOffsetMs, statusWord, fault, modeReason, alarm1Fen, alarm2Fen, ...board } = rest
  return {
    ...itemOf({ ...board, alarm1Fen, alarm2Fen }, tx.now, zone),
    closing: rest.closing,
    model,
    multiplier,
    plan,
    priceE8,
    alarm1Fen,
    alarm2Fen,
    overdraftFen,
    hoardingFen,
    customerNo,
    clockOffsetMs,
    statusWord,
    fault,
    modeReason: modeReason === '' ? null : reasonIn(MODE_REASON_CODES, modeReason),
    modeUntil: timeIn(zone)(modeUntil),
  }
}
