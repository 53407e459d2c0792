// Sessions 会话: a random token in a cookie, its hash in the database, an idle and an absolute limit.
// Machines come with tokens of their own; both end here as who is signed in and what he may.

import type { PasskeyAnswer } from '../http/contract/operators.ts'
import type { Scope } from '../ports/database.ts'
import type { Instant } from '../shared/clock.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Language } from '../shared/words.ts'
import { gather } from '../work/gather.ts'
import { auditInScope } from './audit-scope.ts'
import { clearFailures } from './failure-store.ts'
import {
  type Begun,
  countAttempt,
  hashOf,
  type LogInDeps,
  type LogInRequest,
  logIn,
  logInByPasskey,
  type PasskeyLogIn,
  proveIdentity,
} from './log-in.ts'
import { type OperatorRow, setPassword } from './operator-store.ts'
import { provePasskey } from './passkey.ts'
import { refuseTaken, refuseWeak, rulesFor, takenHashes } from './password-rules.ts'
import type { Permission } from './permissions.ts'
import { logInScope, permitted, scopeOf } from './scope.ts'
import { adoptFactor, proposeFactor } from './second-factor.ts'
import { clearTotp } from './second-factor-store.ts'
import {
  type AliveRow,
  aliveSessions,
  confirmSession,
  endOtherSessions,
  endSession,
  findSession,
  touchSession,
} from './session-store.ts'
import { reachOfToken } from './token-reach.ts'
import { aliveTokens, findToken, touchToken } from './token-store.ts'

/** A request within this time of the last does not write the row again. */
const TOUCH_EVERY_MS = 60_000
/** For so long after the password was given, acts of weight don't ask for it again. */
const CONFIRMED_MS = 10 * 60_000

/** Look-ups under way at once, and sessions of one of them. */
const LOOK_UPS_MAX = 2
const LOOKED_UP_TOGETHER_MAX = 64

export type SignedIn = {
  operatorId: OperatorId
  username: string
  name: string
  role: string
  language: Language
  mustChangePassword: boolean
  /** When his password must be another one; null: never. */
  passwordUntil: Instant | null
  totp: boolean
  passkeys: number
  mustSetUpTotp: boolean
  permissions: ReadonlySet<Permission>
  complexes: readonly ComplexId[] | null
  buildings: readonly BuildingId[] | null
  csrfToken: string
  /** The password was given a few minutes ago. */
  confirmed: boolean
  /** Null: a browser with a session. */
  tokenId: number | null
  hash: Buffer
}

export type SessionDeps = LogInDeps

type Held = Pick<SignedIn, 'csrfToken' | 'confirmed' | 'tokenId' | 'hash'>

const signedIn = (row: OperatorRow, held: Held): SignedIn => ({
  operatorId: row.operatorId,
  username: row.username,
  name: row.name,
  role: row.role,
  language: row.language,
  mustChangePassword: row.mustChangePassword,
  passwordUntil: row.passwordUntil,
  totp: row.totp,
  passkeys: row.passkeys,
  mustSetUpTotp: row.totpRequired && !row.totp && row.passkeys === 0,
  permissions: permitted(row.permissions, row),
  complexes: row.complexes,
  buildings: row.buildings,
  ...held,
})

/** A person whose password has run out is asked for another; a machine never gives one. */
const withAge = (row: OperatorRow, now: Instant): OperatorRow => {
  const old = row.passwordUntil !== null && row.passwordUntil <= now
  return { ...row, mustChangePassword: row.mustChangePassword || old }
}

const begun = ({ token, csrfToken, operator, at }: Begun) => {
  const held = { csrfToken, confirmed: true, tokenId: null, hash: hashOf(token) }
  return { token, signedIn: signedIn(withAge(operator, at), held) }
}

type Asking = { hash: Buffer; byPerson: boolean }

const findAll = (deps: SessionDeps, asking: readonly Asking[]): Promise<(SignedIn | null)[]> =>
  deps.db.as(logInScope('sessions'), async (tx) => {
    const hashes = asking.map(({ hash }) => hash)
    const found = await Promise.all(hashes.map((hash) => findSession(tx, hash)))
    const touched = hashes.filter((_, at) => {
      const row = found[at]
      return row && asking[at]?.byPerson && tx.now - row.seenAt > TOUCH_EVERY_MS
    })
    // Always in one order: others may be touching the same rows.
    for (const hash of touched.sort(Buffer.compare)) await touchSession(tx, hash)
    return hashes.map((hash, at) => {
      const row = found[at]
      if (!row) return null
      const confirmed = tx.now - row.confirmedAt <= CONFIRMED_MS
      const held = { csrfToken: row.csrfToken, confirmed, tokenId: null, hash }
      return signedIn(withAge(row, tx.now), held)
    })
  })

/** Each request asks anew; those who ask at the same time are looked up together. */
const finder = (deps: SessionDeps): ((asking: Asking) => Promise<SignedIn | null>) =>
  gather({
    groupOf: () => 'sessions',
    markOf: (asking) => asking,
    atOnce: LOOK_UPS_MAX,
    most: LOOKED_UP_TOGETHER_MAX,
    few: LOOKED_UP_TOGETHER_MAX,
    run: async (asking) => {
      const found = await findAll(deps, asking)
      return found.map((value) => ({ status: 'fulfilled', value }))
    },
  })

const findBearer = (deps: SessionDeps, token: string, from: string): Promise<SignedIn | null> => {
  const hash = hashOf(token)
  return deps.db.as(logInScope(from), async (tx) => {
    const row = await findToken(tx, hash)
    if (!row) return null
    if (row.lastUsedAt === null || tx.now - row.lastUsedAt > TOUCH_EVERY_MS)
      await touchToken(tx, row.tokenId, from)
    const held = { csrfToken: '', confirmed: false, tokenId: row.tokenId, hash }
    return signedIn({ ...row, ...reachOfToken(row, row.given) }, held)
  })
}

const logOut = (deps: SessionDeps, who: SignedIn, from: string): Promise<void> =>
  deps.db.as(scopeOf(who, from), async (tx) => {
    await endSession(tx, who.hash)
    await auditInScope(tx, deps, who, { action: 'session.end' })
  })

/**
 * Ends the operator's other sessions. Refuses: password_wrong, password_same, password_used_before,
 * and what `refuseWeak` does.
 */
const changePassword = async (
  deps: SessionDeps,
  who: SignedIn,
  from: string,
  words: { current: string; next: string },
): Promise<void> => {
  const operator = await countAttempt(deps, who.username, from)
  const matches = await deps.passwords.matches(operator?.passwordHash ?? null, words.current)
  if (!operator || !matches) throw new Refusal('password_wrong')
  const taken = await deps.db.as(logInScope(from), async (tx) => {
    refuseWeak(words.next, await rulesFor(tx, who))
    return takenHashes(tx, operator)
  })
  await refuseTaken(deps.passwords, words.next, taken)
  const hash = await deps.passwords.hash(words.next)
  await deps.db.as(scopeOf(who, from), async (tx) => {
    await setPassword(tx, who.operatorId, hash)
    await clearFailures(tx, who.username, from)
    await confirmSession(tx, who.hash)
    await endOtherSessions(tx, who.operatorId, who.hash)
    await auditInScope(tx, deps, who, { action: 'operator.changePassword' })
  })
}

/** Refuses: password_wrong, totp_required, totp_wrong, too_many_attempts. */
const confirm = async (
  deps: SessionDeps,
  who: SignedIn,
  from: string,
  given: { password: string; totp: string | null },
): Promise<void> => {
  try {
    const { username } = who
    await proveIdentity(deps, { username, from, origin: '', passkey: null, ...given })
  } catch (error) {
    // He is in already: to say that the password is wrong tells him nothing new.
    if (error instanceof Refusal && error.code === 'bad_credentials')
      throw new Refusal('password_wrong')
    throw error
  }
  await deps.db.as(scopeOf(who, from), async (tx) => {
    await clearFailures(tx, who.username, from)
    await confirmSession(tx, who.hash)
  })
}

/** Refuses: as `provePasskey`. */
const confirmByPasskey = async (
  deps: SessionDeps,
  who: SignedIn,
  from: string,
  given: { passkey: PasskeyAnswer; origin: string },
): Promise<void> => {
  const { operatorId, hash: session } = who
  const asked = { purpose: 'confirm', session, operatorId, from, origin: given.origin } as const
  await provePasskey(deps, given.passkey, asked)
  await deps.db.as(scopeOf(who, from), (tx) => confirmSession(tx, who.hash))
}

/** The second factor of who is signed in. Refuses: totp_not_pending, totp_wrong. */
const factorOf = (deps: SessionDeps, who: SignedIn, scope: Scope) => ({
  propose: () => deps.db.as(scope, (tx) => proposeFactor(tx, deps, who)),
  adopt: (code: string) =>
    deps.db.as(scope, async (tx) => {
      const codes = await adoptFactor(tx, deps, who, code)
      await endOtherSessions(tx, who.operatorId, who.hash)
      await auditInScope(tx, deps, who, { action: 'operator.setUpTotp' })
      return codes
    }),
  clear: () =>
    deps.db.as(scope, async (tx) => {
      await clearTotp(tx, who.operatorId)
      await auditInScope(tx, deps, who, { action: 'operator.clearTotp' })
    }),
})

export type Sessions = {
  logIn(request: LogInRequest): Promise<{ token: string; signedIn: SignedIn }>
  logInByPasskey(request: PasskeyLogIn): Promise<{ token: string; signedIn: SignedIn }>
  /**
   * Null where the token is unknown, ended, idle for too long or too old. What no person asked for
   * does not keep it from lapsing.
   */
  find(token: string, byPerson: boolean): Promise<SignedIn | null>
  /** The same for a machine's token: null where it is unknown, revoked or has run out. */
  findBearer(token: string, from: string): Promise<SignedIn | null>
  logOut(who: SignedIn, from: string): Promise<void>
  changePassword(
    who: SignedIn,
    from: string,
    words: { current: string; next: string },
  ): Promise<void>
  confirm(
    who: SignedIn,
    from: string,
    given: { password: string; totp: string | null },
  ): Promise<void>
  confirmByPasskey(
    who: SignedIn,
    from: string,
    given: { passkey: PasskeyAnswer; origin: string },
  ): Promise<void>
  factorOf(who: SignedIn, scope: Scope): ReturnType<typeof factorOf>
  /** Those of the sessions and tokens that still stand, with what they may see. */
  alive(hashes: readonly Buffer[]): Promise<AliveRow[]>
}

export const createSessions = (deps: SessionDeps): Sessions => {
  const find = finder(deps)
  return {
    logIn: async (request) => begun(await logIn(deps, request)),
    logInByPasskey: async (request) => begun(await logInByPasskey(deps, request)),
    find: (token, byPerson) => find({ hash: hashOf(token), byPerson }),
    findBearer: (token, from) => findBearer(deps, token, from),
    logOut: (who, from) => logOut(deps, who, from),
    changePassword: (who, from, words) => changePassword(deps, who, from, words),
    confirm: (who, from, given) => confirm(deps, who, from, given),
    confirmByPasskey: (who, from, given) => confirmByPasskey(deps, who, from, given),
    factorOf: (who, scope) => factorOf(deps, who, scope),
    alive: (hashes) =>
      deps.db.as(logInScope('live'), async (tx) => [
        ...(await aliveSessions(tx, hashes)),
        ...(await aliveTokens(tx, hashes)),
      ]),
  }
}
