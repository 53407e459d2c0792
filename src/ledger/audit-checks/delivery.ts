// What deliveries to meters must show 下发 (INV-11…20, 32).

import type { Check } from './check.ts'

export const DELIVERY_CHECKS: readonly Check[] = [
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
    invariant: 'INV-12',
    zh: '购电次数未先落盘即已下发',
    en: 'a purchase was sent before its number was on record',
    sql: `select 'purchase/' || purchase_id as what from purchase where complex_id = $1
          and sends > 0 and (armed_at is null or sent_at is null or n is null)
          and state in ('ARMED', 'DELIVERED')`,
  },
  {
    invariant: 'INV-13',
    zh: '已可能下发的购电被取消',
    en: 'a purchase that may have reached a wire was cancelled',
    sql: `select 'purchase/' || purchase_id as what from purchase
          where complex_id = $1 and state = 'CANCELLED' and (sends > 0 or n is not null)`,
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
    zh: '已下发购电缺少回读证据',
    en: 'a delivered purchase has no evidence read back',
    sql: `select 'purchase/' || purchase_id as what from purchase where complex_id = $1
          and state = 'DELIVERED' and (ended_at is null or n is null
            or (evidence->'reading' is null and evidence->'releasedBy' is null))`,
  },
  {
    invariant: 'INV-14',
    zh: '减额缺少回读证据',
    en: 'a reduction that is done has no reading before and after it',
    sql: `select 'reduction/' || reduction_id as what from reduction where complex_id = $1
          and state = 'DONE' and (before is null or evidence is null or taken_fen is null)`,
  },
  {
    invariant: 'INV-15',
    zh: '未下发的购电却有下发凭证',
    en: 'a purchase that was not delivered has a delivery posting',
    sql: `select 'purchase/' || p.purchase_id as what from purchase p
          join posting g on g.complex_id = p.complex_id
            and g.request_id = 'delivery/' || p.purchase_id
          where p.complex_id = $1 and p.state <> 'DELIVERED'`,
  },
  {
    invariant: 'INV-15',
    zh: '减额与其凭证不符',
    en: 'what a meter gave up differs from what is owed for it since',
    sql: `select 'reduction/' || r.reduction_id as what from reduction r where r.complex_id = $1
          and case r.state when 'DONE' then coalesce(r.taken_fen, 0) else 0 end <>
          (select coalesce(-sum(e.fen), 0) from posting g
            join entry e on e.complex_id = g.complex_id and e.posting_id = g.posting_id
            join ledger_account a on a.complex_id = e.complex_id
              and a.ledger_account_id = e.ledger_account_id
            where g.complex_id = $1 and g.request_id = 'reduction/' || r.reduction_id
              and g.kind = 'reduction' and a.path = 'account/' || r.account_id || '/payable')`,
  },
  {
    invariant: 'INV-17',
    zh: '购电异常而电表未列为待处理',
    en: 'a purchase is on hold and its meter is not',
    sql: `select 'purchase/' || p.purchase_id as what from purchase p
          where p.complex_id = $1 and p.state = 'HOLD' and not exists (select from hold h
            where h.complex_id = $1 and h.meter_id = p.meter_id and h.released_at is null)`,
  },
  {
    invariant: 'INV-18',
    zh: '旧计次周期仍有待下发购电',
    en: 'a purchase waits in an epoch that is over',
    sql: `select 'purchase/' || p.purchase_id as what from purchase p
          where p.complex_id = $1 and p.state in ('QUEUED', 'ARMED') and exists (
            select from epoch e where e.complex_id = $1 and e.meter_id = p.meter_id
              and e.epoch > p.epoch)`,
  },
  {
    invariant: 'INV-19',
    zh: '下发次序与售电次序不符',
    en: 'purchases reached a meter in another order than they were sold',
    sql: `select distinct 'purchase/' || a.purchase_id as what from purchase a
          join purchase b on b.complex_id = a.complex_id and b.meter_id = a.meter_id
            and b.epoch = a.epoch and b.purchase_no > a.purchase_no and b.n < a.n
          where a.complex_id = $1`,
  },
  {
    invariant: 'INV-20',
    zh: '状态与结束时间不符',
    en: 'a final state has no end, or an end is not final',
    sql: `select 'purchase/' || purchase_id as what from purchase where complex_id = $1
            and (state in ('DELIVERED', 'CANCELLED', 'VOID')) <> (ended_at is not null)
          union all
          select 'reduction/' || reduction_id from reduction where complex_id = $1
            and (state in ('DONE', 'CANCELLED')) <> (ended_at is not null)
          union all
          select 'command/' || command_id from command where complex_id = $1
            and (state in ('confirmed', 'failed', 'expired', 'cancelled', 'held'))
              <> (ended_at is not null)`,
  },
  {
    invariant: 'INV-32',
    zh: '在途事项无人跟进',
    en: 'something is under way and nobody will look at it again',
    sql: `select distinct 'meter/' || u.meter_id as what from (
            select meter_id from purchase where complex_id = $1 and state in ('QUEUED', 'ARMED')
            union all
            select meter_id from reduction where complex_id = $1 and state in ('QUEUED', 'SENT')
          ) u
          where not exists (select from hold h where h.complex_id = $1
              and h.meter_id = u.meter_id and h.released_at is null)
            and not exists (select from work w
              join meter m on m.complex_id = w.complex_id and m.meter_id = u.meter_id
              join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
              join bus b on b.complex_id = d.complex_id and b.bus_id = d.bus_id
              where w.complex_id = $1 and w.kind = 'delivery' and w.done_at is null
                and w.key = 'meter/' || u.meter_id and w.gateway_id = b.gateway_id)
          union all
          select 'account/' || k.account_id from closing k where k.complex_id = $1
            and k.ended_at is null and k.state <> 'settling'
            and not exists (select from work w where w.complex_id = $1
              and w.kind = 'account.close' and w.key = k.closing_id::text and w.done_at is null)`,
  },
]
