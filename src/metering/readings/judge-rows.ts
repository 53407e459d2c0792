// A batch of readings judged in its order 批量判定: each against the last one believed, which the ones
// before it in the batch may have become. PURE; what is known beforehand is fetched by the store.

import { type Instant, plusMs } from '../../shared/clock.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { FreezeKind } from '../driver.ts'
import type { RegisterRange } from '../meter-model/register-range.ts'
import { isBlocked, READING_FLAGS } from './reading-flags.ts'
import type { ReadingCandidate } from './reading-rows.ts'
import { countedWh, type Installed, judgeRegisters, judgeTime, type Known } from './trust.ts'

export type ReadingRow = {
  meterId: MeterId
  at: Instant
  receivedAt: Instant
  /** An impossible time that the device gave; the row then stands at its arrival. */
  toldAt: Instant | null
  source: number
  energyWh: number | null
  tariffsWh: readonly (number | null)[] | null
  reverseWh: number | null
  balanceFen: number | null
  flags: number
}

/** The newest suspicious reading that nobody has decided about. */
export type Suspect = Known & { source: number; flags: number }

/** What is known of one meter before the batch. */
export type MeterTrust = {
  /** The last reading that is believed: what the meter showed then, or when it was installed. */
  base: Known | null
  suspect: Suspect | null
  clockOffsetMs: number | null
  point: Installed
  range: RegisterRange
}

/** Neighbours of a reading that does not simply follow the last one. */
export type Between = { before: Known | null; after: Known | null; point: Installed }

export type TrustFacts = {
  meters: ReadonlyMap<MeterId, MeterTrust>
  /** By the candidate itself. */
  between: ReadonlyMap<ReadingCandidate, Between>
}

/** How the energy of one meter stands after the batch; null: as before. */
export type EnergyChange = { base: Known | null; suspect: Suspect | null }

export type Rollover = {
  meterId: MeterId
  at: Instant
  source: number
  register: 'energy' | 'reverse'
  modulusWh: number
}

export type NewFreeze = { meterId: MeterId; which: FreezeKind; frozenAt: Instant }

export type JudgedRows = {
  readings: ReadingRow[]
  energy: Map<MeterId, EnergyChange>
  rollovers: Rollover[]
  freezes: NewFreeze[]
}

export const NOTHING_KNOWN: TrustFacts = { meters: new Map(), between: new Map() }

/** Clocks of meters and gateways differ from ours by this much and nobody minds. */
const CLOCK_SLACK_MS = 60_000

/**
 * How far the true moment of a reading may lie from the time it carries: neighbours nearer than
 * this say nothing about it.
 */
export const slackOf = ({ told }: ReadingCandidate, clockOffsetMs: number | null): number =>
  told ? CLOCK_SLACK_MS + Math.abs(clockOffsetMs ?? 0) : 0

/** It may lie before what is known already, or its time is not ours: its neighbours are needed. */
export const needsNeighbours = (
  candidate: ReadingCandidate,
  base: Known | null | undefined,
): boolean => {
  const { told, at, energyWh } = candidate
  if (energyWh === null) return false
  if (told) return true
  return base ? at < base.at || (at === base.at && energyWh !== base.energyWh) : false
}

const knownOf = ({ at, energyWh, reverseWh }: ReadingCandidate): Known | null =>
  energyWh === null ? null : { at, energyWh, reverseWh }

const newest = (one: Known | null, other: Known | null): Known | null => {
  if (one === null || other === null) return one ?? other
  return other.at > one.at ? other : one
}

/** What is known of one meter while its readings of the batch are judged one after the other. */
class MeterJudge {
  readonly #trust: MeterTrust
  readonly #told: Known[] = []
  #base: Known | null
  #suspect: Suspect | null
  readonly change: EnergyChange = { base: null, suspect: null }

  constructor(trust: MeterTrust) {
    this.#trust = trust
    this.#base = trust.base
    this.#suspect = trust.suspect
  }

  get clockOffsetMs(): number | null {
    return this.#trust.clockOffsetMs
  }

  get isSuspect(): boolean {
    return this.#suspect !== null
  }

  /** A reading without all registers that count at this point says nothing about use. */
  isWhole(reading: Known): boolean {
    return countedWh(reading, this.#trust.point) !== null
  }

  judge(candidate: ReadingCandidate, reading: Known, between: Between | undefined) {
    const { point, range } = this.#trust
    if (this.#isRepeated(candidate, reading)) return { flags: 0, rollovers: [] }
    if (between === undefined) {
      const undecidedJump = this.#jumpBefore(reading)
      return judgeRegisters({
        reading,
        before: this.#base,
        after: null,
        undecidedJump,
        point,
        range,
      })
    }
    const slackMs = slackOf(candidate, this.clockOffsetMs)
    return judgeRegisters({
      reading,
      before: this.#newestBefore(reading, slackMs, between.before),
      after: between.after ?? this.#baseAfter(plusMs(reading.at, slackMs)),
      undecidedJump: this.#jumpBefore(reading),
      point: between.point,
      range,
    })
  }

  believed(candidate: ReadingCandidate, reading: Known): void {
    if (candidate.told) this.#told.push(reading)
    // A freeze says what was; the latest value is what was read last.
    if (candidate.freeze !== null) return
    if (this.#base !== null && reading.at <= this.#base.at) return
    this.#base = reading
    this.change.base = reading
  }

  doubted(reading: Known, source: number, flags: number): void {
    if (this.#suspect !== null && this.#suspect.at > reading.at) return
    this.#suspect = { ...reading, source, flags }
    this.change.suspect = this.#suspect
  }

  /** The same reading again, as after a commit whose answer was lost. */
  #isRepeated({ told }: ReadingCandidate, reading: Known): boolean {
    const base = this.#base
    return !told && base?.at === reading.at && base.energyWh === reading.energyWh
  }

  /** Of what was stored before, and of what this batch has brought. */
  #newestBefore(reading: Known, slackMs: number, stored: Known | null): Known | null {
    const told = this.#told.filter((one) => one.at < reading.at).at(-1) ?? null
    const base = this.#base
    const live = base !== null && base.at <= plusMs(reading.at, -slackMs) ? base : null
    return newest(newest(stored, told), live)
  }

  #baseAfter(from: Instant): Known | null {
    return this.#base !== null && this.#base.at >= from ? this.#base : null
  }

  #jumpBefore({ at }: Known): Known | null {
    const suspect = this.#suspect
    if (suspect === null || (suspect.flags & READING_FLAGS.jump.bit) === 0) return null
    const settled = this.#base !== null && this.#base.at >= suspect.at
    return !settled && suspect.at < at ? suspect : null
  }
}

const FREE: Installed = {
  multiplier: 1,
  side: 'primary',
  direction: 'combined',
  maxPowerW: null,
}
const UNKNOWN: MeterTrust = {
  base: null,
  suspect: null,
  clockOffsetMs: null,
  point: FREE,
  range: { modulusWh: null, stepWh: 10, maxPowerW: Number.MAX_SAFE_INTEGER },
}

type Judging = { facts: TrustFacts; meters: Map<MeterId, MeterJudge>; out: JudgedRows }

const judgeOf = ({ facts, meters }: Judging, meterId: MeterId): MeterJudge => {
  const known = meters.get(meterId)
  if (known) return known
  const judge = new MeterJudge(facts.meters.get(meterId) ?? UNKNOWN)
  meters.set(meterId, judge)
  return judge
}

const rolloversOf = (
  row: Pick<ReadingRow, 'meterId' | 'at' | 'source'>,
  registers: readonly Rollover['register'][],
  { modulusWh }: RegisterRange,
): Rollover[] =>
  modulusWh === null
    ? []
    : registers.map((register) => ({
        meterId: row.meterId,
        at: row.at,
        source: row.source,
        register,
        modulusWh,
      }))

const judgeOne = (judging: Judging, candidate: ReadingCandidate): void => {
  const { facts, out } = judging
  const { meterId, source, told: _told, backfill: _backfill, kept, freeze, ...figures } = candidate
  const judge = judgeOf(judging, meterId)
  const {
    at,
    toldAt,
    flags: ofTime,
  } = judgeTime({
    ...candidate,
    clockOffsetMs: judge.clockOffsetMs,
  })
  if (freeze !== null && toldAt === null)
    out.freezes.push({ meterId, which: freeze, frozenAt: candidate.at })
  const row: ReadingRow = { ...figures, meterId, source, at, toldAt, flags: ofTime }
  const reading = knownOf({ ...candidate, at })
  const wasSuspect = judge.isSuspect
  if (reading !== null && judge.isWhole(reading)) {
    const found = judge.judge(candidate, reading, facts.between.get(candidate))
    row.flags |= found.flags
    if (isBlocked(row.flags)) judge.doubted(reading, source, row.flags)
    else {
      judge.believed(candidate, reading)
      const { range } = facts.meters.get(meterId) ?? UNKNOWN
      out.rollovers.push(...rolloversOf(row, found.rollovers, range))
    }
  }
  // The first doubt is evidence, whatever was to be kept.
  if (kept || (isBlocked(row.flags) && !wasSuspect) || row.flags & READING_FLAGS.rollover.bit)
    out.readings.push(row)
}

export const judgeRows = (
  candidates: readonly ReadingCandidate[],
  facts: TrustFacts,
): JudgedRows => {
  const out: JudgedRows = { readings: [], energy: new Map(), rollovers: [], freezes: [] }
  const judging: Judging = { facts, meters: new Map(), out }
  for (const candidate of candidates) judgeOne(judging, candidate)
  for (const [meterId, { change }] of judging.meters) {
    if (change.base !== null || change.suspect !== null) out.energy.set(meterId, change)
  }
  return out
}
