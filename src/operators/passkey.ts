// Passkeys 通行密钥: a second factor beside the password, or both at once, since the authenticator asks
// its holder who he is. Each question is put by us, answered once, and soon.

import type { NewPasskey, PasskeyAnswer } from '../http/contract/operators.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import type { ComplexId, OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { auditInScope } from './audit-scope.ts'
import {
  challengeIn,
  checkAnswer,
  checkNewPasskey,
  type Site,
  siteOf,
  userHandleOf,
} from './passkey-check.ts'
import {
  deletePasskey,
  insertPasskey,
  markCloned,
  type PasskeyRow,
  type Purpose,
  passkeyNamed,
  passkeysOf,
  renamePasskey,
  takeChallenge,
  useCounter,
  writeChallenge,
} from './passkey-store.ts'
import { loginPolicy } from './policy-store.ts'
import { logInScope } from './scope.ts'
import { type FactorDeps, firstCodes } from './second-factor.ts'
import { dropIdleCodes } from './second-factor-store.ts'

const CHALLENGE_BYTES = 32
const ANSWER_WITHIN_MS = 5 * 60_000

export type PasskeyDeps = FactorDeps & { db: Db; ids: Ids }
type Owner = {
  operatorId: OperatorId
  username: string
  name: string
  complexes: readonly ComplexId[] | null
  hash: Buffer
}

const recordOf = ({ passkeyId, name, rpId }: PasskeyRow) => ({ passkeyId, name, rpId })
const named = ({ credentialId, transports }: PasskeyRow) => ({ id: credentialId, transports })

const put = async (
  tx: Tx,
  { rng }: PasskeyDeps,
  asked: { origin: string; purpose: Purpose; session: Buffer | null },
): Promise<{ challenge: string; rpId: string; timeoutMs: number }> => {
  const { passkeyHosts } = await loginPolicy(tx)
  const { rpId } = siteOf(asked.origin, passkeyHosts)
  const challenge = rng.bytes(CHALLENGE_BYTES).toString('base64url')
  const expiresAt = plusMs(tx.now, ANSWER_WITHIN_MS)
  const { purpose, session } = asked
  await writeChallenge(tx, { challenge, purpose, session, rpId, expiresAt })
  return { challenge, rpId, timeoutMs: ANSWER_WITHIN_MS }
}

/** Names no passkeys: nobody learns who has some. Refuses: passkey_host_unknown. */
export const askLogIn = async (tx: Tx, deps: PasskeyDeps, origin: string) => ({
  ...(await put(tx, deps, { origin, purpose: 'log-in', session: null })),
  allow: [],
})

/** Refuses: passkey_host_unknown. */
export const askConfirm = async (tx: Tx, deps: PasskeyDeps, who: Owner, origin: string) => {
  const question = await put(tx, deps, { origin, purpose: 'confirm', session: who.hash })
  const keys = (await passkeysOf(tx, who.operatorId)).filter((key) => key.clonedAt === null)
  return { ...question, allow: keys.filter(({ rpId }) => rpId === question.rpId).map(named) }
}

/** Refuses: passkey_host_unknown. */
export const askRegister = async (tx: Tx, deps: PasskeyDeps, who: Owner, origin: string) => {
  const question = await put(tx, deps, { origin, purpose: 'register', session: who.hash })
  const { username, name, operatorId } = who
  const keys = await passkeysOf(tx, operatorId)
  const exclude = keys.map(named)
  return { ...question, userId: userHandleOf(operatorId), username, name, exclude }
}

/** The question is gone with the first answer, right or wrong. Refuses: passkey_refused. */
const taken = (
  deps: PasskeyDeps,
  given: { clientDataJSON: string },
  asked: { origin: string; purpose: Purpose; session: Buffer | null },
): Promise<{ site: Site; challenge: string; fits: boolean }> =>
  deps.db.as(logInScope('passkey'), async (tx) => {
    const { passkeyHosts } = await loginPolicy(tx)
    const site = siteOf(asked.origin, passkeyHosts)
    const challenge = challengeIn(given.clientDataJSON)
    const { purpose, session } = asked
    return {
      site,
      challenge,
      fits: await takeChallenge(tx, { challenge, purpose, session, rpId: site.rpId }),
    }
  })

/**
 * The passkey that answered, which counts from now on as used. Refuses: passkey_refused;
 * passkey_cloned where its counter did not go on, and from then on it counts no more;
 * passkey_host_unknown.
 */
export const provePasskey = async (
  deps: PasskeyDeps,
  given: PasskeyAnswer,
  asked: {
    origin: string
    purpose: 'log-in' | 'confirm'
    session: Buffer | null
    /** Null: whosoever it is. */
    operatorId: OperatorId | null
    from: string
  },
): Promise<PasskeyRow> => {
  const { site, challenge, fits } = await taken(deps, given, asked)
  const scope = logInScope(asked.from)
  const key = await deps.db.as(scope, (tx) => passkeyNamed(tx, given.id))
  const his = key !== null && (asked.operatorId ?? key.operatorId) === key.operatorId
  if (!fits || !his || key.clonedAt !== null || key.rpId !== site.rpId)
    throw new Refusal('passkey_refused')
  const counter = await checkAnswer(site, challenge, { key, given })
  if (counter === null) throw new Refusal('passkey_refused')
  const wentOn = await deps.db.as(scope, async (tx) => {
    if (await useCounter(tx, key.passkeyId, counter)) return true
    await markCloned(tx, key.passkeyId)
    const owner = { operatorId: key.operatorId, complexes: null }
    await auditInScope(tx, deps, owner, { action: 'passkey.cloned', after: recordOf(key) })
    return false
  })
  if (!wentOn) throw new Refusal('passkey_cloned')
  return key
}

/**
 * With his first factor recovery codes. Refuses: passkey_refused (also one that somebody has
 * already), passkey_host_unknown.
 */
export const addPasskey = async (
  deps: PasskeyDeps,
  who: Owner,
  { origin, scope }: { origin: string; scope: Scope },
  given: NewPasskey,
): Promise<{ row: PasskeyRow; codes: string[] }> => {
  const asked = { origin, purpose: 'register', session: who.hash } as const
  const { site, challenge, fits } = await taken(deps, given, asked)
  const made = fits ? await checkNewPasskey(site, challenge, given) : null
  if (made === null) throw new Refusal('passkey_refused')
  const { operatorId } = who
  const { name, transports } = given
  return deps.db.as(scope, async (tx) => {
    const key = { ...made, operatorId, name, transports, rpId: site.rpId }
    const row = await insertPasskey(tx, key)
    if (!row) throw new Refusal('passkey_refused')
    const codes = await firstCodes(tx, deps, operatorId)
    await auditInScope(tx, deps, who, { action: 'passkey.create', after: recordOf(row) })
    return { row, codes }
  })
}

/** Refuses: not_found. */
export const namePasskey = async (
  tx: Tx,
  who: Owner,
  asked: { passkeyId: number; name: string },
): Promise<PasskeyRow> => {
  const row = await renamePasskey(tx, who.operatorId, asked)
  if (!row) throw new Refusal('not_found', { passkeyId: asked.passkeyId })
  return row
}

/** Refuses: not_found. */
export const removePasskey = async (
  tx: Tx,
  deps: PasskeyDeps,
  who: Owner,
  passkeyId: number,
): Promise<void> => {
  const row = await deletePasskey(tx, who.operatorId, passkeyId)
  if (!row) throw new Refusal('not_found', { passkeyId })
  await dropIdleCodes(tx, who.operatorId)
  await auditInScope(tx, deps, who, { action: 'passkey.remove', before: recordOf(row) })
}
