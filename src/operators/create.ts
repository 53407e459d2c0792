// Creating operators 操作员, the roles supplied, and the first administrator of an installation.

import { type Db, type Scope, systemScope, type Tx } from '../ports/database.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import type { Vault } from '../secrets/vault.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { audit } from './audit-log.ts'
import { complexesOf, insertOperator, operatorExists } from './operator-store.ts'
import type { Passwords } from './password.ts'
import { FIRST_RULES } from './policy.ts'
import { lockPolicy, writePolicy } from './policy-store.ts'
import { writeRole } from './role-store.ts'
import { ADMINISTRATOR, SUPPLIED_ROLES } from './roles.ts'

const FIRST_USER = 'admin'
const GENERATED_BYTES = 12

/** For the operators that the program itself makes. */
export type CreateDeps = { db: Db; ids: Ids; rng: Rng; passwords: Passwords }
export type OperatorDeps = CreateDeps & { vault: Vault }

export type NewOperator = {
  username: string
  name: string
  password: string
  role: string
  /** Null: every complex. */
  complexes: readonly ComplexId[] | null
  language?: Language
  mustChangePassword?: boolean
}

/** Writes the roles supplied with the program; doing it again changes nothing. */
export const seedRoles = async (tx: Tx): Promise<void> => {
  for (const role of SUPPLIED_ROLES) await writeRole(tx, role)
}

/** Refuses: username_taken. */
export const createOperator = async (
  deps: CreateDeps,
  scope: Scope,
  operator: NewOperator,
): Promise<OperatorId> => {
  const passwordHash = await deps.passwords.hash(operator.password)
  return deps.db.as(scope, async (tx) => {
    const id = await insertOperator(tx, {
      username: operator.username,
      name: operator.name,
      passwordHash,
      mustChangePassword: operator.mustChangePassword ?? false,
      role: operator.role,
      complexes: operator.complexes,
      buildings: null,
      language: operator.language ?? 'zh',
      expiresAt: null,
    })
    if (id === null) throw new Refusal('username_taken', { username: operator.username })
    for (const complexId of await complexesOf(tx, operator.complexes))
      await audit(tx, deps.ids, {
        complexId,
        action: 'operator.create',
        subject: `operator/${id}`,
        after: { username: operator.username, role: operator.role },
      })
    return id
  })
}

/** What holds from the beginning: its profile's rules. */
const beginWithProfile = async (tx: Tx): Promise<void> => {
  await writePolicy(tx, { ...(await lockPolicy(tx)), ...FIRST_RULES })
}

/**
 * The roles, the first rules and the user `admin`. Without a password given one is made, returned
 * once for the console, and must be changed at the first log-in.
 */
export const ensureAdmin = async (
  deps: CreateDeps,
  given: { password: string | null },
): Promise<{ created: boolean; password: string | null }> => {
  const scope = systemScope('start')
  const exists = await deps.db.as(scope, async (tx) => {
    await seedRoles(tx)
    const known = await operatorExists(tx, FIRST_USER)
    if (!known) await beginWithProfile(tx)
    return known
  })
  if (exists) return { created: false, password: null }
  const made = given.password ?? deps.rng.bytes(GENERATED_BYTES).toString('base64url')
  try {
    await createOperator(deps, scope, {
      username: FIRST_USER,
      name: '管理员',
      password: made,
      role: ADMINISTRATOR,
      complexes: null,
      mustChangePassword: given.password === null,
    })
  } catch (error) {
    // Two processes starting at once: the other one made it and printed its password.
    if (error instanceof Refusal && error.code === 'username_taken')
      return { created: false, password: null }
    throw error
  }
  return { created: true, password: given.password === null ? made : null }
}
