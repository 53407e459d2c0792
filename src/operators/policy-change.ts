// Changing the log-in policy 修改登录策略: what a change would do and to whom is shown first. Keeping
// administrators apart moves the one who switches it: he becomes security administrator, and who
// switches it off has every right again.

import type { LoginPolicyChange } from '../http/contract/operators.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { audit } from './audit-log.ts'
import { refuseBeyond } from './authority.ts'
import type { OperatorDeps } from './create.ts'
import type { Editor } from './edit.ts'
import { administrators } from './edit-store.ts'
import { complexesOf } from './operator-store.ts'
import { asksMoreOfPasswords, changed, type LoginPolicy, RULES } from './policy.ts'
import { type Affected, affectedPeople, setRole } from './policy-people-store.ts'
import { lockPolicy, loginPolicy, writePolicy } from './policy-store.ts'
import { ADMINISTRATOR, SECURITY_ADMINISTRATOR } from './roles.ts'
import { inTheWay, type Mixed } from './separate.ts'

const DAY_MS = 86_400_000
const EVERYWHERE = { permissions: [], complexes: null, buildings: null }

type Person = Pick<Affected, 'operatorId' | 'username' | 'name'>
export type Preview = {
  policy: LoginPolicy
  changes: (typeof RULES)[number][]
  mustChangePassword: Person[]
  passwordLookedAt: Person[]
  mustSetUpFactor: Person[]
  inTheWay: Mixed[]
  ownRole: string | null
}

const personOf = ({ operatorId, username, name }: Person): Person => ({
  ...{ operatorId, username, name },
})

/** Whoever had to before the change is not counted as a consequence of it. */
const runsOut = ({ passwordAt }: Affected, { passwordDaysMax }: LoginPolicy, now: Instant) =>
  passwordDaysMax !== null &&
  passwordAt !== null &&
  plusMs(passwordAt, passwordDaysMax * DAY_MS) <= now

const lacksFactor = (person: Affected, { factorFor }: LoginPolicy): boolean =>
  !person.hasFactor && (factorFor === 'all' || person.roleAsks)

const roleAfter = (before: LoginPolicy, after: LoginPolicy): string | null => {
  if (before.separation === after.separation) return null
  return after.separation ? SECURITY_ADMINISTRATOR : ADMINISTRATOR
}

const previewOf = async (
  tx: Tx,
  self: OperatorId,
  { before, after }: { before: LoginPolicy; after: LoginPolicy },
): Promise<Preview> => {
  const people = await affectedPeople(tx)
  const newly = (is: (person: Affected, policy: LoginPolicy) => boolean): Person[] =>
    people.filter((person) => is(person, after) && !is(person, before)).map(personOf)
  const stricter = asksMoreOfPasswords(before, after)
  return {
    policy: after,
    changes: RULES.filter((rule) => before[rule] !== after[rule]),
    mustChangePassword: newly((person, policy) => runsOut(person, policy, tx.now)),
    passwordLookedAt: stricter ? people.map(personOf) : [],
    mustSetUpFactor: newly(lacksFactor),
    inTheWay: after.separation && !before.separation ? await inTheWay(tx, self) : [],
    ownRole: roleAfter(before, after),
  }
}

/** Refuses: beyond_own_rights, where the caller does not reach the whole installation. */
export const previewPolicy = (
  deps: OperatorDeps,
  editor: Editor,
  change: LoginPolicyChange,
): Promise<Preview> => {
  refuseBeyond(editor.rights, EVERYWHERE)
  return deps.db.as(editor.scope, async (tx) => {
    const before = await loginPolicy(tx)
    return previewOf(tx, editor.operatorId, { before, after: changed(before, change, tx.now) })
  })
}

const auditEverywhere = async (
  tx: Tx,
  deps: OperatorDeps,
  done: Omit<Parameters<typeof audit>[2], 'complexId'>,
): Promise<void> => {
  for (const complexId of await complexesOf(tx, null))
    await audit(tx, deps.ids, { complexId, ...done })
}

/**
 * Refuses: beyond_own_rights; duties_not_separate where somebody is in the way of it;
 * last_administrator where nobody would be left who lets people in.
 */
export const changePolicy = (
  deps: OperatorDeps,
  editor: Editor & { role: string },
  change: LoginPolicyChange,
): Promise<LoginPolicy> => {
  refuseBeyond(editor.rights, EVERYWHERE)
  return deps.db.as(editor.scope, async (tx) => {
    const before = await lockPolicy(tx)
    const after = changed(before, change, tx.now)
    const { inTheWay, ownRole } = await previewOf(tx, editor.operatorId, { before, after })
    const [first] = inTheWay
    if (first) {
      const { username, duty } = first
      throw new Refusal('duties_not_separate', { username, duty, with: first.with })
    }
    await writePolicy(tx, after)
    await auditEverywhere(tx, deps, {
      ...{ action: 'loginPolicy.edit', subject: 'login-policy', before, after },
    })
    if (ownRole !== null) await moveSelf(tx, deps, editor, ownRole)
    return must(await loginPolicy(tx), 'the policy was written')
  })
}

const moveSelf = async (
  tx: Tx,
  deps: OperatorDeps,
  { operatorId, role }: Editor & { role: string },
  to: string,
): Promise<void> => {
  await setRole(tx, operatorId, to)
  if ((await administrators(tx)) === 0) throw new Refusal('last_administrator')
  await auditEverywhere(tx, deps, {
    action: 'operator.edit',
    subject: `operator/${operatorId}`,
    before: { role },
    after: { role: to },
  })
}
