// Creating and changing operators 维护操作员: within what the caller himself has, never himself, and
// never the last administrator. Whoever is changed logs in again.

import type { Agreement } from '../approvals/require.ts'
import type { NewOperator, OperatorChange } from '../http/contract/operators.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { operatorPhonePlace } from '../secrets/places.ts'
import { must } from '../shared/assert.ts'
import { type Instant, parseRfc3339, rfc3339 } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'
import { type BuildingId, buildingId, type ComplexId, complexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { agreeOnOperator } from './agree-operator.ts'
import { audit } from './audit-log.ts'
import { type Rights, refuseBeyond } from './authority.ts'
import type { OperatorDeps } from './create.ts'
import {
  administrators,
  endSessionsOf,
  findOperator,
  knownBuildings,
  updateOperator,
  writePhone,
} from './edit-store.ts'
import { complexesOf, insertOperator, type OperatorRow } from './operator-store.ts'
import { refuseWeak, rulesFor } from './password-rules.ts'
import { lockRole, type RoleRow } from './role-store.ts'
import { clearFactors } from './second-factor-store.ts'
import { refuseUnseparated, rightsToGive } from './separate.ts'
import { INSTALLATION_ZONE } from './times.ts'

/** Who edits: his own rights bound what he may give. */
export type Editor = { scope: Scope; rights: Rights; operatorId: OperatorId }

const PHONE_TAIL = 4

type Places = { complexes: ComplexId[] | null; buildings: BuildingId[] | null }

const sorted = <T extends number>(ids: readonly T[]): T[] => [...new Set(ids)].sort((a, b) => a - b)

const placesOf = (complexes: readonly number[] | null, buildings: readonly number[] | null) => ({
  complexes: complexes === null ? null : sorted(complexes.map(complexId)),
  buildings: buildings === null ? null : sorted(buildings.map(buildingId)),
})

/**
 * Refuses: not_found for a complex or building that is not there or not in those complexes;
 * invalid_input for buildings without the complexes that they are in.
 */
const refuseUnknownPlaces = async (tx: Tx, { complexes, buildings }: Places): Promise<void> => {
  const unplaced = complexes === null && buildings !== null
  refuseIf(unplaced, 'invalid_input', { where: 'body', field: 'complexes', rule: 'required' })
  if (complexes !== null) {
    const known = await complexesOf(tx, complexes)
    const missing = complexes.find((id) => !known.includes(id))
    refuseIf(missing !== undefined, 'not_found', { complexId: missing ?? null })
  }
  if (buildings !== null) {
    const known = await knownBuildings(tx, buildings, complexes)
    const missing = buildings.find((id) => !known.includes(id))
    refuseIf(missing !== undefined, 'not_found', { buildingId: missing ?? null })
  }
}

const roleNamed = async (tx: Tx, code: string): Promise<RoleRow> => {
  const role = await lockRole(tx, { code })
  if (!role) throw new Refusal('not_found', { role: code })
  return role
}

/** What the audit log keeps of an operator: never anything of his password. */
const recordOf = (o: {
  username: string
  name: string
  role: string
  language: string
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
  disabledAt: Instant | null
  expiresAt: Instant | null
  phoneTail?: string | null
  totp?: boolean
}) => ({
  username: o.username,
  name: o.name,
  role: o.role,
  language: o.language,
  complexes: o.complexes,
  buildings: o.buildings,
  locked: o.disabledAt !== null,
  expiresAt: o.expiresAt === null ? null : rfc3339(o.expiresAt, INSTALLATION_ZONE),
  phone: o.phoneTail ? `****${o.phoneTail}` : null,
  totp: o.totp ?? false,
})

const sealedPhone = async (
  tx: Tx,
  { vault }: OperatorDeps,
  operator: OperatorId,
  phone: string | null,
) => {
  if (phone === null) return null
  const sealer = await vault.sealer(tx, null)
  const sealed = sealer.seal(operatorPhonePlace(operator), Buffer.from(phone))
  return { sealed, tail: phone.slice(-PHONE_TAIL) }
}

type Adding = {
  asked: Omit<NewOperator, 'password' | 'approvalId'>
  passwordHash: string
  agreement: Agreement
}

/**
 * Refuses: not_found, beyond_own_rights, duties_not_separate, username_taken, approval_required,
 * approval_not_valid.
 */
export const addOperatorIn = async (
  tx: Tx,
  deps: OperatorDeps,
  editor: Editor,
  { asked, passwordHash, agreement }: Adding,
): Promise<OperatorRow> => {
  const { username } = asked
  const places = placesOf(asked.complexes, asked.buildings ?? null)
  const role = await roleNamed(tx, asked.role)
  await refuseUnknownPlaces(tx, places)
  refuseBeyond(await rightsToGive(tx, editor.rights), { ...role, ...places })
  await refuseUnseparated(tx, role)
  const { name, language = 'zh' } = asked
  const expiresAt = timeGiven(asked.expiresAt, null)
  const row = { username, name, language, role: role.code, ...places, expiresAt }
  // Asked before he is there: he may be the second person himself.
  const made = { before: null, after: { ...row, role } }
  const approvedBy = await agreeOnOperator(tx, deps, made, agreement)
  const id = await insertOperator(tx, { ...row, passwordHash, mustChangePassword: true })
  if (id === null) throw new Refusal('username_taken', { username })
  if (asked.phone) await writePhone(tx, id, await sealedPhone(tx, deps, id, asked.phone))
  const subject = `operator/${id}`
  const after = { ...recordOf({ ...row, disabledAt: null }), approvedBy }
  for (const complex of await complexesOf(tx, places.complexes))
    await audit(tx, deps.ids, { complexId: complex, action: 'operator.create', subject, after })
  return must(await findOperator(tx, id), 'who was written is there')
}

/** Refuses: what `refuseWeak` and `addOperatorIn` do. */
export const addOperator = async (
  deps: OperatorDeps,
  editor: Editor,
  { approvalId, password, ...asked }: NewOperator,
): Promise<OperatorRow> => {
  refuseWeak(password, await deps.db.as(editor.scope, (tx) => rulesFor(tx, asked)))
  const passwordHash = await deps.passwords.hash(password)
  const agreement = { approvalId }
  return deps.db.as(editor.scope, (tx) =>
    addOperatorIn(tx, deps, editor, { asked, passwordHash, agreement }),
  )
}

/** What of a change touches rights or the way in: nobody does that to himself. */
const touchesRights = (asked: OperatorChange): boolean =>
  asked.role !== undefined ||
  asked.complexes !== undefined ||
  asked.buildings !== undefined ||
  asked.locked !== undefined ||
  asked.password !== undefined ||
  asked.expiresAt !== undefined ||
  asked.clearTotp === true ||
  asked.endSessions === true

/** Refuses: invalid_input for what is no time. */
const timeGiven = (asked: string | null | undefined, before: Instant | null): Instant | null => {
  if (asked === undefined || asked === null) return asked === null ? null : before
  const at = parseRfc3339(asked)
  if (at !== null) return at
  throw new Refusal('invalid_input', { where: 'body', field: 'expiresAt', rule: 'format' })
}

const lockedAt = (before: OperatorRow, asked: OperatorChange, now: Instant): Instant | null => {
  if (asked.locked === undefined) return before.disabledAt
  return asked.locked ? (before.disabledAt ?? now) : null
}

/** Both scopes: whoever sees him before or after finds the change in his log. */
const seenBy = async (tx: Tx, before: Places, after: Places): Promise<ComplexId[]> => {
  const both =
    before.complexes === null || after.complexes === null
      ? null
      : sorted([...before.complexes, ...after.complexes])
  return complexesOf(tx, both)
}

type Changing = {
  asked: Omit<OperatorChange, 'password' | 'approvalId'>
  passwordHash: string | null
  agreement: Agreement
}

const apply = async (
  tx: Tx,
  deps: OperatorDeps,
  editor: Editor,
  { before, asked, passwordHash, agreement }: Changing & { before: OperatorRow },
): Promise<OperatorRow> => {
  const rights = await rightsToGive(tx, editor.rights)
  refuseBeyond(rights, before)
  const role = await roleNamed(tx, asked.role ?? before.role)
  const places = placesOf(
    asked.complexes === undefined ? before.complexes : asked.complexes,
    asked.buildings === undefined ? before.buildings : asked.buildings,
  )
  if (asked.complexes !== undefined || asked.buildings !== undefined)
    await refuseUnknownPlaces(tx, places)
  refuseBeyond(rights, { ...role, ...places })
  const { operatorId } = before
  const name = asked.name ?? before.name
  const language = asked.language ?? before.language
  const disabledAt = lockedAt(before, asked, tx.now)
  if (disabledAt === null) await refuseUnseparated(tx, role)
  const expiresAt = timeGiven(asked.expiresAt, before.expiresAt)
  const edit = { operatorId, name, language, roleId: role.roleId, ...places, disabledAt, expiresAt }
  const changed = { before, after: { ...before, name, role, ...places, disabledAt } }
  const approvedBy = await agreeOnOperator(tx, deps, changed, agreement)
  const administratorsBefore = await administrators(tx)
  await updateOperator(tx, { ...edit, passwordHash })
  const none = administratorsBefore > 0 && (await administrators(tx)) === 0
  refuseIf(none, 'last_administrator')
  if (asked.phone !== undefined)
    await writePhone(tx, operatorId, await sealedPhone(tx, deps, operatorId, asked.phone))
  if (asked.clearTotp) await clearFactors(tx, operatorId)
  if (passwordHash !== null || touchesRights(asked)) await endSessionsOf(tx, operatorId)
  const after = must(await findOperator(tx, operatorId), 'who was changed is there')
  for (const complex of await seenBy(tx, before, after))
    await audit(tx, deps.ids, {
      complexId: complex,
      action: passwordHash === null ? 'operator.edit' : 'operator.resetPassword',
      subject: `operator/${operatorId}`,
      before: recordOf(before),
      after: { ...recordOf(after), ...(asked.endSessions && { sessionsEnded: true }), approvedBy },
    })
  return after
}

/** Refuses: what `changeOperator` does. */
export const changeOperatorIn = async (
  tx: Tx,
  deps: OperatorDeps,
  editor: Editor,
  operatorId: OperatorId,
  changing: Changing,
): Promise<OperatorRow> => {
  refuseIf(editor.operatorId === operatorId && touchesRights(changing.asked), 'not_on_oneself')
  const before = await findOperator(tx, operatorId, 'for update of o')
  if (!before) throw new Refusal('not_found', { operatorId })
  return apply(tx, deps, editor, { ...changing, before })
}

/**
 * Refuses: not_found, not_on_oneself, beyond_own_rights (by what he had or would have),
 * last_administrator, duties_not_separate, approval_required, approval_not_valid, and what
 * `refuseWeak` does.
 */
export const changeOperator = async (
  deps: OperatorDeps,
  editor: Editor,
  operatorId: OperatorId,
  asked: OperatorChange,
): Promise<OperatorRow> => {
  const { password, approvalId, ...change } = asked
  refuseIf(editor.operatorId === operatorId && touchesRights(asked), 'not_on_oneself')
  const known = await deps.db.as(editor.scope, (tx) => findOperator(tx, operatorId))
  if (!known) throw new Refusal('not_found', { operatorId })
  if (password !== undefined) {
    refuseWeak(password, await deps.db.as(editor.scope, (tx) => rulesFor(tx, known)))
  }
  const passwordHash = password === undefined ? null : await deps.passwords.hash(password)
  const changing = { asked: change, passwordHash, agreement: { approvalId } }
  return deps.db.as(editor.scope, (tx) => changeOperatorIn(tx, deps, editor, operatorId, changing))
}
