// Which results become rows of `reading`, before anybody has judged them 待入库读数. PURE.

import type { Instant } from '../../shared/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { FreezeKind } from '../driver.ts'
import type { PollResult } from './poll-result.ts'
import { FREEZE_SOURCE, isTold, READING_SOURCES } from './reading-sources.ts'

export type ReadingCandidate = {
  meterId: MeterId
  /** As the device told it, or when the answer came. */
  at: Instant
  receivedAt: Instant
  source: number
  told: boolean
  backfill: boolean
  /** It becomes a row also where nothing is wrong with it. */
  kept: boolean
  /** What the meter froze, where this is a freeze. */
  freeze: FreezeKind | null
  energyWh: number | null
  tariffsWh: readonly (number | null)[] | null
  reverseWh: number | null
  balanceFen: number | null
}

type Figures = Pick<ReadingCandidate, 'energyWh' | 'tariffsWh' | 'reverseWh' | 'balanceFen'>

const NONE: Figures = { energyWh: null, tariffsWh: null, reverseWh: null, balanceFen: null }

const sourceOf = ({ pushed, onDemand }: PollResult, round: number): number => {
  if (pushed) return READING_SOURCES.pushed.code
  return onDemand ? READING_SOURCES.onDemand.code : round
}

const candidate = (
  result: PollResult,
  at: Instant,
  round: number,
  figures: Partial<Figures>,
): ReadingCandidate => {
  const freeze = result.kind === 'freeze' ? result.which : null
  const source = freeze === null ? sourceOf(result, round) : FREEZE_SOURCE[freeze]
  return {
    meterId: result.meterId,
    at,
    receivedAt: result.at,
    source,
    told: isTold(source),
    backfill: result.kind === 'freeze' && result.backfill,
    kept: true,
    freeze,
    ...NONE,
    ...figures,
  }
}

const candidateOf = (result: PollResult, keepsStatus: boolean): ReadingCandidate | null => {
  if (!result.outcome.ok) return null
  switch (result.kind) {
    case 'energy': {
      const { at, energyWh, tariffsWh, reverseWh } = result.outcome.value
      const figures = { energyWh, tariffsWh, reverseWh }
      return candidate(result, at, READING_SOURCES.energy.code, figures)
    }
    case 'wallet': {
      const { at, energyWh, balanceFen } = result.outcome.value
      return candidate(result, at, READING_SOURCES.onDemand.code, { energyWh, balanceFen })
    }
    case 'status': {
      const { at, money, energyWh } = result.outcome.value
      const kept = keepsStatus || result.onDemand
      const balanceFen = money?.balanceFen ?? null
      if (energyWh === null && (balanceFen === null || !kept)) return null
      const figures = { energyWh, balanceFen }
      return { ...candidate(result, at, READING_SOURCES.status.code, figures), kept }
    }
    case 'freeze': {
      const { value } = result.outcome
      // The meter keeps no such record: nothing was read.
      if (value === null) return null
      const { frozenAt, energyWh, tariffsWh, reverseWh } = value
      const figures = { energyWh, tariffsWh, reverseWh }
      return candidate(result, frozenAt, FREEZE_SOURCE[result.which], figures)
    }
    case 'relay':
    case 'clock':
      return null
  }
}

/**
 * In the order in which the results came. `keepsStatus` says which status readings become rows:
 * every one of them would be ten times the volume of the energy round. The registers of the others
 * are judged all the same.
 */
export const readingCandidates = (
  results: readonly PollResult[],
  keepsStatus: (meter: MeterId, at: Instant) => boolean,
): ReadingCandidate[] =>
  results.flatMap((result) => {
    const row = candidateOf(result, keepsStatus(result.meterId, result.at))
    return row === null ? [] : [row]
  })
