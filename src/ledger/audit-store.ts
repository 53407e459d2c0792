// What the audit reads: chained records in order, and for each invariant the rows that break it.

import type { Tx } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'

export type ChainRow = { seq: number; hash: Buffer; what: string; record: unknown }
export type Head = { lane: number; seq: number; hash: Buffer }

export const chainHeads = (tx: Tx, complex: ComplexId): Promise<Head[]> =>
  tx.query<Head>('select lane, seq, hash from chain_head where complex_id = $1 order by lane', [
    complex,
  ])

type PostingPart = {
  seq: number
  hash: Buffer
  posting: string
  request: string
  kind: string
  date: string
  at: Instant
  operator: number | null
  reason: string
  reverses: string | null
  lines: [string, number][]
}

const POSTINGS = `
  select p.lane_seq as seq, p.hash, p.posting_id as posting, p.request_id as request, p.kind,
    p.business_date as date, p.at, p.operator_id as operator, p.reason, p.reverses,
    (select json_agg(json_build_array(a.path, e.fen) order by e.line) from entry e
     join ledger_account a on a.complex_id = e.complex_id
       and a.ledger_account_id = e.ledger_account_id
     where e.complex_id = p.complex_id and e.posting_id = p.posting_id) as lines
  from posting p
  where p.complex_id = $1 and p.lane = $2 and p.lane_seq > $3 and p.lane_seq <= $4`

type AuditPart = {
  seq: number
  hash: Buffer
  audit: string
  at: Instant
  operator: number | null
  from: string
  action: string
  subject: string
  before: unknown
  after: unknown
}

const AUDITS = `
  select lane_seq as seq, hash, audit_id as audit, at, operator_id as operator,
    came_from as from, action, subject, before, after
  from audit where complex_id = $1 and lane = $2 and lane_seq > $3 and lane_seq <= $4`

/** The records of one lane with after < seq ≤ upTo, in order of seq. */
export const chainRows = async (
  tx: Tx,
  complex: ComplexId,
  lane: number,
  after: number,
  upTo: number,
): Promise<ChainRow[]> => {
  const part = [complex, lane, after, upTo]
  const postings = await tx.query<PostingPart>(POSTINGS, part)
  const audits = await tx.query<AuditPart>(AUDITS, part)
  return [
    ...postings.map(({ seq, hash, ...record }) => ({
      seq,
      hash,
      what: `posting/${record.posting}`,
      record: { ...record, lines: record.lines ?? [] },
    })),
    ...audits.map(({ seq, hash, ...record }) => ({
      seq,
      hash,
      what: `audit/${record.audit}`,
      record,
    })),
  ].sort((a, b) => a.seq - b.seq)
}

export type Check = {
  invariant: string
  zh: string
  en: string
  /** Each row is one breach: `what` names the record. Takes the complex as $1. */
  sql: string
}

export const CHECKS: readonly Check[] = [
  {
    invariant: 'INV-01',
    zh: '全部分录之和不为零',
    en: 'the entries do not sum to zero',
    sql: `select 'total ' || sum(fen) as what from entry where complex_id = $1
          having coalesce(sum(fen), 0) <> 0`,
  },
  {
    invariant: 'INV-02',
    zh: '凭证不平或少于两条分录',
    en: 'a posting is unbalanced or has fewer than two entries',
    sql: `select 'posting/' || p.posting_id as what from posting p
          left join entry e on e.complex_id = p.complex_id and e.posting_id = p.posting_id
          where p.complex_id = $1 group by p.posting_id
          having count(e.fen) < 2 or coalesce(sum(e.fen), 0) <> 0`,
  },
  {
    invariant: 'INV-01',
    zh: '科目余额与分录之和不符',
    en: 'a running balance differs from the sum of its entries',
    sql: `select 'ledger_account/' || a.path as what from ledger_account a
          left join entry e on e.complex_id = a.complex_id
            and e.ledger_account_id = a.ledger_account_id
          where a.complex_id = $1 and a.balance_fen is not null
          group by a.path, a.balance_fen having coalesce(sum(e.fen), 0) <> a.balance_fen`,
  },
  {
    invariant: 'INV-08',
    zh: '收款与售电单不符',
    en: 'what was taken differs from the sale',
    sql: `select 'sale/' || s.sale_id as what from sale s where s.complex_id = $1 and s.paid_fen <>
          (select coalesce(sum(e.fen), 0) from entry e join ledger_account a
             on a.complex_id = e.complex_id and a.ledger_account_id = e.ledger_account_id
           where e.complex_id = s.complex_id and e.posting_id = s.posting_id
             and (a.path like 'cash/%' or a.path like 'channel/%'))`,
  },
  {
    invariant: 'INV-08',
    zh: '售电单明细与金额不符',
    en: 'the lines of a sale differ from its amount',
    sql: `select 'sale/' || s.sale_id as what from sale s left join sale_line l
            on l.complex_id = s.complex_id and l.sale_id = s.sale_id
          where s.complex_id = $1 group by s.sale_id, s.paid_fen
          having coalesce(sum(l.fen), 0) <> s.paid_fen`,
  },
  {
    invariant: 'INV-08',
    zh: '收据号有缺号',
    en: 'receipt numbers have a gap',
    sql: `select c.name as what from counter c where c.complex_id = $1 and c.name like 'receipt/%'
          and c.value <> (select count(*) from (
            select receipt_no from sale where complex_id = $1
            union all select receipt_no from payout where complex_id = $1) r
            where r.receipt_no like split_part(c.name, '/', 2) || '-%')`,
  },
  {
    invariant: 'INV-08',
    zh: '付款凭证与分录不符',
    en: 'a voucher differs from what left the till or the channel',
    sql: `select 'payout/' || o.payout_id as what from payout o where o.complex_id = $1
          and o.paid_fen <>
          (select coalesce(-sum(e.fen), 0) from entry e join ledger_account a
             on a.complex_id = e.complex_id and a.ledger_account_id = e.ledger_account_id
           where e.complex_id = o.complex_id and e.posting_id = o.posting_id
             and (a.path like 'cash/%' or a.path like 'channel/%'))`,
  },
  {
    invariant: 'INV-09',
    zh: '冲正超过原售电金额，或多次冲正',
    en: 'more was paid back for a sale than was paid, or it was reversed twice',
    sql: `select 'sale/' || s.sale_id as what from sale s
          join payout o on o.complex_id = s.complex_id and o.sale_id = s.sale_id
          where s.complex_id = $1 group by s.sale_id, s.paid_fen
          having sum(o.paid_fen) > s.paid_fen or count(*) > 1`,
  },
  {
    invariant: 'INV-13',
    zh: '已冲正的售电仍在下发',
    en: 'a sale that was struck out is still on its way into the meter',
    sql: `select 'purchase/' || p.purchase_id as what from purchase p
          join payout o on o.complex_id = p.complex_id and o.sale_id = p.sale_id
            and o.reduction_id is null
          where p.complex_id = $1 and p.state <> 'CANCELLED'`,
  },
  {
    invariant: 'INV-14',
    zh: '减额未经回读即付款',
    en: 'money was paid for a reduction that no read-back has proved',
    sql: `select 'payout/' || o.payout_id as what from payout o
          join reduction r on r.complex_id = o.complex_id and r.reduction_id = o.reduction_id
          where o.complex_id = $1 and (r.state <> 'DONE' or coalesce(r.taken_fen, 0) < 1)`,
  },
  {
    invariant: 'INV-15',
    zh: '在途金额与未下发购电不符',
    en: 'money in transit differs from the purchases under way',
    sql: `select a.path as what from ledger_account a where a.complex_id = $1
          and a.path like 'supply/%/transit' and -a.balance_fen <>
          (select coalesce(sum(p.amount_fen), 0) from purchase p where p.complex_id = $1
            and p.supply_id = split_part(a.path, '/', 2)::integer
            and p.state in ('QUEUED', 'ARMED', 'HOLD'))`,
  },
  {
    invariant: 'INV-15',
    zh: '已下发购电与下发凭证不符',
    en: 'delivered purchases differ from the delivery postings',
    sql: `select 'supply/' || s.supply_id as what from supply s where s.complex_id = $1 and
          (select coalesce(sum(p.amount_fen), 0) from purchase p where p.complex_id = $1
            and p.supply_id = s.supply_id and p.state = 'DELIVERED') <>
          (select coalesce(-sum(e.fen), 0) from entry e
            join posting g on g.complex_id = e.complex_id and g.posting_id = e.posting_id
            join ledger_account a on a.complex_id = e.complex_id
              and a.ledger_account_id = e.ledger_account_id
            where e.complex_id = $1 and g.kind = 'delivery'
              and a.path = 'supply/' || s.supply_id || '/credit')`,
  },
  {
    invariant: 'INV-11',
    zh: '购电次数不连续',
    en: 'purchase numbers given to one meter are not consecutive',
    sql: `select 'meter/' || p.meter_id || ' epoch ' || p.epoch as what from purchase p
          join epoch e on e.complex_id = p.complex_id and e.meter_id = p.meter_id
            and e.epoch = p.epoch
          where p.complex_id = $1 and p.n > e.base_count
          group by p.meter_id, p.epoch, e.base_count
          having max(p.n) - e.base_count <> count(*)`,
  },
  {
    invariant: 'INV-14',
    zh: '已下发购电缺少回读证据',
    en: 'a delivered purchase has no evidence read back',
    sql: `select 'purchase/' || purchase_id as what from purchase where complex_id = $1
          and state = 'DELIVERED' and (evidence is null or ended_at is null or n is null)`,
  },
  {
    invariant: 'INV-28',
    zh: '日电费与电费凭证不符',
    en: 'days charged differ from the consumption postings',
    sql: `select 'posting/' || coalesce(u.posting_id, p.posting_id) as what
          from (select posting_id, due_fen from usage_day
            where complex_id = $1 and posting_id is not null) u
          full join (select g.posting_id, sum(e.fen) as fen from posting g
            join entry e on e.complex_id = g.complex_id and e.posting_id = g.posting_id
            join ledger_account a on a.complex_id = e.complex_id
              and a.ledger_account_id = e.ledger_account_id
              and (a.path like 'account/%/balance' or a.path like 'supply/%/credit')
            where g.complex_id = $1 and g.kind = 'consumption' group by g.posting_id) p
            on p.posting_id = u.posting_id
          where u.due_fen is distinct from p.fen`,
  },
]

export const breaches = async (tx: Tx, complex: ComplexId, check: Check): Promise<string[]> => {
  const rows = await tx.query<{ what: string }>(check.sql, [complex])
  return rows.map((row) => row.what)
}

export const complexIds = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ id: ComplexId }>(
    'select complex_id as id from complex order by complex_id',
  )
  return rows.map((row) => row.id)
}
