// Separation of administrators 三权分立, pure (GB/T 22239 8.1.4.2 d): who keeps the registers, who lets
// people in and who looks at the log are three people, and none of them sells or moves money.

import type { Permission } from './permissions.ts'

export type Duty = 'system' | 'security' | 'audit'

const DUTIES: Record<Duty, readonly Permission[]> = {
  system: ['register.edit'],
  security: ['operator.edit', 'role.edit'],
  audit: ['audit.view'],
}
const ORDER = ['system', 'security', 'audit'] as const satisfies Duty[]

/** What moves money by hand at a counter: for none of the three. */
const TILL: readonly Permission[] = [
  'account.open',
  'account.recharge',
  'account.transfer',
  'account.close',
  'payout.make',
  'sale.reverse',
]
/**
 * What a manager decides about money. He may read the log, which changes nothing, but neither keeps
 * the registers nor lets people in.
 */
const DECISIONS: readonly Permission[] = [
  'waiver.make',
  'approval.decide',
  'account.import',
  'sharing.make',
  'day.close',
]

export const dutiesOf = (permissions: Iterable<string>): Duty[] => {
  const held = new Set(permissions)
  return ORDER.filter((duty) => DUTIES[duty].some((permission) => held.has(permission)))
}

/** What does not go together in one role: two duties, or a duty and money; null where all does. */
export const unseparated = (
  permissions: Iterable<string>,
): { duty: Duty; with: Duty | Permission } | null => {
  const held = new Set(permissions)
  const [first, second] = dutiesOf(held)
  if (first === undefined) return null
  if (second !== undefined) return { duty: first, with: second }
  const forbidden = first === 'audit' ? TILL : [...TILL, ...DECISIONS]
  const money = forbidden.find((permission) => held.has(permission))
  return money === undefined ? null : { duty: first, with: money }
}
