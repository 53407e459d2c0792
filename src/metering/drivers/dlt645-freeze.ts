// Freezes of a DL/T 645 meter 冻结: what it held at each interval, each midnight and each settlement
// day. Number 1 is the newest, and numbers move when the meter freezes again: a moment is read with
// its values in one question, or before and after them.

import { type Instant, instantOfLocal } from '../../shared/clock.ts'
import { type Wh, wh } from '../../shared/energy.ts'
import type { FreezeKind, FreezeReading, Outcome, Priority } from '../driver.ts'
import type { CalendarTime } from '../protocol/dlt645/calendar.ts'
import {
  type Energies,
  readFreezeBlock,
  readFreezeTime,
  readFrozenEnergies,
  readSettlementEnergies,
  readSettlementTime,
} from '../protocol/dlt645/commands/freeze-records.ts'
import { isCombined } from '../protocol/dlt645/commands/read.ts'
import type { Dlt645Request } from '../protocol/dlt645/exchange.ts'
import { fault } from './asking.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

type Frozen = Outcome<FreezeReading | null>
type Kind = 'hourly' | 'daily' | 'tierSwitch'

const KEEPS_NONE: Frozen = { ok: true, value: null }
/** Total and four tariffs, as meters of the standard freeze each day. */
const DAILY_TARIFFS = 4

/** The register that is billed, made from what was frozen: forward, or both ways together. */
const billed = (meter: Dlt645Meter, forward: Energies, reverse: Energies): (Wh | null)[] => {
  if (!isCombined(meter.at.model.reads.energy)) return [...forward]
  return forward.map((one, i) => {
    const back = reverse[i] ?? null
    return one === null || back === null ? one : wh(one + back)
  })
}

const reading = (
  meter: Dlt645Meter,
  at: CalendarTime,
  energies: readonly (Wh | null)[],
  reverseWh: Wh | null,
): Frozen => {
  const frozenAt: Instant | null = instantOfLocal(at, meter.at.zone)
  const [energyWh = null, ...tariffs] = energies
  if (frozenAt === null) return fault('bad-reply', 'frozen at a moment that does not exist')
  if (energyWh === null) return fault('bad-reply', 'no total in the freeze')
  const tariffsWh = tariffs.length > 0 ? tariffs : null
  return { ok: true, value: { frozenAt, energyWh, tariffsWh, reverseWh } }
}

/** A refusal of such a read says that there is no such record. */
const ask = async <T>(
  meter: Dlt645Meter,
  request: Dlt645Request<T>,
  priority: Priority,
): Promise<Outcome<T | null>> => {
  const answer = await meter.ask(request, priority)
  if (answer.ok || answer.reason !== 'refused-by-meter') return answer
  const isAbsent = 'refusals' in answer && answer.refusals.includes('noSuchData')
  return isAbsent ? { ok: true, value: null } : answer
}

const sameMoment = (a: CalendarTime, b: CalendarTime): boolean =>
  a.year === b.year &&
  a.month === b.month &&
  a.dayOfMonth === b.dayOfMonth &&
  a.hour === b.hour &&
  a.minute === b.minute

/** The moment, the values, and the moment again: between them the numbers may have moved. */
const readApart = async (
  meter: Dlt645Meter,
  priority: Priority,
  parts: {
    moment: Dlt645Request<CalendarTime | null>
    energies: Dlt645Request<Energies>
    reverse: Dlt645Request<Energies> | null
    billedFrom: (energies: Energies, reverse: Energies) => readonly (Wh | null)[]
  },
): Promise<Frozen> => {
  const before = await ask(meter, parts.moment, priority)
  if (!before.ok || before.value === null) return before.ok ? KEEPS_NONE : before
  const energies = await ask(meter, parts.energies, priority)
  if (!energies.ok || energies.value === null) return energies.ok ? KEEPS_NONE : energies
  const reverse = parts.reverse ? await ask(meter, parts.reverse, priority) : null
  if (reverse && !reverse.ok) return reverse
  const after = await ask(meter, parts.moment, priority)
  if (!after.ok || after.value === null) return after.ok ? KEEPS_NONE : after
  if (!sameMoment(before.value, after.value))
    return fault('bad-reply', 'the meter froze while it was asked', true)
  const back = reverse?.value ?? []
  const all = parts.billedFrom(energies.value, back)
  return reading(meter, before.value, all, back[0] ?? null)
}

const readFrozen = async (
  meter: Dlt645Meter,
  kind: Kind,
  back: number,
  priority: Priority,
): Promise<Frozen> => {
  const { address } = meter.at
  const tariffs = kind === 'hourly' ? 0 : DAILY_TARIFFS
  const block = await ask(meter, readFreezeBlock(address, kind, back, tariffs), priority)
  if (block.ok && block.value === null) return KEEPS_NONE
  if (block.ok && block.value) {
    const { at, forward, reverse } = block.value
    return reading(meter, at, billed(meter, forward, reverse), reverse[0] ?? null)
  }
  if (block.ok || block.reason !== 'bad-reply') return block.ok ? KEEPS_NONE : block
  // A maker's record of another size: its parts are still known one by one.
  return readApart(meter, priority, {
    moment: readFreezeTime(address, kind, back),
    energies: readFrozenEnergies(address, kind, 'forward', back),
    reverse: readFrozenEnergies(address, kind, 'reverse', back),
    billedFrom: (forward, reverse) => billed(meter, forward, reverse),
  })
}

const readSettlement = (meter: Dlt645Meter, back: number, priority: Priority): Promise<Frozen> => {
  const { address, model } = meter.at
  const direction = model.reads.energy.startsWith('0000') ? 'combined' : 'forward'
  const wantsReverse = model.reads.reverse !== null
  return readApart(meter, priority, {
    moment: readSettlementTime(address, back),
    energies: readSettlementEnergies(address, direction, back),
    reverse: wantsReverse ? readSettlementEnergies(address, 'reverse', back) : null,
    billedFrom: (energies) => energies,
  })
}

/** Null where the meter has no such record; not-supported where its model keeps none. */
export const readFreeze = async (
  meter: Dlt645Meter,
  which: FreezeKind,
  back: number,
  priority: Priority,
): Promise<Frozen> => {
  const { capabilities, reads } = meter.at.model
  const kept = capabilities.freezes[which]
  if (kept === 0) return fault('not-supported', `${which} freezes`)
  if (!Number.isInteger(back) || back < 1 || back > kept) return KEEPS_NONE
  switch (which) {
    case 'interval':
      return readFrozen(meter, 'hourly', back, priority)
    case 'daily':
      return readFrozen(meter, 'daily', back, priority)
    case 'monthly':
      return reads.monthly === 'settlement'
        ? readSettlement(meter, back, priority)
        : readFrozen(meter, 'tierSwitch', back, priority)
  }
}
