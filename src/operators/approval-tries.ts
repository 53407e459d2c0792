// Rights that a second person agrees to, tried 授权复核试算: the body is that of the act itself, without
// a password or telephone, which are not kept.

import { Type } from 'typebox'
import { bodyOf, type Tries, triedBy, wantedField } from '../approvals/try.ts'
import { NewOperator, NewRole, OperatorChange, RoleChange } from '../http/contract/operators.ts'
import { operatorId } from '../shared/ids.ts'
import { addOperatorIn, changeOperatorIn } from './edit.ts'
import { editorOf, type OperatorRouteDeps } from './operator-routes.ts'
import { addRoleIn, changeRoleIn } from './role-edit.ts'

type Kinds = 'role.create' | 'role.edit' | 'operator.create' | 'operator.edit'

/** No password has this hash; it is rolled back with the rest. */
const NO_HASH = ''

export const operatorTries = (deps: OperatorRouteDeps): Pick<Tries, Kinds> => {
  const { db } = deps
  const newRoleIn = bodyOf(NewRole)
  const roleChangeIn = bodyOf(RoleChange)
  const newOperatorIn = bodyOf(Type.Omit(NewOperator, ['password', 'phone']))
  const changeIn = bodyOf(Type.Omit(OperatorChange, ['password', 'phone']))
  return {
    'role.create': (caller, ask) =>
      triedBy(db, caller.scope, (tx, agreement) =>
        addRoleIn(tx, deps, editorOf(caller), newRoleIn(ask), agreement),
      ),
    'role.edit': (caller, ask) =>
      triedBy(db, caller.scope, (tx, agreement) => {
        const roleId = wantedField(ask.targetId, 'targetId')
        return changeRoleIn(tx, deps, editorOf(caller), roleId, roleChangeIn(ask), agreement)
      }),
    'operator.create': (caller, ask) =>
      triedBy(db, caller.scope, (tx, agreement) =>
        addOperatorIn(tx, deps, editorOf(caller), {
          asked: newOperatorIn(ask),
          ...{ passwordHash: NO_HASH, agreement },
        }),
      ),
    'operator.edit': (caller, ask) =>
      triedBy(db, caller.scope, (tx, agreement) => {
        const id = operatorId(wantedField(ask.targetId, 'targetId'))
        return changeOperatorIn(tx, deps, editorOf(caller), id, {
          ...{ asked: changeIn(ask), passwordHash: null, agreement },
        })
      }),
  }
}
