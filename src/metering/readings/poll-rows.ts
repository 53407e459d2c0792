// What poll results change in the database 入库: one patch of `latest` per meter and the rows of
// `reading`. PURE. A fault never touches a value: it only says since when nothing was heard.

import { type Instant, plusMs } from '../../shared/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { Electrical, FaultReason, Relay } from '../driver.ts'
import { type EnergyChange, type JudgedRows, judgeRows, type TrustFacts } from './judge-rows.ts'
import type { PollResult } from './poll-result.ts'
import type { ReadingCandidate } from './reading-rows.ts'

/** Null leaves what is stored as it is. */
export type LatestPatch = {
  meterId: MeterId
  energyWh: number | null
  energyAt: Instant | null
  reverseWh: number | null
  /** The newest suspicious reading. */
  suspectAt: Instant | null
  suspectSource: number | null
  suspectWh: number | null
  suspectFlags: number | null
  remainingFen: number | null
  overdraftFen: number | null
  balanceFen: number | null
  balanceAt: Instant | null
  purchaseCount: number | null
  customerNo: string | null
  walletAt: Instant | null
  relay: Relay | null
  kept: boolean | null
  opened: boolean | null
  statusWord: number | null
  relayAt: Instant | null
  powerW: number | null
  powerAt: Instant | null
  electrical: Electrical | null
  electricalAt: Instant | null
  clockOffsetMs: number | null
  clockAt: Instant | null
  answeredAt: Instant | null
  /** The first silence after the last answer of these results. */
  silentSince: Instant | null
  fault: string | null
}

export type PollRows = Omit<JudgedRows, 'energy'> & { latest: LatestPatch[] }

/** A meter that refuses has answered; these have not. */
const SILENCE: readonly FaultReason[] = ['timeout', 'bad-reply', 'gateway-offline']

const emptyPatch = (meterId: MeterId): LatestPatch => ({
  meterId,
  energyWh: null,
  energyAt: null,
  reverseWh: null,
  suspectAt: null,
  suspectSource: null,
  suspectWh: null,
  suspectFlags: null,
  remainingFen: null,
  overdraftFen: null,
  balanceFen: null,
  balanceAt: null,
  purchaseCount: null,
  customerNo: null,
  walletAt: null,
  relay: null,
  kept: null,
  opened: null,
  statusWord: null,
  relayAt: null,
  powerW: null,
  powerAt: null,
  electrical: null,
  electricalAt: null,
  clockOffsetMs: null,
  clockAt: null,
  answeredAt: null,
  silentSince: null,
  fault: null,
})

const moneyPatch = (reading: {
  at: Instant
  remainingFen: number
  overdraftFen: number
  balanceFen: number
  count: number
  customerNo: string
  opened: boolean
}): Partial<LatestPatch> => ({
  remainingFen: reading.remainingFen,
  overdraftFen: reading.overdraftFen,
  balanceFen: reading.balanceFen,
  balanceAt: reading.at,
  purchaseCount: reading.count,
  customerNo: reading.customerNo,
  walletAt: reading.at,
  opened: reading.opened,
})

/** Nothing where the meter has no relay. */
const relayPatch = (reading: {
  at: Instant
  relay: Relay | null
  kept: boolean
  statusWord: number | null
}): Partial<LatestPatch> =>
  reading.relay === null
    ? {}
    : {
        relay: reading.relay,
        kept: reading.kept,
        statusWord: reading.statusWord,
        relayAt: reading.at,
      }

/** What a good reading says; null for a fault. */
const valuesOf = (result: PollResult): Partial<LatestPatch> | null => {
  if (!result.outcome.ok) return null
  switch (result.kind) {
    case 'energy':
    case 'freeze':
      // Energy is shown when it has been judged.
      return {}
    case 'status': {
      const { value } = result.outcome
      const power = value.powerW === null ? {} : { powerW: value.powerW, powerAt: value.at }
      const money = value.money === null ? {} : moneyPatch({ at: value.at, ...value.money })
      const { electrical } = value
      const electric = electrical === null ? {} : { electrical, electricalAt: value.at }
      return { ...money, ...relayPatch(value), ...power, ...electric }
    }
    case 'wallet':
      return moneyPatch(result.outcome.value)
    case 'relay':
      return relayPatch(result.outcome.value)
    case 'clock': {
      const { value } = result.outcome
      return { clockOffsetMs: value.offsetMs, clockAt: value.at }
    }
  }
}

const faultPatch = (before: LatestPatch, result: PollResult): Partial<LatestPatch> => {
  // A clock or a record that can't be read is no reason to call the meter silent.
  if (result.outcome.ok || result.kind === 'clock' || result.kind === 'freeze') return {}
  const { reason, detail } = result.outcome
  const fault = detail === '' ? reason : `${reason}: ${detail}`
  if (!SILENCE.includes(reason)) return { fault, answeredAt: result.at, silentSince: null }
  return { fault, silentSince: before.silentSince ?? result.at }
}

const patched = (before: LatestPatch, result: PollResult): LatestPatch => {
  const values = valuesOf(result)
  return values === null
    ? { ...before, ...faultPatch(before, result) }
    : { ...before, ...values, answeredAt: result.at, silentSince: null, fault: null }
}

/** A gateway that was cut off sends what it kept: that is history and no news. */
const OLD_NEWS_MS = 600_000

const isOldNews = (result: PollResult): boolean => {
  if (!result.pushed || !result.outcome.ok || result.kind === 'freeze') return false
  return result.outcome.value.at < plusMs(result.at, -OLD_NEWS_MS)
}

const energyPatch = ({ base, suspect }: EnergyChange): Partial<LatestPatch> => ({
  ...(base && { energyWh: base.energyWh, energyAt: base.at, reverseWh: base.reverseWh }),
  ...(suspect && {
    suspectAt: suspect.at,
    suspectSource: suspect.source,
    suspectWh: suspect.energyWh,
    suspectFlags: suspect.flags,
  }),
})

/** Folds results in the order in which they came; `candidates` are those of the same results. */
export const pollRows = (
  results: readonly PollResult[],
  candidates: readonly ReadingCandidate[],
  facts: TrustFacts,
): PollRows => {
  const { energy, ...rows } = judgeRows(candidates, facts)
  const latest = new Map<MeterId, LatestPatch>()
  for (const result of results) {
    const before = latest.get(result.meterId) ?? emptyPatch(result.meterId)
    latest.set(result.meterId, isOldNews(result) ? before : patched(before, result))
  }
  for (const [meterId, change] of energy) {
    const patch = latest.get(meterId)
    if (patch) latest.set(meterId, { ...patch, ...energyPatch(change) })
  }
  return { ...rows, latest: [...latest.values()] }
}
