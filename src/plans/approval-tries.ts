// Changes of prices that a second person agrees to, tried 调价复核试算: the body is that of the act
// itself.

import { bodyOf, type Tries, triedBy, wantedField } from '../approvals/try.ts'
import { Assignment, NewVersion } from '../http/contract/plans.ts'
import { refuseIf } from '../shared/refusal.ts'
import { assignPlan } from './assign.ts'
import { addVersion } from './plans.ts'
import { type PlanRouteDeps, planNamed } from './routes.ts'

/** What was charged since changes only by a change of the past, which is agreed to by itself. */
const refuseRerated = ({ rerates }: { rerates: number }): void =>
  refuseIf(rerates > 0, 'rerate_required', { supplies: rerates })

export const planTries = (deps: PlanRouteDeps): Pick<Tries, 'plan.version' | 'plan.assign'> => {
  const versionIn = bodyOf(NewVersion)
  const assignmentIn = bodyOf(Assignment)
  return {
    'plan.version': ({ scope, permit }, ask) =>
      triedBy(deps.db, scope, async (tx, agreement) => {
        const plan = await planNamed(tx, wantedField(ask.targetId, 'targetId'), ask.complexId)
        const may = () => permit('plan.backdate')
        refuseRerated(await addVersion(tx, deps, plan, versionIn(ask), may, agreement))
      }),
    'plan.assign': ({ scope, permit }, ask) =>
      triedBy(deps.db, scope, async (tx, agreement) => {
        const plan = await planNamed(tx, wantedField(ask.targetId, 'targetId'), ask.complexId)
        const may = () => permit('plan.backdate')
        refuseRerated(await assignPlan(tx, deps, plan, assignmentIn(ask), may, agreement))
      }),
  }
}
