// The second factor 第二因素: set up by proving the first code, asked at every log-in. Wrong codes are
// counted by person, not by address: only who knows the password can get that far and count them.

import type { Tx } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import { totpPlace } from '../secrets/places.ts'
import type { Vault } from '../secrets/vault.ts'
import type { OperatorId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { clearFailures, lockFailures, writeFailures } from './failure-store.ts'
import { waitLeftMs, withAttempt } from './login-limit.ts'
import { loginPolicy } from './policy-store.ts'
import {
  adoptPending,
  factorOf,
  hasCodes,
  spendCode,
  writeCodes,
  writePending,
  writeStep,
} from './second-factor-store.ts'
import { base32, otpauthUri, SECRET_BYTES, stepOfCode } from './totp.ts'

const CODES = 10
const CODE_BYTES = 10
const CODE_GROUP = 4
/** Stands for the address among failures: wherever the codes come from, they are counted as one. */
const ANYWHERE = 'second factor'

export type FactorDeps = { vault: Vault; rng: Rng }
type Person = { operatorId: OperatorId; username: string }

const plain = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

const hashOf = (tx: Tx, { vault }: FactorDeps, operator: OperatorId, code: string) =>
  vault.keyedHash(tx, `recovery-code|${operator}|${plain(code)}`)

const mintCodes = async (tx: Tx, deps: FactorDeps, operator: OperatorId): Promise<string[]> => {
  const codes = Array.from({ length: CODES }, () => base32(deps.rng.bytes(CODE_BYTES)))
  const hashes = await Promise.all(codes.map((each) => hashOf(tx, deps, operator, each)))
  await writeCodes(tx, operator, hashes)
  return codes.map((each) => (each.match(new RegExp(`.{${CODE_GROUP}}`, 'g')) ?? []).join('-'))
}

/** For who has none left, never shown again; otherwise none. */
export const firstCodes = async (
  tx: Tx,
  deps: FactorDeps,
  operator: OperatorId,
): Promise<string[]> => ((await hasCodes(tx, operator)) ? [] : mintCodes(tx, deps, operator))

/** A new secret, shown and sealed; it counts once its first code has been proved. */
export const proposeFactor = async (
  tx: Tx,
  { vault, rng }: FactorDeps,
  { operatorId, username }: Person,
): Promise<{ secret: string; uri: string }> => {
  const secret = rng.bytes(SECRET_BYTES)
  const sealer = await vault.sealer(tx, null)
  await writePending(tx, operatorId, sealer.seal(totpPlace(operatorId), secret))
  return { secret: base32(secret), uri: otpauthUri(secret, username) }
}

/**
 * The proposed secret counts from now on; returns the recovery codes, which are never shown again.
 * Refuses: totp_not_pending, totp_wrong.
 */
export const adoptFactor = async (
  tx: Tx,
  deps: FactorDeps,
  { operatorId }: Person,
  code: string,
): Promise<string[]> => {
  const row = await factorOf(tx, operatorId)
  if (!row?.pending) throw new Refusal('totp_not_pending')
  const open = await deps.vault.opener(tx, null)
  const secret = open(totpPlace(operatorId), row.pending)
  const step = stepOfCode(secret, code, tx.now, null)
  if (step === null) throw new Refusal('totp_wrong')
  await adoptPending(tx, operatorId, step)
  return mintCodes(tx, deps, operatorId)
}

export type Proof = 'none needed' | 'code' | 'recovery code' | 'passkey' | 'wrong' | 'missing'

const prove = async (
  tx: Tx,
  deps: FactorDeps,
  { operatorId }: Person,
  code: string,
): Promise<Proof> => {
  const row = await factorOf(tx, operatorId)
  if (row?.sealed) {
    const open = await deps.vault.opener(tx, null)
    const secret = open(totpPlace(operatorId), row.sealed)
    const step = stepOfCode(secret, code.trim(), tx.now, row.step)
    if (step !== null) {
      await writeStep(tx, operatorId, step)
      return 'code'
    }
  }
  const spent = await spendCode(tx, operatorId, await hashOf(tx, deps, operatorId, code))
  return spent ? 'recovery code' : 'wrong'
}

/**
 * Looks at what was given after the password was right; a wrong code is counted in the same
 * transaction, so the caller must let it commit. Refuses: too_many_attempts.
 */
export const proveFactor = async (
  tx: Tx,
  deps: FactorDeps,
  person: Person & { totp: boolean; passkeys: number },
  code: string | null,
): Promise<Proof> => {
  if (!person.totp && person.passkeys === 0) return 'none needed'
  if (code === null || code.trim() === '') return 'missing'
  const past = await lockFailures(tx, person.username, ANYWHERE)
  const waitMs = waitLeftMs(past, tx.now, await loginPolicy(tx))
  if (waitMs > 0) throw new Refusal('too_many_attempts', { retryAfterS: Math.ceil(waitMs / 1_000) })
  const proof = await prove(tx, deps, person, code)
  if (proof === 'wrong')
    await writeFailures(tx, person.username, ANYWHERE, withAttempt(past, tx.now))
  else await clearFailures(tx, person.username, ANYWHERE)
  return proof
}
