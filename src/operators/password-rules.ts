// What a password must be 密码规则: as long and as mixed as the policy says, none that is guessed
// first, no name that anybody here knows, and none of those used before.

import { pinyin } from 'pinyin-pro'
import type { Tx } from '../ports/database.ts'
import type { OperatorId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { Passwords } from './password.ts'
import { passwordsBefore } from './password-store.ts'
import type { LoginPolicy } from './policy.ts'
import { loginPolicy } from './policy-store.ts'
import { holdsName, isWorst } from './worst-passwords.ts'

const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{Lo}/u, /\d/, /[^\p{L}\d]/u]
const PRODUCT = ['prewatt', '预付电']

export type PasswordRules = Pick<LoginPolicy, 'passwordLengthMin' | 'passwordKindsMin'> & {
  username: string
  /** Of the person and of the complexes. */
  names: readonly string[]
}

/** 王敏 is guessed as wangmin too. */
const alsoInLatin = (name: string): string[] => [
  name,
  pinyin(name, { toneType: 'none', type: 'array' }).join(''),
]

/**
 * Refuses: password_too_short, password_too_weak, password_holds_username, password_too_common,
 * password_holds_name.
 */
export const refuseWeak = (password: string, rules: PasswordRules): void => {
  const { passwordLengthMin: lengthMin, passwordKindsMin: kindsMin } = rules
  refuseIf([...password].length < lengthMin, 'password_too_short', { lengthMin })
  const kinds = KINDS.filter((kind) => kind.test(password)).length
  refuseIf(kinds < kindsMin, 'password_too_weak', { kindsMin })
  const holds = password.toLowerCase().includes(rules.username.toLowerCase())
  refuseIf(holds, 'password_holds_username')
  refuseIf(isWorst(password), 'password_too_common')
  const names = [...PRODUCT, ...rules.names].flatMap(alsoInLatin)
  refuseIf(holdsName(password, names), 'password_holds_name')
}

/** True where the rules of today would not take it. */
export const isWeak = (password: string, rules: PasswordRules): boolean => {
  try {
    refuseWeak(password, rules)
    return false
  } catch (error) {
    if (error instanceof Refusal) return true
    throw error
  }
}

/** What holds for the password of this person. */
export const rulesFor = async (
  tx: Tx,
  person: { username: string; name: string },
): Promise<PasswordRules> => {
  const policy = await loginPolicy(tx)
  const rows = await tx.query<{ name: string; nameEn: string }>(
    `select name, name_en as "nameEn" from complex`,
  )
  const complexes = rows.flatMap(({ name, nameEn }) => [name, nameEn])
  return { ...policy, username: person.username, names: [person.name, ...complexes] }
}

/** The hashes that no new password of his may match: the one in use first, then those before it. */
export const takenHashes = async (
  tx: Tx,
  operator: { operatorId: OperatorId; passwordHash: string },
): Promise<string[]> => {
  const { passwordHistory } = await loginPolicy(tx)
  const before = await passwordsBefore(tx, operator.operatorId, passwordHistory - 1)
  return [operator.passwordHash, ...before]
}

/** Refuses: password_same, password_used_before. */
export const refuseTaken = async (
  passwords: Passwords,
  next: string,
  hashes: readonly string[],
): Promise<void> => {
  for (const [at, hash] of hashes.entries())
    if (await passwords.matches(hash, next))
      throw new Refusal(at === 0 ? 'password_same' : 'password_used_before', {
        passwordHistory: hashes.length,
      })
}
