// Sessions 会话: a random token in a cookie, its hash in the database, an idle and an absolute limit.
// Every log-in gets a new token; log-ins, log-outs and refusals are audited in the operator's
// scope.

import { createHash } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { audit } from './audit-log.ts'
import { FORGOTTEN_AFTER_MS, waitLeftMs, withAttempt } from './login-limit.ts'
import {
  clearFailures,
  complexesOf,
  forgetFailures,
  lockFailures,
  type OperatorRow,
  operatorForLogIn,
  setPassword,
  writeFailures,
} from './operator-store.ts'
import { type Passwords, refuseWeak } from './password.ts'
import type { Permission } from './permissions.ts'
import { logInScope, permitted, scopeOf } from './scope.ts'
import {
  type AliveRow,
  aliveSessions,
  endOtherSessions,
  endSession,
  findSession,
  insertSession,
  touchSession,
} from './session-store.ts'

const TOKEN_BYTES = 24
const IDLE_MS = 30 * 60_000
const ABSOLUTE_MS = 12 * 3_600_000
/** A request within this time of the last does not write the row again. */
const TOUCH_EVERY_MS = 60_000

export type SignedIn = {
  operatorId: OperatorId
  username: string
  name: string
  role: string
  language: 'zh' | 'en'
  mustChangePassword: boolean
  permissions: ReadonlySet<Permission>
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
  csrfToken: string
  hash: Buffer
}

export type SessionDeps = {
  db: Db
  clock: Clock
  ids: Ids
  rng: Rng
  log: Log
  passwords: Passwords
}

export type LogInRequest = {
  username: string
  password: string
  from: string
  /** The token the browser still carried: that session ends. */
  oldToken: string | null
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const signedIn = (row: OperatorRow, csrfToken: string, hash: Buffer): SignedIn => ({
  operatorId: row.operatorId,
  username: row.username,
  name: row.name,
  role: row.role,
  language: row.language,
  mustChangePassword: row.mustChangePassword,
  permissions: permitted(row.permissions, row),
  complexes: row.complexes,
  buildings: row.buildings,
  csrfToken,
  hash,
})

/** Audit rows belong to a complex; what happens to an operator is written in each of his. */
const auditInScope = async (
  tx: Tx,
  deps: SessionDeps,
  operator: { operatorId: OperatorId; complexes: readonly ComplexId[] | null },
  action: string,
): Promise<void> => {
  for (const complexId of await complexesOf(tx, operator.complexes))
    await audit(tx, deps.ids, { complexId, action, subject: `operator/${operator.operatorId}` })
}

/** Counts the attempt before the password is looked at. Refuses: too_many_attempts. */
const countAttempt = (deps: SessionDeps, username: string, from: string) =>
  deps.db.as(logInScope(from), async (tx) => {
    await forgetFailures(tx, plusMs(tx.now, -FORGOTTEN_AFTER_MS))
    const past = await lockFailures(tx, username, from)
    const waitMs = waitLeftMs(past, tx.now)
    if (waitMs > 0)
      throw new Refusal('too_many_attempts', { retryAfterS: Math.ceil(waitMs / 1_000) })
    await writeFailures(tx, username, from, withAttempt(past, tx.now))
    return operatorForLogIn(tx, username)
  })

const begin = (deps: SessionDeps, request: LogInRequest, operator: OperatorRow) => {
  const token = deps.rng.bytes(TOKEN_BYTES).toString('base64url')
  const csrfToken = deps.rng.bytes(TOKEN_BYTES).toString('base64url')
  const scope: Scope = { complexes: 'all', operator: operator.operatorId, from: request.from }
  return deps.db.as(scope, async (tx) => {
    if (request.oldToken !== null) await endSession(tx, hashOf(request.oldToken))
    await clearFailures(tx, request.username, request.from)
    await insertSession(tx, {
      hash: hashOf(token),
      operatorId: operator.operatorId,
      csrfToken,
      expiresAt: plusMs(tx.now, ABSOLUTE_MS),
      address: request.from,
    })
    await auditInScope(tx, deps, operator, 'session.begin')
    return { token, signedIn: signedIn(operator, csrfToken, hashOf(token)) }
  })
}

/** Refuses: bad_credentials (the same for an unknown and a disabled user), too_many_attempts. */
const logIn = async (deps: SessionDeps, request: LogInRequest) => {
  const operator = await countAttempt(deps, request.username, request.from)
  const matches = await deps.passwords.matches(operator?.passwordHash ?? null, request.password)
  if (operator && matches && operator.disabledAt === null) return begin(deps, request, operator)
  deps.log.warn('log-in refused', { from: request.from, known: operator !== null })
  if (operator)
    await deps.db.as(logInScope(request.from), (tx) =>
      auditInScope(tx, deps, operator, 'session.refused'),
    )
  throw new Refusal('bad_credentials')
}

const find = (deps: SessionDeps, token: string, from: string): Promise<SignedIn | null> => {
  const hash = hashOf(token)
  return deps.db.as(logInScope(from), async (tx) => {
    const row = await findSession(tx, hash, plusMs(tx.now, -IDLE_MS))
    if (!row) return null
    if (tx.now - row.seenAt > TOUCH_EVERY_MS) await touchSession(tx, hash)
    return signedIn(row, row.csrfToken, hash)
  })
}

const logOut = (deps: SessionDeps, who: SignedIn, from: string): Promise<void> =>
  deps.db.as(scopeOf(who, from), async (tx) => {
    await endSession(tx, who.hash)
    await auditInScope(tx, deps, who, 'session.end')
  })

/** Ends the operator's other sessions. Refuses: password_wrong, password_too_weak. */
const changePassword = async (
  deps: SessionDeps,
  who: SignedIn,
  from: string,
  words: { current: string; next: string },
): Promise<void> => {
  const operator = await countAttempt(deps, who.username, from)
  const matches = await deps.passwords.matches(operator?.passwordHash ?? null, words.current)
  if (!matches) throw new Refusal('password_wrong')
  refuseWeak(words.next, who.username)
  if (words.next === words.current) throw new Refusal('password_too_weak', { same: true })
  const hash = await deps.passwords.hash(words.next)
  await deps.db.as(scopeOf(who, from), async (tx) => {
    await setPassword(tx, who.operatorId, hash)
    await clearFailures(tx, who.username, from)
    await endOtherSessions(tx, who.operatorId, who.hash)
    await auditInScope(tx, deps, who, 'operator.changePassword')
  })
}

export type Sessions = {
  logIn(request: LogInRequest): Promise<{ token: string; signedIn: SignedIn }>
  /** Null where the token is unknown, ended, idle for 30 min or older than 12 h. */
  find(token: string, from: string): Promise<SignedIn | null>
  logOut(who: SignedIn, from: string): Promise<void>
  changePassword(
    who: SignedIn,
    from: string,
    words: { current: string; next: string },
  ): Promise<void>
  /** Those of the sessions that still stand, with what they may see. */
  alive(hashes: readonly Buffer[]): Promise<AliveRow[]>
}

export const createSessions = (deps: SessionDeps): Sessions => ({
  logIn: (request) => logIn(deps, request),
  find: (token, from) => find(deps, token, from),
  logOut: (who, from) => logOut(deps, who, from),
  changePassword: (who, from, words) => changePassword(deps, who, from, words),
  alive: (hashes) =>
    deps.db.as(logInScope('live'), (tx) => aliveSessions(tx, hashes, plusMs(tx.now, -IDLE_MS))),
})
