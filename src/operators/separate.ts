// Keeping administrators apart 三权分立 where the installation says so: nobody is given what does not
// go together, and whoever lets people in may give what he has not himself, since he has so little.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Rights } from './authority.ts'
import { ALL_PERMISSIONS } from './permissions.ts'
import { loginPolicy } from './policy-store.ts'
import { dutiesOf, unseparated } from './separation.ts'

/** What the caller may give: the places that he reaches, and of permissions what goes together. */
export const rightsToGive = async (tx: Tx, own: Rights): Promise<Rights> => {
  const { separation } = await loginPolicy(tx)
  const security = separation && dutiesOf(own.permissions).includes('security')
  return security ? { ...own, permissions: ALL_PERMISSIONS } : own
}

/** Refuses: duties_not_separate. */
export const refuseUnseparated = async (
  tx: Tx,
  role: { permissions: readonly string[] },
): Promise<void> => {
  // Whoever switches it on meanwhile waits, and then sees who was written here.
  await tx.query('select from login_policy for share')
  const { separation } = await loginPolicy(tx)
  const mixed = separation ? unseparated(role.permissions) : null
  if (mixed) throw new Refusal('duties_not_separate', mixed)
}

export type Mixed = {
  operatorId: OperatorId
  username: string
  name: string
  role: string
  duty: string
  with: string
}

type Holder = Pick<Mixed, 'operatorId' | 'username' | 'name' | 'role'> & { permissions: string[] }

/** Those who may log in and whose role does not go together, without the one who asks. */
export const inTheWay = async (tx: Tx, but: OperatorId): Promise<Mixed[]> => {
  const rows = await tx.query<Holder>(
    `select o.operator_id as "operatorId", o.username, o.name, r.code as role, r.permissions
     from operator o join role r on r.role_id = o.role_id
     where o.disabled_at is null and (o.expires_at is null or o.expires_at > $2)
       and o.operator_id <> $1
     order by o.operator_id`,
    [but, sqlTime(tx.now)],
  )
  return rows.flatMap(({ permissions, ...row }) => {
    const mixed = unseparated(permissions)
    return mixed ? [{ ...row, ...mixed }] : []
  })
}
