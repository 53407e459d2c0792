// Each meter with the way to it and the place it serves, as SQL: gateway, premises, supply and
// account. What a meter has not yet is null.

/** From meter `m` the way to its gateway: `d`, `bus`, `g`. */
export const WAY_TO_METER = `
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  join gateway g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id`

/** From meter `m` to what it measures now, if anything: `i`, `p`, `pr`. */
export const PLACE_OF_METER = `
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id`

/** Number and name of premises `pr`. */
export const SHOP = `concat_ws(' ', pr.no, nullif(pr.name, ''))`

/** The same in English; what has no English name keeps its own. */
export const SHOP_EN = `concat_ws(' ', pr.no,
    coalesce(nullif(pr.name_en, ''), nullif(pr.name, '')))`

/** The same behind its building `b`. */
export const PREMISES_EN = `concat_ws(' ', coalesce(nullif(b.name_en, ''), b.name), ${SHOP_EN})`

export const METERS_IN_PLACE = `
  from meter m${WAY_TO_METER}${PLACE_OF_METER}
  left join building b on b.complex_id = pr.complex_id and b.building_id = pr.building_id
  left join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id
    and s.until is null
  left join account a on a.complex_id = s.complex_id and a.account_id = s.account_id`
