// What commands must show 命令 (INV-21…25).

import type { Check } from './check.ts'

// An automatic command has no operator; the point is the one the meter hung on when it was queued.
const AUTOMATIC = `
  from command k
  join installation i on i.complex_id = k.complex_id and i.meter_id = k.meter_id
    and i.since <= k.queued_at and (i.until is null or i.until > k.queued_at)
  join point t on t.complex_id = i.complex_id and t.point_id = i.point_id
  left join control c on c.complex_id = t.complex_id and c.point_id = t.point_id
    and c.since <= k.queued_at
  where k.complex_id = $1 and k.kind = 'setMode' and k.operator_id is null`

export const CONTROL_CHECKS: readonly Check[] = [
  {
    invariant: 'INV-21',
    zh: '命令在期限之后发出',
    en: 'a command was sent after its deadline',
    sql: `select 'command/' || command_id as what from command
          where complex_id = $1 and sent_at > deadline`,
  },
  {
    invariant: 'INV-22',
    zh: '操作员拉闸后被自动合闸',
    en: 'a point that an operator had tripped was closed without him',
    sql: `select 'command/' || k.command_id as what ${AUTOMATIC}
            and k.result->>'order' in ('permitClose', 'directClose')
            and c.mode = 'tripped' and c.operator_id is not null`,
  },
  {
    invariant: 'INV-23',
    zh: '受保护或保电的计量点被自动拉闸',
    en: 'a protected or kept point was tripped by itself',
    sql: `select 'command/' || k.command_id as what ${AUTOMATIC}
            and k.result->>'order' = 'trip' and (t.protected
              or (c.mode = 'kept' and (c.until is null or c.until > k.sent_at)))`,
  },
  {
    invariant: 'INV-23',
    zh: '购电尚未下发即被自动拉闸',
    en: 'a meter was tripped by itself while a paid purchase was on its way',
    // A person's trip told again to a meter that came in another one's place is his, not ours.
    sql: `select 'command/' || k.command_id as what ${AUTOMATIC}
            and k.result->>'order' = 'trip'
            and not exists (select from batch b where b.complex_id = k.complex_id
              and b.batch_id = k.batch_id and b.params->'asked' ? 'again')
            and exists (select from purchase p
              where p.complex_id = $1 and p.meter_id = k.meter_id and p.amount_fen > 0
                and p.queued_at <= k.sent_at
                and (p.ended_at is null or p.ended_at > k.sent_at))`,
  },
  {
    invariant: 'INV-24',
    zh: '通断命令与所选不符',
    en: 'an order to a relay is not of the one who chose it, of that moment, or not the only one',
    sql: `select 'command/' || k.command_id as what from command k
          join batch b on b.complex_id = k.complex_id and b.batch_id = k.batch_id
          where k.complex_id = $1 and k.kind = 'setMode'
            and (k.operator_id is distinct from b.operator_id or k.kind <> b.kind
              or k.queued_at <> b.created_at
              or exists (select from command o where o.complex_id = k.complex_id
                and o.batch_id = k.batch_id and o.meter_id = k.meter_id
                and o.command_id <> k.command_id))`,
  },
  {
    invariant: 'INV-25',
    zh: '批量命令缺少结果',
    en: 'a group of commands has meters without an outcome of their own',
    sql: `select 'batch/' || b.batch_id as what from batch b where b.complex_id = $1
            and jsonb_array_length(coalesce(b.params->'refused', '[]')) = 0
            and not exists (select from command k where k.complex_id = b.complex_id
              and k.batch_id = b.batch_id)
          union all
          select 'command/' || command_id from command where complex_id = $1
            and state in ('confirmed', 'failed') and result is null`,
  },
]
