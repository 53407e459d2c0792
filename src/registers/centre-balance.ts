// What accounts in centre mode have left 后台计费余额, as SQL: the booked balance less what their
// meters have counted since the last charge, at today's price. As old as the oldest register in it.

/**
 * A common table expression `centre (account_id, available_fen, as_of)` for the complex and the
 * time of the price, both SQL: parameters, or a look-up. `only` narrows the accounts `a`. The
 * month's energy is priced in one piece, so that what is shown is what the day's charge will leave.
 */
export const centreBalance = (complex: string, at: string, only = 'true'): string => `
  centre as (
    select a.account_id,
      -coalesce(max(la.balance_fen), 0) - coalesce(sum(
        round((mt.energy_wh + used.energy_wh) * pv.price_e8::numeric / 1000000000)
        - mt.due_fen), 0)::bigint as available_fen,
      case when count(*) = count(l.energy_at) then min(l.energy_at) end as as_of
    from account a
    join complex c on c.complex_id = a.complex_id
    join supply s on s.complex_id = a.complex_id and s.account_id = a.account_id
      and s.until is null
    join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
      and i.until is null
    left join ledger_account la on la.complex_id = a.complex_id
      and la.path = 'account/' || a.account_id || '/balance'
    left join latest l on l.complex_id = i.complex_id and l.meter_id = i.meter_id
    left join usage_mark um on um.complex_id = s.complex_id and um.supply_id = s.supply_id
      and um.meter_id = i.meter_id
    left join lateral (
      select v.version, (v.definition->>'priceE8')::bigint as price_e8 from plan_version v
      where v.complex_id = s.complex_id and v.plan_id = s.plan_id and v.effective_from <= ${at}
      order by v.effective_from desc limit 1
    ) pv on true
    cross join lateral (
      select coalesce(sum(u.energy_wh), 0)::numeric as energy_wh,
        coalesce(sum(u.due_fen), 0)::bigint as due_fen
      from usage_day u where u.complex_id = s.complex_id and u.supply_id = s.supply_id
        and u.plan_version = pv.version
        and u.day >= date_trunc('month', ${at}::timestamptz at time zone c.zone
          - make_interval(mins => c.day_cut_minutes))::date
    ) mt
    cross join lateral (
      select (coalesce(greatest(0, l.energy_wh - um.energy_wh), 0)
          + case i.direction when 'forwardPlusReverse'
            then coalesce(greatest(0, l.reverse_wh - um.reverse_wh), 0) else 0 end)::numeric
        * case when i.side = 'secondary' then i.multiplier else 1 end as energy_wh
    ) used
    where a.complex_id = ${complex} and a.mode = 'centre' and a.closed_at is null and ${only}
    group by a.account_id
  )`
