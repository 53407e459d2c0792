// Bills and charges 账单与电费存取: a month of a supply as it was priced last, what was charged
// for it, and the charges as they are made. One statement each, for as many supplies as are
// charged at once.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'
import type { LineChange } from './line-changes.ts'
import type { RatedMonth } from './rate.ts'
import type { DayEnd } from './store.ts'

export type BillKey = { supplyId: SupplyId; month: Day; tenantSince: Instant }

export type KnownBill = {
  /** 0: never priced. */
  version: number
  lines: readonly Line[]
  /** Up to which reading it was priced. */
  untilAt: Instant | null
  /** Charged so far, whatever for. */
  postedFen: number
  postedWh: number
  /** What the bill counts for the yearly tiers of the months after it. */
  billedWh: number
  /** What of it had no price. */
  unpricedWh: number
  /** What the months of this year before it used. */
  yearWh: number
}

// Bills are looked up one by one: until the first night's rows have been counted the planner takes
// the table for empty and would read all of it for each key.
const KNOWN = `
  select coalesce(mb.version, 0) as version, coalesce(mb.lines, '[]') as lines,
    mb.until_at as "untilAt", coalesce(mb.energy_wh, 0)::bigint as "billedWh",
    coalesce(mb.unpriced_wh, 0)::bigint as "unpricedWh",
    p.fen as "postedFen", p.wh as "postedWh", y.wh as "yearWh"
  from unnest($2::integer[], $3::date[], $4::timestamptz[]) with ordinality
    as k(supply_id, month, tenant_since, nth)
  left join lateral (
    select * from month_bill b where b.complex_id = $1 and b.supply_id = k.supply_id
      and b.month = k.month and b.tenant_since = k.tenant_since
    limit 1
  ) mb on true
  cross join lateral (
    select coalesce(sum(u.due_fen), 0)::bigint as fen, coalesce(sum(u.energy_wh), 0)::bigint as wh
    from usage_day u where u.complex_id = $1 and u.supply_id = k.supply_id
      and u.month = k.month and u.tenant_since = k.tenant_since
  ) p
  cross join lateral (
    select coalesce(sum(e.energy_wh), 0)::bigint as wh from month_bill e
    where e.complex_id = $1 and e.supply_id = k.supply_id and e.month < k.month
      and e.month >= date_trunc('year', k.month) and e.tenant_since = k.tenant_since
  ) y
  order by k.nth`

/** In the order of the keys. */
export const knownBills = (
  tx: Tx,
  complex: ComplexId,
  keys: readonly BillKey[],
): Promise<KnownBill[]> =>
  tx.query<KnownBill>(
    KNOWN,
    [
      complex,
      keys.map(({ supplyId }) => supplyId),
      keys.map(({ month }) => month),
      keys.map(({ tenantSince }) => sqlTime(tenantSince)),
    ],
    'kept',
  )

export type WrittenBill = BillKey & { version: number; rated: RatedMonth }

/** As they are priced now; what was charged stays as it was charged. */
export const writeBills = async (
  tx: Tx,
  complex: ComplexId,
  bills: readonly WrittenBill[],
): Promise<void> => {
  if (bills.length === 0) return
  const rows = bills.map(({ rated, tenantSince, supplyId, month, version }) => ({
    ...{ supply_id: supplyId, month, tenant_since: sqlTime(tenantSince), version },
    ...{ lines: rated.lines, meters: rated.meters, unpriced: rated.unpriced },
    ...{ energy_wh: rated.energyWh, estimated_wh: rated.estimatedWh },
    ...{ unpriced_wh: rated.unpricedWh, due_fen: rated.totalFen, until_at: sqlTime(rated.untilAt) },
  }))
  await tx.query(
    `insert into month_bill (complex_id, supply_id, month, tenant_since, version, lines, meters,
       unpriced, energy_wh, estimated_wh, unpriced_wh, due_fen, until_at, at)
     select $1, b.*, $3 from jsonb_to_recordset($2::jsonb) as b(supply_id integer, month date,
       tenant_since timestamptz, version integer, lines jsonb, meters jsonb, unpriced jsonb,
       energy_wh bigint, estimated_wh bigint, unpriced_wh bigint, due_fen bigint,
       until_at timestamptz)
     on conflict (complex_id, supply_id, month, tenant_since) do update set
       version = excluded.version, lines = excluded.lines, meters = excluded.meters,
       unpriced = excluded.unpriced, energy_wh = excluded.energy_wh,
       estimated_wh = excluded.estimated_wh, unpriced_wh = excluded.unpriced_wh,
       due_fen = excluded.due_fen, until_at = excluded.until_at, at = excluded.at`,
    [complex, JSON.stringify(rows), sqlTime(tx.now)],
    'kept',
  )
}

export type NewCharge = BillKey & {
  meterId: MeterId
  /** The business day it belongs to. */
  day: Day
  /** Null: the use of the day, or up to a final register. */
  cause: string | null
  lines: readonly LineChange[]
  energyWh: number
  dueFen: number
  /** Null where nothing was due. */
  postingId: Uuid | null
  /** The registers between which it lies; null where no reading came. */
  from: Instant
  until: DayEnd | null
}

/** Writes charges, each one more part of its day, and moves the marks. */
export const insertCharges = async (
  tx: Tx,
  complex: ComplexId,
  charges: readonly NewCharge[],
): Promise<void> => {
  if (charges.length === 0) return
  const rows = charges.map((one) => ({
    ...{ supply_id: one.supplyId, meter_id: one.meterId, day: one.day, month: one.month },
    ...{ tenant_since: sqlTime(one.tenantSince), cause: one.cause, lines: one.lines },
    ...{ energy_wh: one.energyWh, due_fen: one.dueFen, posting_id: one.postingId },
    ...{ from_at: sqlTime(one.from), until_at: sqlTime(one.until?.at ?? null) },
    ...{ mark_wh: one.until?.energyWh ?? null, mark_reverse_wh: one.until?.reverseWh ?? null },
  }))
  await tx.query(
    `with given as (
       select * from jsonb_to_recordset($2::jsonb) as g(supply_id integer, meter_id integer,
         day date, month date, tenant_since timestamptz, cause text, lines jsonb,
         energy_wh bigint, due_fen bigint, posting_id uuid, from_at timestamptz,
         until_at timestamptz, mark_wh bigint, mark_reverse_wh bigint)
     ), moved as (
       update usage_mark m set energy_wh = g.mark_wh, at = g.until_at,
         reverse_wh = g.mark_reverse_wh
       from given g where m.complex_id = $1 and m.supply_id = g.supply_id
         and m.meter_id = g.meter_id and g.cause is null and g.until_at is not null
     )
     insert into usage_day (complex_id, supply_id, meter_id, day, version, lines, energy_wh,
       due_fen, posting_id, at, month, tenant_since, from_at, until_at, cause)
     select $1, g.supply_id, g.meter_id, g.day, coalesce((select max(u.version) from usage_day u
         where u.complex_id = $1 and u.supply_id = g.supply_id and u.meter_id = g.meter_id
           and u.day = g.day), 0)
         + row_number() over (partition by g.supply_id, g.meter_id, g.day order by g.month),
       g.lines, g.energy_wh, g.due_fen, g.posting_id, $3, g.month, g.tenant_since, g.from_at,
       g.until_at, g.cause
     from given g`,
    [complex, JSON.stringify(rows), sqlTime(tx.now)],
    'kept',
  )
}
