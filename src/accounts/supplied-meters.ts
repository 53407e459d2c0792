// The meters that supply accounts, with what is known and what is on its way, as SQL: what a clerk
// is shown and what a sale is refused by come from the same rows.

/** `at` is the time of the price; the caller adds its own joins and conditions. */
export const suppliedMeters = (at: string): string => `
  from supply s
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.until is null
  join meter m on m.complex_id = i.complex_id and m.meter_id = i.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join point p on p.complex_id = s.complex_id and p.point_id = s.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join epoch e on e.complex_id = m.complex_id and e.meter_id = m.meter_id
    and e.supply_id = s.supply_id and e.closed_at is null
  left join latest l on l.complex_id = m.complex_id and l.meter_id = m.meter_id
  left join lateral (
    select sum(pu.amount_fen) filter (where pu.state in ('QUEUED', 'ARMED', 'HOLD')) as pending,
      max(pu.purchase_no) as last_no,
      bool_or(pu.kind = 'open' and pu.state = 'DELIVERED') as opened
    from purchase pu where pu.complex_id = m.complex_id and pu.meter_id = m.meter_id
      and pu.epoch = e.epoch
  ) w on true
  left join lateral plan_in_force(s.complex_id, s.supply_id, ${at}::timestamptz) pv on true`
