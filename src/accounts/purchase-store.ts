// Purchases and receipts as they are shown 购电记录: the state, what was read before and after, and
// the timeline step by step. Newest first.

import type { Static } from 'typebox'
import type { Purchase, PurchaseEvent, Receipt } from '../http/contract.ts'
import type { Tx } from '../ports/database.ts'
import { PREMISES_EN } from '../registers/meters-in-place.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { likeText } from './search-store.ts'
import { tenancyBegan } from './tenancy.ts'

type PurchaseView = Static<typeof Purchase>
type Timed = 'queuedAt' | 'armedAt' | 'sentAt' | 'endedAt'
type PurchaseRow = Omit<PurchaseView, Timed | 'timeline' | 'relayAfter'> & {
  queuedAt: Instant
  armedAt: Instant | null
  sentAt: Instant | null
  endedAt: Instant | null
  zone: string
}

const PURCHASES = `
  select pu.purchase_id as "purchaseId", pu.sale_id as "saleId", sa.receipt_no as "receiptNo",
    pu.complex_id as "complexId", a.account_id as "accountId", a.no as "accountNo",
    coalesce(t.name, '') as tenant, concat_ws(' ', b.name, pr.no, pr.name) as premises,
    ${PREMISES_EN} as "premisesEn",
    pu.meter_id as "meterId", m.no as "meterNo", pu.kind, pu.purchase_no as "purchaseNo", pu.n,
    pu.amount_fen as "amountFen", pu.state, pu.sends, pu.last_fault as "lastFault",
    pu.queued_at as "queuedAt", pu.armed_at as "armedAt", pu.sent_at as "sentAt",
    pu.ended_at as "endedAt", (pu.before->>'count')::bigint as "countBefore",
    (pu.before->>'balanceFen')::bigint as "balanceBeforeFen",
    (pu.evidence->'reading'->>'count')::bigint as "countAfter",
    (pu.evidence->'reading'->>'balanceFen')::bigint as "balanceAfterFen", c.zone
  from complex c
  join purchase pu on pu.complex_id = c.complex_id
  join supply s on s.complex_id = pu.complex_id and s.supply_id = pu.supply_id
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join meter m on m.complex_id = pu.complex_id and m.meter_id = pu.meter_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join sale sa on sa.complex_id = pu.complex_id and sa.sale_id = pu.sale_id
  left join account_tenant at on at.complex_id = a.complex_id and at.account_id = a.account_id
    and at.since <= pu.queued_at and (at.until is null or at.until > pu.queued_at)
  left join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id`

type EventRow = {
  purchaseId: string
  at: Instant
  kind: Static<typeof PurchaseEvent>['kind']
  facts: Record<string, unknown>
}

// That it was paid and posted is what its sale says; sales of former versions noted it as well.
const EVENTS = `
  with mine as (
    select complex_id, purchase_id, sale_id from purchase
    where complex_id = any ($1) and purchase_id = any ($2)
  ), noted as (
    select e.purchase_id, e.at, e.kind, e.facts, 3 as place, e.event_id
    from mine join purchase_event e using (complex_id, purchase_id)
  ), told as (
    select m.purchase_id, s.at, step.kind, step.facts, step.place, null::uuid as event_id
    from mine m
    join sale s on s.complex_id = m.complex_id and s.sale_id = m.sale_id
    cross join lateral (values
      ('paid', jsonb_build_object('paidFen', s.paid_fen, 'method', s.method), 1),
      ('posted', jsonb_build_object('carryFen', (select coalesce(sum(l.fen), 0) from sale_line l
        where l.complex_id = s.complex_id and l.sale_id = s.sale_id and l.purpose = 'carry'),
        'receiptNo', s.receipt_no), 2)) as step(kind, facts, place)
    where not exists (select from noted n where n.purchase_id = m.purchase_id and n.kind = 'paid')
  )
  select purchase_id as "purchaseId", at, kind, facts
  from (select * from noted union all select * from told) steps
  order by at, place, event_id`

const eventsOf = async (tx: Tx, rows: readonly PurchaseRow[]) => {
  const events = await tx.query<EventRow>(EVENTS, [
    [...new Set(rows.map((row) => row.complexId))],
    rows.map((row) => row.purchaseId),
  ])
  return Map.groupBy(events, (event) => event.purchaseId)
}

const isRelay = (value: unknown): value is NonNullable<PurchaseView['relayAfter']> =>
  value === 'closed' || value === 'tripped' || value === 'closePermitted'

const relayIn = (events: readonly EventRow[]): PurchaseView['relayAfter'] => {
  const relay = events.findLast((event) => event.kind === 'relay')?.facts.relay
  return isRelay(relay) ? relay : null
}

const viewsOf = async (tx: Tx, rows: readonly PurchaseRow[]): Promise<PurchaseView[]> => {
  if (rows.length === 0) return []
  const events = await eventsOf(tx, rows)
  return rows.map(({ zone, ...row }): PurchaseView => {
    const steps = events.get(row.purchaseId) ?? []
    const time = (at: Instant | null) => (at === null ? null : rfc3339(at, zone))
    return {
      ...row,
      queuedAt: rfc3339(row.queuedAt, zone),
      armedAt: time(row.armedAt),
      sentAt: time(row.sentAt),
      endedAt: time(row.endedAt),
      relayAfter: relayIn(steps),
      timeline: steps.map(({ at, kind, facts }) => ({ at: rfc3339(at, zone), kind, facts })),
    }
  })
}

/** Null where the scope has no such purchase. */
export const purchaseView = async (
  tx: Tx,
  purchase: string,
  within: number | null,
): Promise<PurchaseView | null> => {
  const rows = await tx.query<PurchaseRow>(
    `${PURCHASES} where pu.purchase_id = $1 and ($2::integer is null or c.complex_id = $2)`,
    [purchase, within],
  )
  return (await viewsOf(tx, rows))[0] ?? null
}

export type PurchaseFilter = {
  accountId: number | null
  meterId: number | null
  state: PurchaseView['state'] | null
  /** Part of a receipt, meter, account or shop number or of a name; null for all. */
  search: string | null
  /** The purchase that the last page ended with. */
  before: string | null
  limit: number
}

/** Ids are UUIDs of version 7, so their order is the order of time. */
export const listPurchases = async (
  tx: Tx,
  complex: ComplexId,
  filter: PurchaseFilter,
): Promise<PurchaseView[]> => {
  const rows = await tx.query<PurchaseRow>(
    `${PURCHASES}
     where c.complex_id = $1
       and ($2::integer is null or pu.queued_at >= ${tenancyBegan('$1', '$2')}
         and pu.supply_id in (select s2.supply_id from supply s2
           where s2.complex_id = $1 and s2.account_id = $2))
       and ($3::integer is null or pu.meter_id = $3)
       and ($4::uuid is null or pu.purchase_id < $4)
       and ($6::text is null or pu.state = $6)
       and ($7::text is null or concat_ws(' ', sa.receipt_no, m.no, a.no, pr.no, pr.name, t.name)
         ilike '%' || $7 || '%')
     order by pu.purchase_id desc limit $5`,
    [
      complex,
      filter.accountId,
      filter.meterId,
      filter.before,
      filter.limit,
      filter.state,
      filter.search === null ? null : likeText(filter.search),
    ],
  )
  return viewsOf(tx, rows)
}

/** What was printed, as it was printed; null where the scope has no such sale. */
export const receiptOfSale = async (
  tx: Tx,
  sale: string,
  within: number | null,
): Promise<Receipt | null> => {
  const rows = await tx.query<{ receipt: Receipt }>(
    `select sa.receipt from complex c
     join sale sa on sa.complex_id = c.complex_id and sa.sale_id = $1
     where $2::integer is null or c.complex_id = $2`,
    [sale, within],
  )
  return rows[0]?.receipt ?? null
}
