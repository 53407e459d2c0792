// Changes of the past as rows 追溯重算存取: what was asked, what it came to month by month, and where
// it was posted.

import type { CapFinding } from '../http/contract/price-cap.ts'
import type { PastChange, RerateKind, RerateSettled, RerateState } from '../http/contract/rerate.ts'
import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, SupplyId, Uuid } from '../shared/ids.ts'
import type { Words } from '../shared/words.ts'
import type { Line } from '../tariff/lines.ts'
import type { ChangedMonth } from './compute.ts'
import type { Tripped } from './tripped.ts'

export type Figures = {
  chargedFen: number
  dueFen: number
  differenceFen: number
  accounts: number
  supplies: number
  more: number
  less: number
  wouldTrip: number
  cap: CapFinding | null
  /** Left out by what was proposed before it was told. */
  settled?: readonly RerateSettled[]
}

export type NewRerating = {
  complexId: ComplexId
  reratingId: Uuid
  change: PastChange
  title: Words
  note: string
  figures: Figures
}

export const insertRerating = async (tx: Tx, row: NewRerating): Promise<void> => {
  await tx.query(
    `insert into rerating (complex_id, rerating_id, kind, change, title, note, figures, state,
       asked_by, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'previewed', $8, $9)`,
    [
      ...[row.complexId, row.reratingId, row.change.kind, JSON.stringify(row.change)],
      ...[JSON.stringify(row.title), row.note, JSON.stringify(row.figures)],
      ...[tx.scope.operator, sqlTime(tx.now)],
    ],
  )
}

export type ReratingKey = { complexId: ComplexId; reratingId: Uuid }

/** Lines are long: a statement holds so many months. */
const MONTHS_A_STATEMENT = 500

export const insertMonths = async (
  tx: Tx,
  key: ReratingKey,
  months: readonly ChangedMonth[],
): Promise<void> => {
  for (let at = 0; at < months.length; at += MONTHS_A_STATEMENT)
    await insertSomeMonths(tx, key, months.slice(at, at + MONTHS_A_STATEMENT))
}

const insertSomeMonths = async (
  tx: Tx,
  { complexId, reratingId }: ReratingKey,
  months: readonly ChangedMonth[],
): Promise<void> => {
  const rows = months.map((one) => ({
    ...{ supply_id: one.supplyId, month: one.month, tenant_since: sqlTime(one.tenantSince) },
    ...{ account_id: one.accountId, charged_fen: one.chargedFen, due_fen: one.dueFen },
    ...{ charged_wh: one.chargedWh, energy_wh: one.energyWh },
    ...{ before: one.before, after: one.after },
  }))
  await tx.query(
    `insert into rerating_month (complex_id, rerating_id, supply_id, month, tenant_since,
       account_id, charged_fen, due_fen, charged_wh, energy_wh, before, after)
     select $1, $2, r.* from jsonb_to_recordset($3::jsonb) as r(supply_id integer, month date,
       tenant_since timestamptz, account_id integer, charged_fen bigint, due_fen bigint,
       charged_wh bigint, energy_wh bigint, before jsonb, after jsonb)`,
    [complexId, reratingId, JSON.stringify(rows)],
  )
}

export const insertTrips = async (
  tx: Tx,
  { complexId, reratingId }: ReratingKey,
  trips: readonly Tripped[],
): Promise<void> => {
  await tx.query(
    `insert into rerating_trip (complex_id, rerating_id, account_id, day, balance_fen,
       would_be_fen)
     select $1, $2, t.* from unnest($3::integer[], $4::date[], $5::bigint[], $6::bigint[]) t`,
    [
      ...[complexId, reratingId],
      trips.map(({ accountId }) => accountId),
      trips.map(({ day }) => day),
      trips.map(({ balanceFen }) => balanceFen),
      trips.map(({ wouldBeFen }) => wouldBeFen),
    ],
  )
}

export type ReratingRow = ReratingKey & {
  kind: RerateKind
  change: PastChange
  title: Words
  note: string
  figures: Figures
  state: RerateState
  zone: string
  dayCutMinutes: number
  askedBy: string
  askedAt: Instant
  appliedAt: Instant | null
  postedAt: Instant | null
  fromMonth: Day | null
  toMonth: Day | null
}

const ROWS = `
  select r.complex_id as "complexId", r.rerating_id as "reratingId", r.kind, r.change, r.title,
    r.note, r.figures, r.state, c.zone, c.day_cut_minutes as "dayCutMinutes",
    coalesce(o.name, '') as "askedBy", r.asked_at as "askedAt", r.applied_at as "appliedAt",
    r.posted_at as "postedAt", m.first::text as "fromMonth", m.last::text as "toMonth"
  from complex c
  join rerating r on r.complex_id = c.complex_id
  left join operator o on o.operator_id = r.asked_by
  left join lateral (
    select min(x.month) as first, max(x.month) as last from rerating_month x
    where x.complex_id = r.complex_id and x.rerating_id = r.rerating_id
  ) m on true`

/** Null outside the scope. */
export const reratingById = async (
  tx: Tx,
  id: string,
  within: number | null = null,
): Promise<ReratingRow | null> => {
  const rows = await tx.query<ReratingRow>(
    `${ROWS} where r.rerating_id = $1 and ($2::integer is null or r.complex_id = $2)`,
    [id, within],
  )
  return rows[0] ?? null
}

/** So that it is applied or dropped once. */
export const lockRerating = async (tx: Tx, id: string): Promise<ReratingRow | null> => {
  await tx.query('select from rerating where rerating_id = $1 for update', [id])
  return reratingById(tx, id)
}

export type ListAsked = {
  complexId: ComplexId
  kind: string | null
  state: string | null
  before: string | null
  limit: number
}

/** Newest first. */
export const listReratings = (tx: Tx, asked: ListAsked): Promise<ReratingRow[]> =>
  tx.query<ReratingRow>(
    `${ROWS} where c.complex_id = $1 and ($2::text is null or r.kind = $2)
       and ($3::text is null or r.state = $3) and ($4::uuid is null or r.rerating_id < $4)
     order by r.rerating_id desc limit $5`,
    [asked.complexId, asked.kind, asked.state, asked.before, asked.limit],
  )

export type MonthRow = {
  supplyId: SupplyId
  month: Day
  accountId: AccountId
  accountNo: string
  tenant: string
  mode: 'meter' | 'centre'
  premises: string
  chargedFen: number
  dueFen: number
  chargedWh: number
  energyWh: number
  before: readonly Line[]
  after: readonly Line[]
  postingId: Uuid | null
  postedOn: Day | null
  postedFen: number | null
}

/** By account; lines only where they are asked for. */
export const reratingMonths = (
  tx: Tx,
  { complexId, reratingId }: ReratingKey,
  { account = null, lines = false }: { account?: number | null; lines?: boolean } = {},
): Promise<MonthRow[]> =>
  tx.query<MonthRow>(
    `select r.supply_id as "supplyId", r.month::text, r.account_id as "accountId",
       a.no as "accountNo", coalesce(t.name, '') as tenant, a.mode,
       coalesce(pr.no, '') as premises, r.charged_fen as "chargedFen", r.due_fen as "dueFen",
       r.charged_wh as "chargedWh", r.energy_wh as "energyWh",
       case when $4 then r.before else '[]' end as before,
       case when $4 then r.after else '[]' end as after, r.posting_id as "postingId",
       p.business_date::text as "postedOn", r.posted_fen as "postedFen"
     from rerating_month r
     join account a on a.complex_id = r.complex_id and a.account_id = r.account_id
     join supply s on s.complex_id = r.complex_id and s.supply_id = r.supply_id
     left join account_tenant h on h.complex_id = r.complex_id and h.account_id = r.account_id
       and h.since = r.tenant_since
     left join tenant t on t.complex_id = h.complex_id and t.tenant_id = h.tenant_id
     left join point pt on pt.complex_id = s.complex_id and pt.point_id = s.point_id
     left join premises pr on pr.complex_id = pt.complex_id and pr.premises_id = pt.premises_id
     left join posting p on p.complex_id = r.complex_id and p.posting_id = r.posting_id
     where r.complex_id = $1 and r.rerating_id = $2 and ($3::integer is null or r.account_id = $3)
     order by a.no, r.supply_id, r.month`,
    [complexId, reratingId, account, lines],
  )

export const reratingTrips = (tx: Tx, { complexId, reratingId }: ReratingKey): Promise<Tripped[]> =>
  tx.query<Tripped>(
    `select account_id as "accountId", day::text, balance_fen as "balanceFen",
       would_be_fen as "wouldBeFen"
     from rerating_trip where complex_id = $1 and rerating_id = $2 order by account_id, day`,
    [complexId, reratingId],
  )

/** What has not been posted yet, as work for whoever prices again. */
export const monthsToPost = (
  tx: Tx,
  { complexId, reratingId }: ReratingKey,
): Promise<{ supplyId: SupplyId; months: Day[] }[]> =>
  tx.query<{ supplyId: SupplyId; months: Day[] }>(
    `select supply_id as "supplyId", array_agg(month::text order by month) as months
     from rerating_month where complex_id = $1 and rerating_id = $2 and posted_fen is null
     group by supply_id order by supply_id`,
    [complexId, reratingId],
  )

/**
 * What this transaction posted for these supplies: the charge or adjustment that is named after the
 * bill as it was written now. Nothing posted is nothing owed.
 */
export const writePosted = async (
  tx: Tx,
  { complexId, reratingId }: ReratingKey,
  supplies: readonly SupplyId[],
): Promise<void> => {
  await tx.query(
    `update rerating_month r set posted_fen = coalesce(w.fen, 0), posting_id = w.posting_id
     from rerating_month m
     left join lateral (
       select g.posting_id, -sum(e.fen)::bigint as fen
       from month_bill b
       join posting g on g.complex_id = b.complex_id and g.request_id in (
         select k.kind || '/' || m.supply_id || '/' || to_char(m.month, 'YYYY-MM') || '/'
           || (extract(epoch from m.tenant_since) * 1000)::bigint || '/v' || b.version
         from unnest(array['usage', 'adjust']) k(kind))
       join entry e on e.complex_id = g.complex_id and e.posting_id = g.posting_id
       join ledger_account la on la.complex_id = e.complex_id
         and la.ledger_account_id = e.ledger_account_id and la.path like 'income/%'
       where b.complex_id = m.complex_id and b.supply_id = m.supply_id and b.month = m.month
         and b.tenant_since = m.tenant_since and b.at = $4
       group by g.posting_id
     ) w on true
     where m.complex_id = $1 and m.rerating_id = $2 and m.supply_id = any ($3)
       and r.complex_id = $1 and r.rerating_id = $2 and r.supply_id = m.supply_id
       and r.month = m.month and r.tenant_since = m.tenant_since`,
    [complexId, reratingId, supplies, sqlTime(tx.now)],
  )
}

export const writeState = async (
  tx: Tx,
  { complexId, reratingId }: ReratingKey,
  to: { state: 'posting'; approvalId: Uuid | null } | { state: 'posted' | 'dropped' },
): Promise<void> => {
  const now = sqlTime(tx.now)
  await tx.query(
    `update rerating set state = $3, approval_id = coalesce($4, approval_id),
       applied_at = case when $3 = 'posting' then $5 else applied_at end,
       posted_at = case when $3 = 'posted' then $5 end
     where complex_id = $1 and rerating_id = $2`,
    [complexId, reratingId, to.state, to.state === 'posting' ? to.approvalId : null, now],
  )
}
