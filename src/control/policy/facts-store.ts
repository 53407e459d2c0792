// What the power policy decides on 策略事实: one row for each running supply with its meter, and what
// is remembered of it between two looks.

import type { Tx } from '../../ports/database.ts'
import { centreBalances } from '../../settlement/centre-balance.ts'
import { type Day, type Instant, plusMs, sqlTime, weekdayOf } from '../../shared/clock.ts'
import type {
  AccountId,
  ComplexId,
  GatewayId,
  MeterId,
  PointId,
  SupplyId,
} from '../../shared/ids.ts'
import { busyMeters, busySince } from './busy.ts'
import type { PolicyFacts } from './decide.ts'
import { daysOf } from './forecast.ts'
import { IN_A_SURGE } from './interlock-store.ts'
import type { KeptBy } from './meter-mode.ts'
import type { Place } from './windows.ts'

export type SupplyFacts = PolicyFacts & {
  supplyId: SupplyId
  accountId: AccountId
  pointId: PointId
  meterId: MeterId
  meterNo: string
  model: string
  gatewayId: GatewayId
  feeder: string
  alarm1Fen: number
  by: KeptBy | null
}

type Row = Omit<SupplyFacts, 'charged' | 'power' | 'by' | 'canTrip'> & {
  accountMode: 'meter' | 'centre'
  watts: number | null
  powerAt: Instant | null
  owner: KeptBy['owner'] | null
  keepReason: string | null
  keepUntil: Instant | null
}

const facts = (which: string): string => `
  with ${busyMeters('$2', 'k.command_id is distinct from $3')}
  select s.supply_id as "supplyId", s.account_id as "accountId", s.point_id as "pointId",
    i.meter_id as "meterId", m.no as "meterNo", d.model, bus.gateway_id as "gatewayId", p.feeder,
    a.mode as "accountMode", s.overdraft_fen as "overdraftFen", s.alarm1_fen as "alarm1Fen",
    s.alarm2_fen as "alarm2Fen", p.protected, l.balance_fen as "availableFen",
    l.balance_at as "asOf", l.relay, coalesce(l.kept, false) as kept,
    l.silent_since is not null or l.answered_at is null as silent,
    l.power_w * case i.side when 'secondary' then i.multiplier else 1 end as watts,
    l.power_at as "powerAt",
    coalesce(c.mode, 'prepaid') as mode, c.owner, c.reason as "keepReason",
    c.until as "keepUntil", e.cause as "tripCause", e.since as "trippedSince",
    ps.owes_since as "owesSince", ps.overload_since as "overloadSince",
    coalesce(ps.overload_tries, 0) as "overloadTries", ps.overload_tried_at as "overloadTriedAt",
    (select count(*)::integer from purchase b where b.complex_id = s.complex_id
      and b.meter_id = i.meter_id and b.state in ('QUEUED', 'ARMED', 'HOLD')) as "purchasesOnWay",
    i.meter_id in (select meter_id from busy) as "commandUnderWay",
    ${IN_A_SURGE} as surge
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
  left join control c on c.complex_id = s.complex_id and c.point_id = s.point_id
  left join relay_episode e on e.complex_id = i.complex_id and e.meter_id = i.meter_id
    and e.until is null and e.relay = 'tripped'
  left join policy_state ps on ps.complex_id = s.complex_id and ps.supply_id = s.supply_id
  where s.complex_id = $1 and s.until is null ${which}
  order by i.meter_id`
// Two statements, so that the plan of each is kept: made anew it costs more than all that follows.
const FACTS_OF_ALL = facts('')
const FACTS_OF = facts('and i.meter_id = any ($4)')

export type WhichFacts = {
  /** Only these meters; null: all. */
  meters: readonly MeterId[] | null
  /** A command that does not count as under way: the one that asks. */
  except?: string
}

/** Of every running supply with a meter; money as the centre or the meter holds it. */
export const supplyFacts = async (
  tx: Tx,
  complex: ComplexId,
  canTrip: (model: string) => boolean,
  { meters, except }: WhichFacts = { meters: null },
): Promise<SupplyFacts[]> => {
  const asked = [complex, busySince(tx.now), except ?? null]
  const rows =
    meters === null
      ? await tx.query<Row>(FACTS_OF_ALL, asked, 'kept')
      : await tx.query<Row>(FACTS_OF, [...asked, meters], 'kept')
  const centre = rows.some(({ accountMode }) => accountMode === 'centre')
    ? await centreBalances(tx, complex, meters === null ? {} : { meters })
    : []
  const balances = new Map(centre.map((one) => [one.accountId, one]))
  return rows.map((row) => {
    const { accountMode, watts, powerAt, owner, keepReason, keepUntil, ...rest } = row
    const held = accountMode === 'centre' ? balances.get(row.accountId) : row
    return {
      ...rest,
      charged: accountMode,
      availableFen: held?.availableFen ?? null,
      asOf: held?.asOf ?? null,
      canTrip: canTrip(row.model),
      power: watts === null || powerAt === null ? null : { watts, at: powerAt },
      by: owner === null ? null : { owner, reason: keepReason ?? '', until: keepUntil },
    }
  })
}

export type Remembered = {
  supplyId: SupplyId
  owesSince: Instant | null
  overloadSince: Instant | null
  overloadTries: number
  overloadTriedAt: Instant | null
}

export const remember = async (
  tx: Tx,
  complex: ComplexId,
  states: readonly Remembered[],
): Promise<void> => {
  if (states.length === 0) return
  await tx.query(
    `insert into policy_state (complex_id, supply_id, owes_since, overload_since, overload_tries,
       overload_tried_at)
     select $1, * from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[], $5::integer[],
       $6::timestamptz[])
     on conflict (complex_id, supply_id) do update set owes_since = excluded.owes_since,
       overload_since = excluded.overload_since, overload_tries = excluded.overload_tries,
       overload_tried_at = excluded.overload_tried_at`,
    [
      complex,
      states.map((one) => one.supplyId),
      states.map((one) => sqlTime(one.owesSince)),
      states.map((one) => sqlTime(one.overloadSince)),
      states.map((one) => one.overloadTries),
      states.map((one) => sqlTime(one.overloadTriedAt)),
    ],
  )
}

export type DailyUse = {
  supplyId: SupplyId
  weekday: number
  fen: number
  days: number
}

export const USED_DAYS = 28
const A_DAY_MS = 24 * 3_600_000

// One pass over what may be 28 days of thousands of supplies: days are counted as the bits that
// they set, since a day may have several rows. 2000-01-02 was a Sunday.
const DAILY_USE = `
  select u.supply_id as "supplyId",
    case when u.day = any ($3::date[]) then 0 when u.day = any ($4::date[]) then 1
      else (u.day - date '2000-01-02') % 7 end as weekday,
    sum(u.due_fen)::bigint as fen,
    bit_count(bit_or(1::bigint << (u.day - $2::date))::bit(64))::integer as days
  from usage_day u
  join supply s on s.complex_id = u.complex_id and s.supply_id = u.supply_id
    and s.until is null and u.day >= s.since::date
  where u.complex_id = $1 and u.day >= $2::date and u.cause is null
  group by 1, 2`

/** What each supply was charged on days like each weekday, of the last four weeks. */
export const dailyUse = (tx: Tx, complex: ComplexId, place: Place): Promise<DailyUse[]> => {
  const from = plusMs(tx.now, -USED_DAYS * A_DAY_MS)
  const days = daysOf(place, { from, until: tx.now })
  const like = (other: number): Day[] =>
    days.flatMap(({ day, weekday }) => (weekday === other && weekdayOf(day) !== other ? [day] : []))
  return tx.query<DailyUse>(DAILY_USE, [complex, days[0]?.day, like(0), like(1)])
}

/** Automatic trips that have been queued and not yet sent. */
export const tripsWaiting = async (tx: Tx, complex: ComplexId): Promise<number> => {
  const rows = await tx.query<{ n: number }>(
    `select count(*)::integer as n from command where complex_id = $1 and state = 'queued'
       and kind = 'setMode' and params->>'cause' in ('arrears', 'overload')`,
    [complex],
  )
  return rows[0]?.n ?? 0
}
