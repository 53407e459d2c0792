// What the books and the till must show 账务与收款 (INV-01…10, 28).

import type { Check } from './check.ts'

export const MONEY_CHECKS: readonly Check[] = [
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
    invariant: 'INV-02',
    zh: '分录没有凭证或科目',
    en: 'an entry without its posting or its account',
    sql: `select 'posting/' || e.posting_id || ' line ' || e.line as what from entry e
          left join posting p on p.complex_id = e.complex_id and p.posting_id = e.posting_id
          left join ledger_account a on a.complex_id = e.complex_id
            and a.ledger_account_id = e.ledger_account_id
          where e.complex_id = $1 and (p.posting_id is null or a.ledger_account_id is null)`,
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
    invariant: 'INV-07',
    zh: '一笔收付款对应多张单据',
    en: 'one payment stands behind two receipts',
    sql: `select 'posting/' || g.posting_id as what from (
            select posting_id from sale where complex_id = $1
            union all select posting_id from payout where complex_id = $1
          ) g group by g.posting_id having count(*) > 1`,
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
  {
    invariant: 'INV-28',
    zh: '月电费与已结电费或明细不符',
    en: 'a month differs from what was charged for it, or from its lines',
    sql: `select 'supply/' || b.supply_id || ' ' || b.month as what from month_bill b
          join supply s on s.complex_id = b.complex_id and s.supply_id = b.supply_id
          join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
          where b.complex_id = $1 and a.mode = 'centre'
            and (b.due_fen <> (select coalesce(sum(u.due_fen), 0) from usage_day u
                where u.complex_id = b.complex_id and u.supply_id = b.supply_id
                  and u.month = b.month and u.tenant_since = b.tenant_since)
              or b.due_fen <> (select coalesce(sum((l->>'fen')::bigint), 0)
                from jsonb_array_elements(b.lines) l))`,
  },
  {
    invariant: 'INV-03',
    zh: '冲正凭证未指明所冲凭证',
    en: 'a reversal on the spot does not name the posting that it takes back',
    sql: `select 'posting/' || g.posting_id as what from posting g
          join payout p on p.complex_id = g.complex_id and p.posting_id = g.posting_id
          where g.complex_id = $1 and p.purpose = 'reversal' and p.reduction_id is null
            and g.reverses is null`,
  },
  {
    invariant: 'INV-06',
    zh: '售电单与其凭证的请求编号不同',
    en: 'a sale and its posting carry different request ids',
    sql: `select 'sale/' || s.sale_id as what from sale s
          left join posting g on g.complex_id = s.complex_id and g.posting_id = s.posting_id
          where s.complex_id = $1 and g.request_id is distinct from s.request_id`,
  },
  {
    invariant: 'INV-08',
    zh: '收款科目有变动而无收据',
    en: 'money moved in a till or channel without a receipt',
    sql: `select distinct 'posting/' || e.posting_id as what from ledger_account a
          join entry e on e.complex_id = a.complex_id
            and e.ledger_account_id = a.ledger_account_id
          where a.complex_id = $1 and (a.path like 'cash/%' or a.path like 'channel/%')
            and not exists (select from sale s
              where s.complex_id = $1 and s.posting_id = e.posting_id)
            and not exists (select from payout p
              where p.complex_id = $1 and p.posting_id = e.posting_id)
            and not exists (select from shift f where f.complex_id = $1
              and e.posting_id in (f.float_posting_id, f.close_posting_id))`,
  },
  {
    invariant: 'INV-08',
    zh: '收据号有缺号或重号',
    en: 'receipt numbers have a gap',
    sql: `with given as (
            select receipt_no as no from sale where complex_id = $1
            union all select receipt_no from payout where complex_id = $1
          )
          select c.name as what from counter c where c.complex_id = $1 and c.name like 'receipt/%'
          and c.value <> (select case when count(*) = count(distinct no)
              and coalesce(max(right(no, -5)::bigint), 0) = count(*) then count(*) else -1 end
            from given where no ~ ('^' || split_part(c.name, '/', 2) || '-[0-9]+$'))`,
  },
  {
    invariant: 'INV-08',
    zh: '班次钱箱与收付款不符',
    en: 'a drawer differs from what was taken and paid in its shift',
    sql: `select 'shift/' || f.shift_id as what from shift f where f.complex_id = $1 and
          coalesce((select sum(e.fen) from ledger_account a join entry e
            on e.complex_id = a.complex_id and e.ledger_account_id = a.ledger_account_id
            where a.complex_id = $1 and a.path = 'cash/' || f.shift_id), 0) <>
          case when f.closed_at is not null then 0 else f.float_fen
            + coalesce((select sum(paid_fen) from sale s where s.complex_id = $1
                and s.shift_id = f.shift_id and s.method = 'cash'), 0)
            - coalesce((select sum(paid_fen) from payout p where p.complex_id = $1
                and p.shift_id = f.shift_id and p.method = 'cash'), 0) end`,
  },
  {
    invariant: 'INV-08',
    zh: '点款时的应有金额与收付款不符',
    en: 'what was expected at the count differs from the receipts of the shift',
    sql: `select 'shift/' || f.shift_id as what from shift f
          where f.complex_id = $1 and f.counted_at is not null and f.expected_fen <> f.float_fen
            + coalesce((select sum(paid_fen) from sale s where s.complex_id = $1
                and s.shift_id = f.shift_id and s.method = 'cash'), 0)
            - coalesce((select sum(paid_fen) from payout p where p.complex_id = $1
                and p.shift_id = f.shift_id and p.method = 'cash'), 0)`,
  },
  {
    invariant: 'INV-08',
    zh: '已日结的日期有变动',
    en: 'a closed day differs from its report',
    sql: `select 'day/' || d.day as what from day_close d where d.complex_id = $1
          and (d.report->>'totalFen')::bigint <>
          (select coalesce(sum(coalesce(s.paid_fen, 0) - coalesce(p.paid_fen, 0)), 0)
           from posting g
           left join sale s on s.complex_id = g.complex_id and s.posting_id = g.posting_id
           left join payout p on p.complex_id = g.complex_id and p.posting_id = g.posting_id
           where g.complex_id = $1 and g.business_date = d.day)`,
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
    invariant: 'INV-09',
    zh: '减额付款与减额金额不符',
    en: 'a voucher pays another amount out of payable than its meter gave up',
    sql: `select 'payout/' || o.payout_id as what from payout o
          join reduction r on r.complex_id = o.complex_id and r.reduction_id = o.reduction_id
          where o.complex_id = $1 and coalesce(r.taken_fen, 0) <>
          (select coalesce(sum(e.fen), 0) from entry e join ledger_account a
             on a.complex_id = e.complex_id and a.ledger_account_id = e.ledger_account_id
           where e.complex_id = o.complex_id and e.posting_id = o.posting_id
             and a.path = 'account/' || r.account_id || '/payable')`,
  },
  {
    invariant: 'INV-10',
    zh: '不得透支的科目出现借方余额',
    en: 'an account that gives no credit is below zero',
    sql: `select 'ledger_account/' || path as what from ledger_account
          where complex_id = $1 and balance_fen > 0
            and (path like 'account/%/payable' or path like 'deposit/%')`,
  },
]
