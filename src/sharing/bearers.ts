// Who bears how much of what is shared 分摊对象, PURE: premises by their area, their use or a fixed
// part, each day of the month by the account that had them when the day ended.

import type { Day } from '../shared/clock.ts'
import type { AccountId, PremisesId } from '../shared/ids.ts'

export type SharedBy = 'area' | 'energy' | 'fixed'
export type VacantBorneBy = 'landlord' | 'others'

export type SharingPremises = {
  premisesId: PremisesId
  areaDm2: number | null
  /** Of a rule with fixed parts; null: takes no part. */
  parts: number | null
  /** The accounts at the end of each day of the month; none: vacant. */
  days: readonly { day: Day; accounts: readonly AccountId[] }[]
  /** Used within the month, Wh, by the account that had the meter's point; null: vacant. */
  used: readonly { accountId: AccountId | null; usedWh: number }[]
}

/** One line of a sharing: an account's part of one premises, or what nobody had. */
export type Bearer = {
  premisesId: PremisesId
  /** Null: vacant, borne by the landlord. */
  accountId: AccountId | null
  /** Days of the month; those of premises that two accounts had count for both. */
  days: number
  usedWh: number
  weight: number
}

/** Premises without what the rule divides by; nothing is shared until it is known. */
export type BearerFault = { premisesId: PremisesId; missing: 'area' | 'parts' }

// Divisible by every count of accounts that premises ever have, so that halves stay whole.
const SCALE = 27_720

const daysOf = (premises: SharingPremises, account: AccountId | null): number =>
  premises.days.filter(({ accounts }) =>
    account === null ? accounts.length === 0 : accounts.includes(account),
  ).length

const usedBy = (premises: SharingPremises, account: AccountId | null): number =>
  premises.used
    .filter(({ accountId }) => accountId === account)
    .reduce((sum, { usedWh }) => sum + usedWh, 0)

/** A premises' own size, for each day that the account had it or a part of it. */
const sizedDays = (premises: SharingPremises, account: AccountId | null, size: number): number =>
  premises.days.reduce((sum, { accounts }) => {
    if (account === null) return accounts.length === 0 ? sum + size * SCALE : sum
    if (!accounts.includes(account)) return sum
    return sum + (size * SCALE) / accounts.length
  }, 0)

const weightOf = (by: SharedBy, premises: SharingPremises, account: AccountId | null): number => {
  if (by === 'energy') return usedBy(premises, account)
  const size = by === 'area' ? premises.areaDm2 : premises.parts
  return sizedDays(premises, account, size ?? 0)
}

const whoHad = (premises: SharingPremises): (AccountId | null)[] => {
  const named = new Set<AccountId | null>()
  for (const { accounts } of premises.days) for (const account of accounts) named.add(account)
  for (const { accountId } of premises.used) if (accountId !== null) named.add(accountId)
  return [...[...named].sort((a, b) => Number(a) - Number(b)), null]
}

export const bearerFaults = (by: SharedBy, premises: readonly SharingPremises[]): BearerFault[] => {
  if (by === 'area')
    return premises
      .filter(({ areaDm2 }) => areaDm2 === null)
      .map(({ premisesId }) => ({ premisesId, missing: 'area' }))
  const noneHasParts = by === 'fixed' && premises.every(({ parts }) => parts === null)
  return noneHasParts ? premises.map(({ premisesId }) => ({ premisesId, missing: 'parts' })) : []
}

/** Every bearer with a weight, in the order of premises; faults are asked for before. */
export const bearersOf = (
  { by, vacant }: { by: SharedBy; vacant: VacantBorneBy },
  premises: readonly SharingPremises[],
): Bearer[] =>
  premises
    .flatMap((one) =>
      whoHad(one).map((accountId) => ({
        premisesId: one.premisesId,
        accountId,
        days: daysOf(one, accountId),
        usedWh: usedBy(one, accountId),
        weight: weightOf(by, one, accountId),
      })),
    )
    .filter(({ weight, accountId }) => weight > 0 && (accountId !== null || vacant === 'landlord'))
