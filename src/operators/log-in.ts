// Logging in 登录: the password, then the second factor; every attempt is counted before it is looked
// at. Who is in already gives both again before acts of weight.

import { createHash } from 'node:crypto'
import type { PasskeyAnswer } from '../http/contract/operators.ts'
import type { Clock } from '../ports/clock.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'
import { auditInScope } from './audit-scope.ts'
import { findOperator } from './edit-store.ts'
import { clearFailures, forgetFailures, lockFailures, writeFailures } from './failure-store.ts'
import { FORGOTTEN_AFTER_MS, waitLeftMs, withAttempt } from './login-limit.ts'
import { type LogInRow, type OperatorRow, operatorForLogIn } from './operator-store.ts'
import { provePasskey } from './passkey.ts'
import type { Passwords } from './password.ts'
import { isWeak, rulesFor } from './password-rules.ts'
import { demandNewPassword } from './password-store.ts'
import { loginPolicy } from './policy-store.ts'
import { logInScope } from './scope.ts'
import { type FactorDeps, type Proof, proveFactor } from './second-factor.ts'
import { endSession, insertSession, noteFailure, noteLogIn } from './session-store.ts'

const TOKEN_BYTES = 24
const MINUTE_MS = 60_000
/** What is done about a known name takes longer; nobody learns names from the time of it. */
const REFUSED_AFTER_MS = 100

export type LogInDeps = FactorDeps & {
  db: Db
  clock: Clock
  ids: Ids
  log: Log
  passwords: Passwords
}

export type LogInRequest = {
  username: string
  password: string
  /** The code of the second factor, or one of the recovery codes. */
  totp: string | null
  /** A passkey's answer instead of it. */
  passkey: PasskeyAnswer | null
  from: string
  /** Under which the browser reached us. */
  origin: string
  /** The token the browser still carried: that session ends. */
  oldToken: string | null
}

type Given = Omit<LogInRequest, 'oldToken'>

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Counts the attempt before the password is looked at. Refuses: too_many_attempts. */
export const countAttempt = (deps: LogInDeps, username: string, from: string) =>
  deps.db.as(logInScope(from), async (tx) => {
    await forgetFailures(tx, plusMs(tx.now, -FORGOTTEN_AFTER_MS))
    const past = await lockFailures(tx, username, from)
    const waitMs = waitLeftMs(past, tx.now, await loginPolicy(tx))
    if (waitMs > 0)
      throw new Refusal('too_many_attempts', { retryAfterS: Math.ceil(waitMs / 1_000) })
    await writeFailures(tx, username, from, withAttempt(past, tx.now))
    return operatorForLogIn(tx, username)
  })

const refused = async (deps: LogInDeps, operator: LogInRow | null, from: string): Promise<void> => {
  deps.log.warn('log-in refused', { from, known: operator !== null })
  if (!operator) return
  await deps.db.as(logInScope(from), async (tx) => {
    await noteFailure(tx, operator.operatorId)
    await auditInScope(tx, deps, operator, { action: 'session.refused' })
  })
}

/** Locked, or an account whose end has come. */
const isOut = ({ disabledAt, expiresAt }: OperatorRow, now: Instant): boolean =>
  disabledAt !== null || (expiresAt !== null && expiresAt <= now)

/** Refuses: what `provePasskey` does where a passkey answered, too_many_attempts. */
const secondProof = async (deps: LogInDeps, operator: LogInRow, given: Given): Promise<Proof> => {
  const { from, origin, passkey } = given
  if (passkey === null)
    return deps.db.as(logInScope(from), (tx) => proveFactor(tx, deps, operator, given.totp))
  const asked = { origin, purpose: 'log-in', session: null, from } as const
  await provePasskey(deps, passkey, { ...asked, operatorId: operator.operatorId })
  return 'passkey'
}

/**
 * The operator of these words and this code, and how the second factor was proved. Refuses:
 * bad_credentials (the same for an unknown and a locked user), totp_required, totp_wrong,
 * too_many_attempts.
 */
export const proveIdentity = async (
  deps: LogInDeps,
  given: Given,
): Promise<{ operator: LogInRow; proof: Proof }> => {
  const { username, from } = given
  const begun = deps.clock.mono()
  const operator = await countAttempt(deps, username, from)
  const matches = await deps.passwords.matches(operator?.passwordHash ?? null, given.password)
  if (!operator || !matches || isOut(operator, deps.clock.now())) {
    await refused(deps, operator, from)
    const elapsedMs = deps.clock.mono() - begun
    await deps.clock.sleep(REFUSED_AFTER_MS - (elapsedMs % REFUSED_AFTER_MS))
    throw new Refusal('bad_credentials')
  }
  const proof = await secondProof(deps, operator, given)
  if (proof === 'missing') {
    const { totp, passkeys } = operator
    throw new Refusal('totp_required', { totp, passkey: passkeys > 0 })
  }
  if (proof === 'wrong') {
    await refused(deps, operator, from)
    throw new Refusal('totp_wrong')
  }
  return { operator, proof }
}

export type Begun = { token: string; csrfToken: string; operator: OperatorRow; at: Instant }

type Entry = Pick<LogInRequest, 'from' | 'oldToken'>

/** A session of who proved himself; `how` is for the audit log. Every log-in gets a new token. */
export const beginSession = async (
  tx: Tx,
  deps: LogInDeps,
  operator: OperatorRow,
  { from, oldToken, how }: Entry & { how: Record<string, string> | undefined },
): Promise<Begun> => {
  const token = deps.rng.bytes(TOKEN_BYTES).toString('base64url')
  const csrfToken = deps.rng.bytes(TOKEN_BYTES).toString('base64url')
  if (oldToken !== null) await endSession(tx, hashOf(oldToken))
  const { absoluteMinutes } = await loginPolicy(tx)
  await insertSession(tx, {
    hash: hashOf(token),
    operatorId: operator.operatorId,
    csrfToken,
    expiresAt: plusMs(tx.now, absoluteMinutes * MINUTE_MS),
    address: from,
  })
  await noteLogIn(tx, operator.operatorId, { hash: hashOf(token), from })
  await auditInScope(tx, deps, operator, { action: 'session.begin', after: how })
  return { token, csrfToken, operator, at: tx.now }
}

/**
 * Rules that became stricter reach a password when it is next given: only then can it be looked at.
 */
const mustBeAnother = async (tx: Tx, operator: LogInRow, password: string): Promise<boolean> => {
  const { rulesAt } = await loginPolicy(tx)
  const older = rulesAt !== null && (operator.passwordAt ?? 0) < rulesAt
  if (!older || !isWeak(password, await rulesFor(tx, operator))) return false
  await demandNewPassword(tx, operator.operatorId)
  return true
}

/** Refuses: what `proveIdentity` does. */
export const logIn = async (deps: LogInDeps, request: LogInRequest): Promise<Begun> => {
  const { operator, proof } = await proveIdentity(deps, request)
  const scope: Scope = { complexes: 'all', operator: operator.operatorId, from: request.from }
  return deps.db.as(scope, async (tx) => {
    await clearFailures(tx, request.username, request.from)
    const weak = await mustBeAnother(tx, operator, request.password)
    const who = { ...operator, mustChangePassword: operator.mustChangePassword || weak }
    const how = proof === 'none needed' ? undefined : { secondFactor: proof }
    return beginSession(tx, deps, who, { ...request, how })
  })
}

export type PasskeyLogIn = Entry & { passkey: PasskeyAnswer; origin: string }

/** With a passkey alone: it is a thing and a proof of who holds it. Refuses: as `provePasskey`. */
export const logInByPasskey = async (deps: LogInDeps, given: PasskeyLogIn): Promise<Begun> => {
  const { passkey, from, origin } = given
  const asked = { origin, purpose: 'log-in', session: null, operatorId: null, from } as const
  const key = await provePasskey(deps, passkey, asked)
  const scope: Scope = { complexes: 'all', operator: key.operatorId, from }
  return deps.db.as(scope, async (tx) => {
    const operator = await findOperator(tx, key.operatorId)
    if (!operator || isOut(operator, tx.now)) throw new Refusal('passkey_refused')
    return beginSession(tx, deps, operator, { ...given, how: { passkey: key.name } })
  })
}
