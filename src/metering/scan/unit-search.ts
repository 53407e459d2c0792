// Searching a bus for Modbus devices 搜从站: the unit numbers 1 to 247 one by one, by the
// registers that the models know. A device counts after it has answered twice; the state is data.

import type { MeterModel } from '../meter-model/meter-model.ts'
import type { RegisterRange } from '../protocol/modbus/commands/registers.ts'

export type UnitQuestion = { unit: number; range: RegisterRange }

export type UnitSearch = {
  /** What is asked of each unit until it answers. */
  ranges: RegisterRange[]
  todo: { unit: number; range: number; answers: number; tries: number }[]
  found: number[]
  /** Answered once and not again. */
  unconfirmed: number[]
  probes: number
  end: 'searching' | 'done'
}

const UNITS = 247
const CONFIRMED = 2
const CONFIRM_TRIES = 3

/** A register at the start of each block of the models, each once. */
export const rangesOf = (models: Iterable<MeterModel>): RegisterRange[] => {
  const starts = new Map<string, RegisterRange>()
  for (const model of models) {
    if (model.protocol !== 'modbus') continue
    const [first] = model.blocks
    if (first)
      starts.set(`${first.fn} ${first.start}`, { fn: first.fn, start: first.start, count: 1 })
  }
  return [...starts.values()]
}

/** Those that the registers know are asked first. */
export const startUnits = (
  ranges: readonly RegisterRange[],
  known: readonly number[],
): UnitSearch => {
  const all = Array.from({ length: UNITS }, (_, i) => i + 1)
  const units = [...known, ...all.filter((unit) => !known.includes(unit))]
  const todo = ranges.flatMap((_, range) =>
    units.map((unit) => ({ unit, range, answers: 0, tries: 0 })),
  )
  return { ranges: [...ranges], todo, found: [], unconfirmed: [], probes: 0, end: 'searching' }
}

export const nextUnit = ({ todo, ranges, end }: UnitSearch): UnitQuestion | null => {
  const [now] = todo
  const range = now && ranges[now.range]
  return end === 'done' || !now || !range ? null : { unit: now.unit, range }
}

export const unitCoverage = ({ todo, ranges }: UnitSearch): number =>
  ranges.length === 0 ? 1 : 1 - todo.length / (UNITS * ranges.length)

const without = (search: UnitSearch, unit: number) => search.todo.filter((one) => one.unit !== unit)

export const afterUnit = (search: UnitSearch, answered: boolean): UnitSearch => {
  const [now, ...rest] = search.todo
  if (!now) return search
  const { unit } = now
  const next = { ...search, probes: search.probes + 1 }
  const ended = (todo: UnitSearch['todo'], more: Partial<UnitSearch> = {}): UnitSearch => ({
    ...next,
    ...more,
    todo,
    end: todo.length === 0 ? 'done' : 'searching',
  })
  const answers = now.answers + (answered ? 1 : 0)
  if (answers === CONFIRMED) {
    return ended(without(search, unit), { found: [...search.found, unit] })
  }
  const again = { ...now, answers, tries: now.tries + 1 }
  if (answers > 0 && again.tries < CONFIRM_TRIES) return ended([again, ...rest])
  if (answers === 0) return ended(rest)
  return ended(rest, { unconfirmed: [...search.unconfirmed, unit] })
}
