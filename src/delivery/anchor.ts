// What a meter was last known to hold 账面基准, as SQL: polls are compared with it, and a reading that
// shows more is an old one or somebody else's money.

/**
 * What was known for certain last of epoch e: a purchase that was settled, a reduction that was
 * read back, or a person's release after it; of two at one moment the one that shows more. Gives
 * `del` and `anchor`.
 */
export const ANCHOR = `
  left join lateral (
    select p.n, p.ended_at, p.evidence from purchase p where p.complex_id = e.complex_id
      and p.meter_id = e.meter_id and p.epoch = e.epoch and p.n is not null
      and p.state = 'DELIVERED' order by p.n desc limit 1
  ) del on true
  left join lateral (
    select k.at, k.facts from (
      select del.ended_at as at, del.evidence->'reading' as facts
      union all
      (select o.ended_at, o.evidence->'reading' from reduction o
       where o.complex_id = e.complex_id and o.meter_id = e.meter_id and o.epoch = e.epoch
         and o.state = 'DONE' and o.ended_at >= del.ended_at order by o.ended_at desc limit 1)
      union all
      (select h.released_at, h.evidence->'anchor' from hold h
       where h.complex_id = e.complex_id and h.meter_id = e.meter_id and h.epoch = e.epoch
         and h.released_at >= del.ended_at order by h.released_at desc limit 1)
    ) k order by k.at desc nulls last, (k.facts->>'balanceFen')::bigint desc nulls last limit 1
  ) anchor on true`
