// Which requests bring the wanted registers 读取计划: as few as the model and the protocol allow. Pure.

import { must } from '../../shared/assert.ts'
import { fieldOf, type Wanted } from '../meter-model/model-items.ts'
import type { ModbusModel } from '../meter-model/model-schema.ts'
import type { RegisterRange } from '../protocol/modbus/commands/registers.ts'
import { registersOf } from '../protocol/modbus/registers.ts'

/**
 * Registers nobody asked for that are read all the same: at 9600 baud so many take as long as one
 * more exchange.
 */
const GAP_MAX = 40

type Span = { block: ModbusModel['blocks'][number]; start: number; end: number }

export const blockOf = (model: ModbusModel, start: number, end: number) =>
  model.blocks.find((block) => start >= block.start && end <= block.start + block.count) ?? null

const spanOf = (model: ModbusModel, { item, circuit }: Wanted): Span => {
  const field = fieldOf(item, circuit, model.quirks)
  const start = field.register
  const end = start + registersOf(field)
  const block = must(blockOf(model, start, end), `register ${start} of ${model.id}: its block`)
  return { block, start, end }
}

export const planReads = (model: ModbusModel, wanted: readonly Wanted[]): RegisterRange[] => {
  const spans = wanted
    .map((each) => spanOf(model, each))
    .sort((a, b) => a.block.fn - b.block.fn || a.start - b.start)
  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    const joins =
      last?.block === span.block &&
      span.start - last.end <= GAP_MAX &&
      Math.max(last.end, span.end) - last.start <= model.readMax
    if (joins) last.end = Math.max(last.end, span.end)
    else merged.push({ ...span })
  }
  return merged.map(({ block, start, end }) => ({ fn: block.fn, start, count: end - start }))
}
