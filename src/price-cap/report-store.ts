// What each supply was charged for a month 月度电费, as the price cap looks at it: bills of the centre,
// and what meters have deducted by themselves.

import type { Tx } from '../ports/database.ts'
import type { Day } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Line } from '../tariff/lines.ts'

export type ChargedRow = {
  supplyId: number
  accountId: number
  accountNo: string
  tenant: string
  premises: string
  from: 'bill' | 'meter'
  energyWh: number
  /** Only what is counted of them; a meter's deductions are one line. */
  lines: Pick<Line, 'kind' | 'fen'>[]
}

// A month in which the tenant changed is two months: each pays for himself.
const CHARGED = `
  select s.supply_id as "supplyId", a.account_id as "accountId", a.no as "accountNo",
    coalesce(t.name, '') as tenant, coalesce(pr.no, '') as premises, c.source as "from",
    c.energy_wh as "energyWh", c.lines
  from (
    select supply_id, tenant_since, 'bill' as source, 'centre' as mode, energy_wh,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', l->'kind', 'fen', l->'fen')), '[]')
       from jsonb_array_elements(lines) l) as lines
    from month_bill where complex_id = $1 and month = $2
    union all
    select supply_id, tenant_since, 'meter', 'meter', greatest(0, sum(energy_wh))::bigint,
      jsonb_build_array(jsonb_build_object('kind', 'energy', 'fen', sum(due_fen)))
    from usage_day where complex_id = $1 and month = $2 group by supply_id, tenant_since
  ) c
  join supply s on s.complex_id = $1 and s.supply_id = c.supply_id
  join account a on a.complex_id = $1 and a.account_id = s.account_id and a.mode = c.mode
  left join account_tenant at on at.complex_id = $1 and at.account_id = a.account_id
    and at.since = c.tenant_since
  left join tenant t on t.complex_id = $1 and t.tenant_id = at.tenant_id
  join point p on p.complex_id = $1 and p.point_id = s.point_id
  left join premises pr on pr.complex_id = $1 and pr.premises_id = p.premises_id
  order by pr.no, s.supply_id, c.tenant_since`

export const chargedRows = (tx: Tx, complex: ComplexId, month: Day): Promise<ChargedRow[]> =>
  tx.query<ChargedRow>(CHARGED, [complex, month])
