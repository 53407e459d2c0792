// Rules of the log-in by profile 登录策略档, pure, as data. What GB/T 22239 asks of passwords (kinds
// of characters, renewal) is what OWASP ASVS forbids: an installation chooses one of the two, and
// may differ from it.

import type { Instant } from '../shared/clock.ts'

export type Profile = 'mlps' | 'asvs'

/** What a profile says. */
export type LoginRules = {
  passwordLengthMin: number
  /** Of capitals, small letters, other letters, digits and signs. */
  passwordKindsMin: number
  /** So many of the last passwords are not taken again, the one in use among them. */
  passwordHistory: number
  /** Null: a password has no end. */
  passwordDaysMax: number | null
  /** Who must have a second factor. */
  factorFor: 'role' | 'all'
  /** A session without a person at it for so long lapses. */
  idleMinutes: number
  /** And every session after so long. */
  absoluteMinutes: number
  /** Log-ins that may fail before the next must wait. */
  failuresFree: number
  lockMinutes: number
  /** Each further failure waits so many times as long as the one before. */
  lockGrowth: number
  /** System, security and audit administrators are different people; none of them moves money. */
  separation: boolean
}

export type LoginPolicy = LoginRules & {
  profile: Profile
  tokenDaysMax: number
  /** Whoever did not log in for so long is named as stale. */
  staleDays: number
  /** Names of the console for which passkeys are made. */
  passkeyHosts: readonly string[]
  /** When the rules of passwords last became stricter; null: never. */
  rulesAt: Instant | null
}

const ALIKE = {
  factorFor: 'all',
  absoluteMinutes: 720,
  failuresFree: 5,
  lockMinutes: 10,
  lockGrowth: 2,
} as const

export const PROFILES: Record<Profile, LoginRules> = {
  // GB/T 22239-2019 8.1.4.1 a, b, d and 8.1.4.2 d, at level 3.
  mlps: {
    ...ALIKE,
    passwordLengthMin: 10,
    passwordKindsMin: 3,
    passwordHistory: 5,
    passwordDaysMax: 90,
    idleMinutes: 10,
    separation: true,
  },
  // ASVS 5.0 6.2: long passwords, no rules of composition, no renewal for its own sake.
  asvs: {
    ...ALIKE,
    passwordLengthMin: 15,
    passwordKindsMin: 1,
    passwordHistory: 1,
    passwordDaysMax: null,
    idleMinutes: 30,
    separation: false,
  },
}

export const RULES = [
  'passwordLengthMin',
  'passwordKindsMin',
  'passwordHistory',
  'passwordDaysMax',
  'factorFor',
  'idleMinutes',
  'absoluteMinutes',
  'failuresFree',
  'lockMinutes',
  'lockGrowth',
  'separation',
] as const satisfies (keyof LoginRules)[]

/** Needs people to agree: switching the profile leaves it as it is, and shows that it differs. */
type Decided = Omit<LoginRules, 'separation'>
export const decidedBy = (profile: Profile): Decided => {
  const { separation: _separation, ...decided } = PROFILES[profile]
  return decided
}

/**
 * An installation begins with its profile, but for what needs people first: a telephone in every
 * hand, and three administrators.
 */
export const FIRST_RULES: Partial<LoginPolicy> = { ...decidedBy('mlps'), factorFor: 'role' }

/** The rules that are not what their profile says. */
export const differing = (policy: LoginPolicy): (typeof RULES)[number][] =>
  RULES.filter((rule) => policy[rule] !== PROFILES[policy.profile][rule])

/** Passwords chosen under `before` may not be good enough for `after`. */
export const asksMoreOfPasswords = (before: LoginRules, after: LoginRules): boolean =>
  after.passwordLengthMin > before.passwordLengthMin ||
  after.passwordKindsMin > before.passwordKindsMin

/**
 * The policy after a change: another profile brings its own rules, and what the change names
 * itself comes over them.
 */
export const changed = (
  before: LoginPolicy,
  change: Partial<LoginPolicy>,
  now: Instant,
): LoginPolicy => {
  const switched = change.profile !== undefined && change.profile !== before.profile
  const after = { ...before, ...(switched && decidedBy(change.profile ?? 'mlps')), ...change }
  return asksMoreOfPasswords(before, after) ? { ...after, rulesAt: now } : after
}
