// Who or what an act was done to 操作对象: the name that people know it by, where it has one and the
// scope sees it.

import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import type { Language } from '../shared/words.ts'

/** In English the English name, where there is one. */
const SHOP_NAME = {
  zh: 'pr.name',
  en: `coalesce(nullif(pr.name_en, ''), pr.name)`,
} as const satisfies Record<Language, string>
/** Where `:shop` stands the name in the reader's language will. */
const SHOP = `nullif(concat_ws(' ', pr.no, nullif(:shop, '')), '')`
const METER = `concat_ws(' · ', m.no, ${SHOP})`
const PLACE_OF_METER = `
  left join installation i on i.complex_id = m.complex_id and i.meter_id = m.meter_id
    and i.until is null
  left join point p on p.complex_id = i.complex_id and p.point_id = i.point_id
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id`
const POINT = `
  from point p
  left join premises pr on pr.complex_id = p.complex_id and pr.premises_id = p.premises_id`

/** A purchase or a reduction goes by the meter that it is for. */
const ofMeter = (table: 'purchase' | 'reduction'): string => `
  select x.${table}_id::text as id, ${METER} as name
  from ${table} x
  join meter m on m.complex_id = x.complex_id and m.meter_id = x.meter_id${PLACE_OF_METER}
  where x.complex_id = $1 and x.${table}_id = any ($2::uuid[])`

const named = (table: string, id: string, name = 'name'): string => `
  select ${id}::text as id, ${name} as name from ${table}
  where complex_id = $1 and ${id} = any ($2::integer[])`

/** By the kind: `id` as the subject has it, and `name`; $1 is the complex, $2 the ids. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  account: `
    select a.account_id::text as id, concat_ws(' ', a.no, t.name) as name
    from account a
    left join account_tenant l on l.complex_id = a.complex_id
      and l.account_id = a.account_id and l.until is null
    left join tenant t on t.complex_id = l.complex_id and t.tenant_id = l.tenant_id
    where a.complex_id = $1 and a.account_id = any ($2::integer[])`,
  meter: `
    select m.meter_id::text as id, ${METER} as name
    from meter m${PLACE_OF_METER}
    where m.complex_id = $1 and m.meter_id = any ($2::integer[])`,
  point: `
    select p.point_id::text as id, concat_ws(' · ', ${SHOP}, nullif(p.name, '')) as name ${POINT}
    where p.complex_id = $1 and p.point_id = any ($2::integer[])`,
  supply: `
    select s.supply_id::text as id, concat_ws(' · ', a.no, ${SHOP}, nullif(p.name, '')) as name
    ${POINT}
    join supply s on s.complex_id = p.complex_id and s.point_id = p.point_id
    join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
    where s.complex_id = $1 and s.supply_id = any ($2::integer[])`,
  operator: `
    select operator_id::text as id, concat_ws(' ', name, username) as name from operator
    where $1::integer is not null and operator_id = any ($2::integer[])`,
  complex: named('complex', 'complex_id'),
  building: named('building', 'building_id'),
  premises: named('premises', 'premises_id', `concat_ws(' ', no, nullif(name, ''))`),
  device: named('device', 'device_id', 'address'),
  gateway: named('gateway', 'gateway_id', `concat_ws(' ', code, nullif(name, ''))`),
  plan: named('plan', 'plan_id'),
  'sharing-rule': named('sharing_rule', 'rule_id'),
  'timed-schedule': named('timed_schedule', 'schedule_id'),
}

const BY_UUID: Readonly<Record<string, string>> = {
  purchase: ofMeter('purchase'),
  reduction: ofMeter('reduction'),
  shift: `
    select s.shift_id::text as id, o.name
    from shift s join operator o on o.operator_id = s.operator_id
    where s.complex_id = $1 and s.shift_id = any ($2::uuid[])`,
}

const KINDS = [
  ...Object.entries(BY_NUMBER).map(([kind, query]) => ({ kind, query, id: /^\d{1,9}$/ })),
  ...Object.entries(BY_UUID).map(([kind, query]) => ({ kind, query, id: /^[0-9a-f-]{36}$/ })),
]

/** Names by the subjects that have one. */
export const subjectNames = async (
  tx: Tx,
  complex: ComplexId,
  subjects: readonly string[],
  language: Language,
): Promise<ReadonlyMap<string, string>> => {
  const parts = [...new Set(subjects)].map((subject) => subject.split('/'))
  const names = new Map<string, string>()
  for (const { kind, query, id: like } of KINDS) {
    const ids = parts.flatMap(([of, id = '']) => (of === kind && like.test(id) ? [id] : []))
    if (ids.length === 0) continue
    const rows = await tx.query<{ id: string; name: string }>(
      query.replaceAll(':shop', SHOP_NAME[language]),
      [complex, ids],
    )
    for (const { id, name } of rows) if (name !== '') names.set(`${kind}/${id}`, name)
  }
  return names
}
