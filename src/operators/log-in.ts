// Logging in 登录: the password, then the second factor; every attempt is counted before it is looked
// at. Who is in already gives both again before acts of weight.

import { createHash } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { type AuditEntry, audit } from './audit-log.ts'
import { clearFailures, forgetFailures, lockFailures, writeFailures } from './failure-store.ts'
import { FORGOTTEN_AFTER_MS, waitLeftMs, withAttempt } from './login-limit.ts'
import { complexesOf, type OperatorRow, operatorForLogIn } from './operator-store.ts'
import type { Passwords } from './password.ts'
import { loginPolicy } from './policy-store.ts'
import { logInScope } from './scope.ts'
import { type FactorDeps, type Proof, proveFactor } from './second-factor.ts'
import { endSession, insertSession } from './session-store.ts'

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
  from: string
  /** The token the browser still carried: that session ends. */
  oldToken: string | null
}

type Known = OperatorRow & { passwordHash: string }
type Given = { username: string; password: string; totp: string | null; from: string }

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Audit rows belong to a complex; what happens to an operator is written in each of his. */
export const auditInScope = async (
  tx: Tx,
  deps: { ids: Ids },
  operator: { operatorId: OperatorId; complexes: readonly ComplexId[] | null },
  done: Pick<AuditEntry, 'action' | 'after'>,
): Promise<void> => {
  const subject = `operator/${operator.operatorId}`
  for (const complexId of await complexesOf(tx, operator.complexes))
    await audit(tx, deps.ids, { complexId, subject, ...done })
}

/** Counts the attempt before the password is looked at. Refuses: too_many_attempts. */
export const countAttempt = (deps: LogInDeps, username: string, from: string) =>
  deps.db.as(logInScope(from), async (tx) => {
    await forgetFailures(tx, plusMs(tx.now, -FORGOTTEN_AFTER_MS))
    const past = await lockFailures(tx, username, from)
    const waitMs = waitLeftMs(past, tx.now)
    if (waitMs > 0)
      throw new Refusal('too_many_attempts', { retryAfterS: Math.ceil(waitMs / 1_000) })
    await writeFailures(tx, username, from, withAttempt(past, tx.now))
    return operatorForLogIn(tx, username)
  })

const refused = async (deps: LogInDeps, operator: Known | null, from: string): Promise<void> => {
  deps.log.warn('log-in refused', { from, known: operator !== null })
  if (!operator) return
  await deps.db.as(logInScope(from), (tx) =>
    auditInScope(tx, deps, operator, { action: 'session.refused' }),
  )
}

/**
 * The operator of these words and this code, and how the second factor was proved. Refuses:
 * bad_credentials (the same for an unknown and a locked user), totp_required, totp_wrong,
 * too_many_attempts.
 */
export const proveIdentity = async (
  deps: LogInDeps,
  given: Given,
): Promise<{ operator: Known; proof: Proof }> => {
  const { username, from } = given
  const begun = deps.clock.mono()
  const operator = await countAttempt(deps, username, from)
  const matches = await deps.passwords.matches(operator?.passwordHash ?? null, given.password)
  if (!operator || !matches || operator.disabledAt !== null) {
    await refused(deps, operator, from)
    const elapsedMs = deps.clock.mono() - begun
    await deps.clock.sleep(REFUSED_AFTER_MS - (elapsedMs % REFUSED_AFTER_MS))
    throw new Refusal('bad_credentials')
  }
  const proof = await deps.db.as(logInScope(from), (tx) =>
    proveFactor(tx, deps, operator, given.totp),
  )
  if (proof === 'missing') throw new Refusal('totp_required')
  if (proof === 'wrong') {
    await refused(deps, operator, from)
    throw new Refusal('totp_wrong')
  }
  return { operator, proof }
}

export type Begun = { token: string; csrfToken: string; operator: OperatorRow }

/** Refuses: what `proveIdentity` does. Every log-in gets a new token. */
export const logIn = async (deps: LogInDeps, request: LogInRequest): Promise<Begun> => {
  const { operator, proof } = await proveIdentity(deps, request)
  const token = deps.rng.bytes(TOKEN_BYTES).toString('base64url')
  const csrfToken = deps.rng.bytes(TOKEN_BYTES).toString('base64url')
  const scope: Scope = { complexes: 'all', operator: operator.operatorId, from: request.from }
  return deps.db.as(scope, async (tx) => {
    if (request.oldToken !== null) await endSession(tx, hashOf(request.oldToken))
    await clearFailures(tx, request.username, request.from)
    const { absoluteMinutes } = await loginPolicy(tx)
    await insertSession(tx, {
      hash: hashOf(token),
      operatorId: operator.operatorId,
      csrfToken,
      expiresAt: plusMs(tx.now, absoluteMinutes * MINUTE_MS),
      address: request.from,
    })
    const by = proof === 'none needed' ? undefined : { secondFactor: proof }
    await auditInScope(tx, deps, operator, { action: 'session.begin', after: by })
    return { token, csrfToken, operator }
  })
}
