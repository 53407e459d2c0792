// The facts that alarm rules decide on 报警依据: one query for a whole batch of meters, with the alarms
// that are open for each of them.

import { pollIntervals } from '../metering/config-store.ts'
import type { Tx } from '../ports/database.ts'
import { centreBalances } from '../settlement/centre-balance.ts'
import { type Instant, plusMs, sqlTime } from '../shared/clock.ts'
import type {
  AccountId,
  BuildingId,
  BusId,
  ComplexId,
  GatewayId,
  MeterId,
  SupplyId,
  TenantId,
} from '../shared/ids.ts'
import { missingFigures } from './missing-figures.ts'
import { outageOf, outagesOf } from './outage-store.ts'
import { overloadFacts } from './overload-store.ts'
import type { Deduction, MeterFacts, PriceFacts } from './rule.ts'

export type WithOpen<F> = {
  facts: F
  /** Ids of the rules whose alarm is open for this subject. */
  open: ReadonlySet<string>
}

type MeterRow = {
  meterId: MeterId
  gatewayId: GatewayId
  busId: BusId
  buildingId: BuildingId | null
  supplyId: SupplyId | null
  alarm1Fen: number
  alarm2Fen: number
  overdraftFen: number
  opened: boolean | null
  balanceFen: number | null
  balanceAt: Instant | null
  answeredAt: Instant | null
  silentSince: Instant | null
  fault: string | null
  gatewayOnline: boolean | null
  gatewaySince: Instant | null
  holdReason: string | null
  holdSince: Instant | null
  suspectAt: Instant | null
  suspectFlags: number | null
  clockOffsetMs: number | null
  clockAt: Instant | null
  installed: boolean
  barredAt: Instant | null
  unpricedWh: number
  figuresMissing: MeterFacts['figuresMissing']
  deduction: Deduction | null
  pricePush: PriceFacts['push']
  priceDue: PriceFacts['due']
  pricesDiffer: string[] | null
  watts: number | null
  powerAt: Instant | null
  relay: NonNullable<MeterFacts['relay']>['is'] | null
  relayAt: Instant | null
  trippedSince: Instant | null
  overloadTrip: MeterFacts['overloadTrip']
  mode: NonNullable<MeterFacts['ordered']>['mode'] | null
  modeSince: Instant | null
  /** Null where no level has any of its own. */
  settings: unknown
}

/** In a JSON value a moment is its number. */
export const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`

/** What the policy says of overload, newest first: of the supply `s`, or of its complex. */
const overloadSaid = (whose: string): string => `
  (select w.settings->'overload' from power_policy w where w.complex_id = s.complex_id and ${whose}
    order by w.policy_id desc limit 1)`

const OVERLOAD_TRIP = `
  select jsonb_build_object('since', ${MS('e.since')}, 'tries', coalesce(ps.overload_tries, 0),
    'triedAt', ${MS('ps.overload_tried_at')}, 'triesMost', case o.said->>'recovery'
      when 'automatic' then (o.said->>'tries')::integer end)
  from relay_episode e
  left join policy_state ps on ps.complex_id = s.complex_id and ps.supply_id = s.supply_id
  cross join lateral (select coalesce(${overloadSaid('w.supply_id = s.supply_id')},
    ${overloadSaid('w.supply_id is null')}) as said) o
  where e.complex_id = l.complex_id and e.meter_id = l.meter_id and e.until is null
    and e.relay = 'tripped' and e.cause = 'overload'
  order by e.since desc limit 1`

const METERS = `
  select m.meter_id as "meterId", bus.gateway_id as "gatewayId", bus.bus_id as "busId",
    pr.building_id as "buildingId", s.supply_id as "supplyId",
    s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen", s.overdraft_fen as "overdraftFen",
    l.opened, l.balance_fen as "balanceFen", l.balance_at as "balanceAt",
    l.answered_at as "answeredAt", l.silent_since as "silentSince", l.fault,
    g.online as "gatewayOnline", g.since as "gatewaySince", h.reason as "holdReason",
    h.raised_at as "holdSince", l.suspect_at as "suspectAt", l.suspect_flags as "suspectFlags",
    l.clock_offset_ms as "clockOffsetMs", l.clock_at as "clockAt",
    i.point_id is not null as installed, m.barred_at as "barredAt",
    case when mp.command_id is not null then jsonb_build_object('planId', mp.plan_id,
      'version', mp.version, 'switchAt', ${MS('mp.switch_at')},
      'underWay', exists (select from command k where k.complex_id = mp.complex_id
        and k.command_id = mp.command_id and k.state in ('queued', 'sent', 'acknowledged')),
      'writtenAt', ${MS('mp.written_at')}, 'inForceAt', ${MS('mp.in_force_at')},
      'lostAt', ${MS('mp.lost_at')}) end as "pricePush",
    case when mp.due_at is not null then jsonb_build_object('planId', mp.due_plan_id,
      'version', mp.due_version, 'at', ${MS('mp.due_at')}) end as "priceDue",
    mp.differs as "pricesDiffer",
    l.power_w * case i.side when 'secondary' then i.multiplier else 1 end as watts,
    l.power_at as "powerAt", l.relay, l.relay_at as "relayAt",
    case l.relay when 'tripped' then (select max(e.since) from relay_episode e
      where e.complex_id = l.complex_id and e.meter_id = l.meter_id and e.until is null
        and e.relay = 'tripped') end as "trippedSince",
    case l.relay when 'tripped' then (${OVERLOAD_TRIP}) end as "overloadTrip",
    k.mode, k.since as "modeSince",
    case when wc.supply_id is not null then jsonb_build_object('deductedFen', wc.deducted_fen,
      'pricedFen', wc.priced_fen, 'slackFen', wc.slack_fen, 'energyWh', wc.energy_wh,
      'astrayDays', wc.astray_days) end as deduction,
    coalesce((select sum(b.unpriced_wh) from month_bill b where b.complex_id = s.complex_id
      and b.supply_id = s.supply_id and b.unpriced_wh > 0), 0)::bigint as "unpricedWh",
    (select jsonb_build_object('month', x.month, 'what', x.what)
      from (${missingFigures('$3', 'and q.supply_id = s.supply_id')}) x) as "figuresMissing",
    nullif((select c.settings from complex c where c.complex_id = $1) || gw.settings || m.settings,
      '{}') as settings
  from meter m
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  join gateway gw on gw.complex_id = bus.complex_id and gw.gateway_id = bus.gateway_id
  left join gateway_latest g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  left join hold h on h.complex_id = m.complex_id and h.meter_id = m.meter_id
    and h.released_at is null
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join control k on k.complex_id = i.complex_id and k.point_id = i.point_id
  left join meter_price mp on mp.complex_id = m.complex_id and mp.meter_id = m.meter_id
  left join wallet_check wc on wc.complex_id = m.complex_id and wc.supply_id = s.supply_id
    and wc.meter_id = m.meter_id
  where m.complex_id = $1 and m.meter_id = any ($2)`

const both = <A, B, T>(a: A | null, b: B | null, made: (a: A, b: B) => T): T | null =>
  a === null || b === null ? null : made(a, b)

/** Two rounds: an older power tells nothing of now. */
const powerOf = ({ watts, powerAt }: MeterRow, statusMs: number, now: Instant) =>
  watts === null || powerAt === null || powerAt < plusMs(now, -2 * statusMs)
    ? null
    : { watts, at: powerAt }

const relayOf = ({ relay, relayAt, trippedSince }: MeterRow): MeterFacts['relay'] =>
  relay === null || relayAt === null
    ? null
    : { is: relay, since: trippedSince ?? relayAt, readAt: relayAt }

const factsOf = (row: MeterRow, now: Instant): MeterFacts => ({
  meterId: row.meterId,
  gatewayId: row.gatewayId,
  supplyId: row.supplyId,
  tenantId: null,
  paidLately: false,
  opened: row.opened,
  balanceFen: row.balanceFen,
  balanceAt: row.balanceAt,
  limits:
    row.supplyId === null
      ? null
      : { alarm1Fen: row.alarm1Fen, alarm2Fen: row.alarm2Fen, overdraftFen: row.overdraftFen },
  answeredAt: row.answeredAt,
  silentSince: row.silentSince,
  fault: row.fault,
  gateway: both(row.gatewayOnline, row.gatewaySince, (online, since) => ({ online, since })),
  statusMs: pollIntervals(row.settings).statusMs,
  outage: { open: false, until: null },
  power: powerOf(row, pollIntervals(row.settings).statusMs, now),
  relay: relayOf(row),
  ordered: both(row.mode, row.modeSince, (mode, since) => ({ mode, since })),
  ...{ overload: null, overSince: null, overloadTrip: row.overloadTrip },
  suspect: both(row.suspectAt, row.suspectFlags, (at, flags) => ({ at, flags })),
  clock: both(row.clockOffsetMs, row.clockAt, (offsetMs, at) => ({ offsetMs, at })),
  installed: row.installed,
  barredAt: row.barredAt,
  unpricedWh: row.unpricedWh,
  figuresMissing: row.figuresMissing,
  deduction: row.deduction,
  prices: { push: row.pricePush, due: row.priceDue, differs: row.pricesDiffer },
  hold: both(row.holdReason, row.holdSince, (reason, since) => ({ reason, since })),
})

const CENTRE = `
  select i.meter_id as "meterId", s.account_id as "accountId"
  from installation i
  join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id and s.until is null
  where i.complex_id = $1 and i.meter_id = any ($2) and i.until is null
    and s.account_id = any ($3)`

/** What the centre charges: the balance is the account's, and nothing needs to be opened. */
const centreFacts = async (tx: Tx, complex: ComplexId, meters: readonly MeterId[]) => {
  const balances = await centreBalances(tx, complex, { meters })
  if (balances.length === 0) return new Map<MeterId, Partial<MeterFacts>>()
  const accounts = balances.map(({ accountId }) => accountId)
  const rows = await tx.query<{ meterId: MeterId; accountId: AccountId }>(
    CENTRE,
    [complex, meters, accounts],
    'kept',
  )
  const ofAccount = new Map(balances.map((one) => [one.accountId, one]))
  return new Map<MeterId, Partial<MeterFacts>>(
    rows.map(({ meterId, accountId }) => {
      const { availableFen = null, asOf = null } = ofAccount.get(accountId) ?? {}
      return [meterId, { opened: true, balanceFen: availableFen, balanceAt: asOf }]
    }),
  )
}

type OpenRow = { rule: string; subjectKind: string; subjectId: number }

const OPEN = `
  select rule, subject_kind as "subjectKind", subject_id as "subjectId" from alarm
  where complex_id = $1 and cleared_at is null and subject_kind in ('meter', 'supply')`

// Few alarms are open at a time: all of them are read once, rather than sought for each meter.
const openRules = async (tx: Tx, complex: ComplexId): Promise<Map<string, Set<string>>> => {
  const open = new Map<string, Set<string>>()
  for (const { rule, subjectKind, subjectId } of await tx.query<OpenRow>(OPEN, [complex], 'kept')) {
    const key = `${subjectKind}/${subjectId}`
    open.set(key, (open.get(key) ?? new Set()).add(rule))
  }
  return open
}

const NONE: ReadonlySet<string> = new Set()

/**
 * What most decisions need of these meters. Whether money has come lately, and whom to tell, is
 * left unknown: `raisingFacts` knows, for the few where something is to be raised.
 */
export const meterFacts = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<WithOpen<MeterFacts>[]> => {
  if (meters.length === 0) return []
  const [rows, open, outages, overloads, centre] = await Promise.all([
    tx.query<MeterRow>(METERS, [complex, meters, sqlTime(tx.now)], 'kept'),
    openRules(tx, complex),
    outagesOf(tx, complex),
    overloadFacts(tx, complex, meters),
    centreFacts(tx, complex, meters),
  ])
  return rows.map((row) => {
    const ofMeter = open.get(`meter/${row.meterId}`) ?? NONE
    const ofSupply = open.get(`supply/${row.supplyId}`) ?? NONE
    const all = ofSupply.size === 0 ? ofMeter : new Set([...ofMeter, ...ofSupply])
    const facts = {
      ...factsOf(row, tx.now),
      ...{ outage: outageOf(outages, row) },
      ...overloads.get(row.meterId),
      ...centre.get(row.meterId),
    }
    return { facts, open: all }
  })
}

export type RaisingFacts = Pick<MeterFacts, 'tenantId' | 'paidLately'>

type RaisingRow = { meterId: MeterId; tenantId: TenantId | null; paidLately: boolean | null }

const RAISING = `
  select l.meter_id as "meterId", t.tenant_id as "tenantId", w.late as "paidLately"
  from latest l
  left join installation i on i.complex_id = l.complex_id and i.meter_id = l.meter_id
    and i.until is null
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account_tenant t on t.complex_id = s.complex_id and t.account_id = s.account_id
    and t.until is null
  left join lateral (
    -- A status reading takes several questions; a purchase arriving between two tears it.
    select p.state in ('QUEUED', 'ARMED') or p.ended_at > l.balance_at - interval '1 minute' as late
    from purchase p where p.complex_id = l.complex_id and p.meter_id = l.meter_id
      and p.state in ('QUEUED', 'ARMED', 'DELIVERED')
    order by p.epoch desc, p.purchase_no desc limit 1
  ) w on true
  where l.complex_id = $1 and l.meter_id = any ($2)`

export const raisingFacts = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<Map<MeterId, RaisingFacts>> => {
  if (meters.length === 0) return new Map()
  const rows = await tx.query<RaisingRow>(RAISING, [complex, meters], 'kept')
  return new Map(
    rows.map(({ meterId, tenantId, paidLately }) => [
      meterId,
      { tenantId, paidLately: paidLately ?? false },
    ]),
  )
}

export const complexIds = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ complexId: ComplexId }>(
    'select complex_id as "complexId" from complex order by complex_id',
  )
  return rows.map((row) => row.complexId)
}
