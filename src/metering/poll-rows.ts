// What poll results change in the database 入库: one patch of `latest` per meter and the rows of
// `reading`. PURE. A fault never touches a value: it only says since when nothing was heard.

import type { Instant } from '../shared/clock.ts'
import type { MeterId } from '../shared/ids.ts'
import type { FaultReason, Relay } from './driver.ts'
import type { PollResult } from './poll-result.ts'

/** As `reading.source` says. */
export const READING_SOURCE = { energyRound: 1, statusRound: 2, onDemand: 5 } as const

export type ReadingRow = {
  meterId: MeterId
  at: Instant
  source: number
  energyWh: number | null
  tariffsWh: readonly (number | null)[] | null
  reverseWh: number | null
  balanceFen: number | null
}

/** Null leaves what is stored as it is. */
export type LatestPatch = {
  meterId: MeterId
  energyWh: number | null
  energyAt: Instant | null
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
  clockOffsetMs: number | null
  clockAt: Instant | null
  answeredAt: Instant | null
  /** The first silence after the last answer of these results. */
  silentSince: Instant | null
  fault: string | null
}

export type PollRows = { latest: LatestPatch[]; readings: ReadingRow[] }

/** A meter that refuses has answered; these have not. */
const SILENCE: readonly FaultReason[] = ['timeout', 'bad-reply', 'gateway-offline']

const emptyPatch = (meterId: MeterId): LatestPatch => ({
  meterId,
  energyWh: null,
  energyAt: null,
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
    case 'freeze':
      return {}
    case 'status': {
      const { value } = result.outcome
      const power = value.powerW === null ? {} : { powerW: value.powerW, powerAt: value.at }
      const money = value.money === null ? {} : moneyPatch({ at: value.at, ...value.money })
      const { energyWh } = value
      const energy = energyWh === null ? {} : { energyWh, energyAt: value.at }
      return { ...money, ...relayPatch(value), ...power, ...energy }
    }
    case 'wallet': {
      const { value } = result.outcome
      return { ...moneyPatch(value), energyWh: value.energyWh, energyAt: value.at }
    }
    case 'energy': {
      const { value } = result.outcome
      return { energyWh: value.energyWh, energyAt: value.at }
    }
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

const readingOf = (result: PollResult, keepsStatus: boolean): ReadingRow | null => {
  if (!result.outcome.ok) return null
  const none = { energyWh: null, tariffsWh: null, reverseWh: null, balanceFen: null }
  const { meterId, onDemand } = result
  const source = (round: number) => (onDemand ? READING_SOURCE.onDemand : round)
  switch (result.kind) {
    case 'energy': {
      const { at, ...registers } = result.outcome.value
      return { ...none, meterId, at, source: source(READING_SOURCE.energyRound), ...registers }
    }
    case 'wallet': {
      const { at, energyWh, balanceFen } = result.outcome.value
      return { ...none, meterId, at, source: READING_SOURCE.onDemand, energyWh, balanceFen }
    }
    case 'status': {
      if (!keepsStatus && !onDemand) return null
      const { at, money } = result.outcome.value
      if (money === null) return null
      const { balanceFen } = money
      return { ...none, meterId, at, source: source(READING_SOURCE.statusRound), balanceFen }
    }
    case 'relay':
    case 'clock':
    case 'freeze':
      return null
  }
}

/**
 * Folds results in the order in which they came. `keepsStatus` says which status readings become
 * rows of `reading`: every one of them would be ten times the volume of the energy round.
 */
export const pollRows = (
  results: readonly PollResult[],
  keepsStatus: (meter: MeterId, at: Instant) => boolean,
): PollRows => {
  const latest = new Map<MeterId, LatestPatch>()
  const readings: ReadingRow[] = []
  for (const result of results) {
    const before = latest.get(result.meterId) ?? emptyPatch(result.meterId)
    latest.set(result.meterId, patched(before, result))
    const row = readingOf(result, keepsStatus(result.meterId, result.at))
    if (row) readings.push(row)
  }
  return { latest: [...latest.values()], readings }
}
