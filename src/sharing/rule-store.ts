// The rows of sharing rules 分摊方案 and their fixed parts.

import type { Tx } from '../ports/database.ts'
import type { ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { SharedBy, VacantBorneBy } from './bearers.ts'

export type Part = { premisesId: PremisesId; parts: number }

export type RuleRow = {
  name: string
  nameEn: string
  mainPointId: PointId
  sharedBy: SharedBy
  vacant: VacantBorneBy
  priceE8: number
  enabled: boolean
}

export type Rule = RuleRow & {
  complexId: ComplexId
  ruleId: number
  mainPoint: string
  lastMonth: string | null
  parts: Part[]
}

const RULES = `
  select r.complex_id as "complexId", r.rule_id as "ruleId", r.name, r.name_en as "nameEn",
    r.main_point_id as "mainPointId", concat_ws(' ', nullif(p.feeder, ''), p.name) as "mainPoint",
    r.shared_by as "sharedBy", r.vacant, r.price_e8 as "priceE8", r.enabled,
    (select to_char(max(u.month), 'YYYY-MM') from sharing_run u where u.complex_id = r.complex_id
      and u.rule_id = r.rule_id and u.reversed_at is null) as "lastMonth",
    coalesce((select json_agg(json_build_object('premisesId', s.premises_id, 'parts', s.parts)
      order by s.premises_id) from sharing_part s where s.complex_id = r.complex_id
      and s.rule_id = r.rule_id), '[]') as parts
  from sharing_rule r
  join point p on p.complex_id = r.complex_id and p.point_id = r.main_point_id`

export const listRules = (
  tx: Tx,
  complex: ComplexId,
  page: { after: number; limit: number },
): Promise<Rule[]> =>
  tx.query<Rule>(
    `${RULES} where r.complex_id = $1 and r.rule_id > $2 order by r.rule_id limit $3`,
    [complex, page.after, page.limit],
  )

/** Refuses: not_found. */
export const foundRule = async (tx: Tx, ruleId: number): Promise<Rule> => {
  const [rule] = await tx.query<Rule>(`${RULES} where r.rule_id = $1`, [ruleId])
  if (!rule) throw new Refusal('not_found', { ruleId })
  return rule
}

/**
 * The rule under its lock: two months of it, or two changes, come one after the other. Refuses:
 * not_found.
 */
export const lockRule = async (tx: Tx, ruleId: number): Promise<Rule> => {
  const [rule] = await tx.query<Rule>(`${RULES} where r.rule_id = $1 for update of r`, [ruleId])
  if (!rule) throw new Refusal('not_found', { ruleId })
  return rule
}

const values = (row: RuleRow) => [
  row.name,
  row.nameEn,
  row.mainPointId,
  row.sharedBy,
  row.vacant,
  row.priceE8,
  row.enabled,
]

/** Null where the main point has an enabled rule already. */
export const insertRule = async (
  tx: Tx,
  complex: ComplexId,
  row: RuleRow,
): Promise<number | null> => {
  const rows = await tx.query<{ id: number }>(
    `insert into sharing_rule (complex_id, name, name_en, main_point_id, shared_by, vacant,
       price_e8, enabled)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (complex_id, main_point_id) where enabled do nothing returning rule_id as id`,
    [complex, ...values(row)],
  )
  return rows[0]?.id ?? null
}

export const updateRule = async (
  tx: Tx,
  complex: ComplexId,
  rule: number,
  row: RuleRow,
): Promise<void> => {
  await tx.query(
    `update sharing_rule set name = $3, name_en = $4, main_point_id = $5, shared_by = $6,
       vacant = $7, price_e8 = $8, enabled = $9 where complex_id = $1 and rule_id = $2`,
    [complex, rule, ...values(row)],
  )
}

export const ruleOfPoint = async (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
): Promise<number | null> => {
  const rows = await tx.query<{ id: number }>(
    `select rule_id as id from sharing_rule
     where complex_id = $1 and main_point_id = $2 and enabled`,
    [complex, point],
  )
  return rows[0]?.id ?? null
}

/** Replaces the parts of a rule; false where a premises is not in the complex. */
export const writeParts = async (
  tx: Tx,
  complex: ComplexId,
  rule: number,
  parts: readonly Part[],
): Promise<boolean> => {
  await tx.query('delete from sharing_part where complex_id = $1 and rule_id = $2', [complex, rule])
  const rows = await tx.query(
    `insert into sharing_part (complex_id, rule_id, premises_id, parts)
     select $1, $2, p.premises_id, w.parts
     from unnest($3::integer[], $4::integer[]) as w(premises_id, parts)
     join premises p on p.complex_id = $1 and p.premises_id = w.premises_id returning 1`,
    [complex, rule, parts.map((one) => one.premisesId), parts.map((one) => one.parts)],
  )
  return rows.length === parts.length
}
