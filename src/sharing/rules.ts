// Making and changing sharing rules 分摊方案维护, under audit. What was shared by a rule stays as it was.

import type { Static } from 'typebox'
import type { NewSharingRule, SharingPart, SharingRuleChange } from '../http/contract/sharing.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { pointExists } from '../registers/place-store.ts'
import { type ComplexId, pointId, premisesId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import {
  insertRule,
  lockRule,
  type Rule,
  type RuleRow,
  ruleOfPoint,
  updateRule,
  writeParts,
} from './rule-store.ts'

const refuse = (wrong: boolean, field: string, rule: string): void =>
  refuseIf(wrong, 'invalid_input', { where: 'body', field, rule })

const setParts = async (
  tx: Tx,
  complexId: ComplexId,
  rule: number,
  parts: readonly Static<typeof SharingPart>[],
): Promise<void> => {
  const named = parts.map((one) => ({ ...one, premisesId: premisesId(one.premisesId) }))
  const twice = new Set(named.map((one) => one.premisesId)).size < named.length
  refuse(twice, 'parts', 'twice')
  refuse(!(await writeParts(tx, complexId, rule, named)), 'parts', 'unknown')
}

/** Refuses: invalid_input (unknown point or premises, premises twice), already_exists. */
export const createRule = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  asked: Omit<Static<typeof NewSharingRule>, 'complexId'>,
): Promise<number> => {
  const { parts = [], nameEn = '', ...rest } = asked
  const row: RuleRow = { ...rest, nameEn, mainPointId: pointId(asked.mainPointId), enabled: true }
  refuse(!(await pointExists(tx, complexId, row.mainPointId)), 'mainPointId', 'unknown')
  const id = await insertRule(tx, complexId, row)
  if (id === null) throw new Refusal('already_exists', { field: 'mainPointId' })
  await setParts(tx, complexId, id, parts)
  const subject = `sharing-rule/${id}`
  await audit(tx, ids, { complexId, action: 'sharing.rule', subject, after: { ...row, parts } })
  return id
}

const rowOf = ({ name, nameEn, mainPointId, sharedBy, vacant, priceE8, enabled }: Rule) => ({
  ...{ name, nameEn, mainPointId, sharedBy, vacant, priceE8, enabled },
})

/** Refuses: not_found, invalid_input, already_exists (enabled beside another of the same main). */
export const changeRule = async (
  tx: Tx,
  ids: Ids,
  rule: number,
  { parts, ...change }: Static<typeof SharingRuleChange>,
): Promise<void> => {
  const stands = await lockRule(tx, rule)
  const { complexId, ruleId } = stands
  const before: RuleRow = rowOf(stands)
  const after: RuleRow = { ...before, ...change }
  if (after.enabled && !before.enabled) {
    const other = await ruleOfPoint(tx, complexId, after.mainPointId)
    refuseIf(other !== null, 'already_exists', { field: 'mainPointId' })
  }
  await updateRule(tx, complexId, ruleId, after)
  if (parts !== undefined) await setParts(tx, complexId, ruleId, parts)
  await audit(tx, ids, {
    complexId,
    action: 'sharing.rule',
    subject: `sharing-rule/${ruleId}`,
    before: { ...before, parts: stands.parts },
    after: { ...after, parts: parts ?? stands.parts },
  })
}
