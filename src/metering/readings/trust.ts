// Whether a reading can be believed 读数可信性判定: backwards, jump, impossible clock, roll-over. PURE.
// A cumulative register never decreases (INV-27); what does is kept as evidence and not billed.

import type { Instant } from '../../shared/clock.ts'
import type { RegisterRange } from '../meter-model/register-range.ts'
import { READING_FLAGS } from './reading-flags.ts'

export type Registers = { energyWh: number; reverseWh: number | null }
/** Registers at a moment. */
export type Known = Registers & { at: Instant }

/** The installation of that time: what the registers mean at this point. */
export type Installed = {
  multiplier: number
  side: 'primary' | 'secondary'
  direction: 'combined' | 'forward' | 'forwardPlusReverse'
  /** The most the point can draw, W; null: what the meter can carry. */
  maxPowerW: number | null
}

export type Judgement = {
  flags: number
  /** Billed Wh since the reading before; null where there is none, or where it is not believed. */
  usedWh: number | null
  /** Registers that passed their last digit on the way here. */
  rollovers: readonly ('energy' | 'reverse')[]
}

/** A register at its last digits, and only there, may begin again. */
const ROLLOVER_FROM = 0.99
/** Meters carry more than their rating for a while, and ratings are typed in by people. */
const POWER_MARGIN = 1.25
/** A reading is a little older than its answer, and some registers move in bursts. */
const TIME_SLACK_MS = 60_000
const STEPS_SLACK = 2
const HOUR_MS = 3_600_000
/** What one broadcast may correct by the standard; beyond it a clock is not merely adrift. */
export const CLOCK_LIMIT_MS = 300_000
/** No meter keeps freezes for longer, and no gateway keeps readings so long. */
export const OLDEST_MS = 390 * 24 * HOUR_MS
const LATE_AFTER_MS = HOUR_MS

/** Registers on the secondary side are multiplied; on the primary side the meter has done it. */
export const billedFactor = ({ side, multiplier }: Pick<Installed, 'side' | 'multiplier'>) =>
  side === 'secondary' ? multiplier : 1

/** What the installation counts, not multiplied; null where a register it needs was not read. */
export const countedWh = (registers: Registers, { direction }: Installed): number | null => {
  if (direction !== 'forwardPlusReverse') return registers.energyWh
  return registers.reverseWh === null ? null : registers.energyWh + registers.reverseWh
}

/** The most that can have been used in this time, billed Wh. */
const plausibleWh = (elapsedMs: number, point: Installed, range: RegisterRange): number => {
  const maxPowerW = point.maxPowerW ?? range.maxPowerW * point.multiplier
  const drawn = (maxPowerW * POWER_MARGIN * (elapsedMs + TIME_SLACK_MS)) / HOUR_MS
  return drawn + STEPS_SLACK * range.stepWh * billedFactor(point)
}

type Step = { usedWh: number; rolledOver: boolean }

/** Null where the register went backwards and did not roll over. */
const stepOf = (before: number, now: number, mostWh: number, range: RegisterRange): Step | null => {
  if (now >= before) return { usedWh: now - before, rolledOver: false }
  const { modulusWh } = range
  // A register below nothing has not passed its last digit.
  if (now < 0) return null
  if (modulusWh === null || before < modulusWh * ROLLOVER_FROM) return null
  const usedWh = modulusWh - before + now
  return usedWh <= mostWh ? { usedWh, rolledOver: true } : null
}

const NOTHING: Judgement = { flags: 0, usedWh: null, rollovers: [] }
const doubted = (flags: number): Judgement => ({ ...NOTHING, flags })

/** From one reading to the next one in time. */
const judgeStep = (
  before: Known,
  now: Known,
  point: Installed,
  range: RegisterRange,
): Judgement => {
  const mostWh = plausibleWh(Math.max(0, now.at - before.at), point, range)
  const factor = billedFactor(point)
  const energy = stepOf(before.energyWh, now.energyWh, mostWh / factor, range)
  if (energy === null) return doubted(READING_FLAGS.backwards.bit)
  const rollovers: ('energy' | 'reverse')[] = energy.rolledOver ? ['energy'] : []
  let registerWh = energy.usedWh
  if (point.direction === 'forwardPlusReverse') {
    // Without the reverse register nothing is known of what counts here.
    if (before.reverseWh === null || now.reverseWh === null) return { ...NOTHING, rollovers }
    const reverse = stepOf(before.reverseWh, now.reverseWh, mostWh / factor, range)
    if (reverse === null) return doubted(READING_FLAGS.backwards.bit)
    if (reverse.rolledOver) rollovers.push('reverse')
    registerWh += reverse.usedWh
  }
  const usedWh = registerWh * factor
  if (usedWh > mostWh) return doubted(READING_FLAGS.jump.bit)
  return { flags: rollovers.length > 0 ? READING_FLAGS.rollover.bit : 0, usedWh, rollovers }
}

export type Sight = {
  reading: Known
  /** The last reading before it that is believed, in its installation. */
  before: Known | null
  /** The first believed one after it, for a reading that comes out of its turn. */
  after: Known | null
  /** The newest jump before it that nobody has decided about. */
  undecidedJump: Known | null
  point: Installed
  range: RegisterRange
}

/**
 * Judges the registers of one reading. What comes after a jump and stands as high is doubted too:
 * otherwise a jump of any size would be believed after a gap that is long enough.
 */
export const judgeRegisters = (sight: Sight): Judgement => {
  const { reading, before, after, undecidedJump, point, range } = sight
  // Combined energy below nothing: more was delivered than drawn, or it was wired the wrong way.
  if (before === null && reading.energyWh < 0) return doubted(READING_FLAGS.backwards.bit)
  const onward = before === null ? NOTHING : judgeStep(before, reading, point, range)
  const goesOn = after === null ? NOTHING : judgeStep(reading, after, point, range)
  if (before !== null && after !== null && after.energyWh < before.energyWh)
    // Between the two the register began again: the reading belongs to one side or the other.
    return onward.flags === 0 || goesOn.flags !== 0 ? onward : NOTHING
  if (onward.flags & (READING_FLAGS.backwards.bit | READING_FLAGS.jump.bit)) return onward
  if (goesOn.flags & READING_FLAGS.backwards.bit) return doubted(goesOn.flags)
  if (undecidedJump !== null && reading.energyWh >= undecidedJump.energyWh)
    return doubted(READING_FLAGS.jump.bit)
  return onward
}

export type Told = {
  at: Instant
  receivedAt: Instant
  /** The time is the device's own word. */
  told: boolean
  /** meter − centre as last measured, of the clock that stamped it; null: not measured. */
  clockOffsetMs: number | null
  backfill: boolean
}

/**
 * Judges the time of a reading. A nominal boundary such as midnight stays as the meter named it;
 * a time that cannot be is kept aside, and the reading stands at the moment it arrived, so that no
 * search by time finds it in the future.
 */
export const judgeTime = (
  reading: Told,
): { at: Instant; toldAt: Instant | null; flags: number } => {
  const { at, receivedAt, told, clockOffsetMs, backfill } = reading
  const marked = backfill ? READING_FLAGS.backfilled.bit : 0
  if (told && (at > receivedAt + CLOCK_LIMIT_MS || at < receivedAt - OLDEST_MS))
    return { at: receivedAt, toldAt: at, flags: READING_FLAGS.clock.bit | marked }
  const adrift = told && clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_LIMIT_MS
  const late = !backfill && receivedAt - at > LATE_AFTER_MS
  return {
    at,
    toldAt: null,
    flags: marked | (adrift ? READING_FLAGS.clock.bit : 0) | (late ? READING_FLAGS.late.bit : 0),
  }
}
