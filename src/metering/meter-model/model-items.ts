// The values of a Modbus model 寄存器项目: where a value of one circuit is, and what it says in the
// centre's units. Pure.

import { must } from '../../shared/assert.ts'
import {
  covers,
  type RegisterBlock,
  type RegisterField,
  registerValue,
} from '../protocol/modbus/registers.ts'
import type { ModbusModel, RegisterItem } from './model-schema.ts'

const BITS_PER_REGISTER = 16
const SWAPPED = { u32: 'u32-swapped', i32: 'i32-swapped', f32: 'f32-swapped' } as const

const isSwappable = (code: string): code is keyof typeof SWAPPED => code in SWAPPED

/** The registers that hold `item` of circuit 1, 2, … */
export const fieldOf = (
  item: RegisterItem,
  circuit: number,
  quirks: ModbusModel['quirks'],
): RegisterField => {
  const { code, packed = false, step = 0 } = item
  const register = item.register + step * (circuit - 1)
  if (code === 'bcd') return { register, code, registers: item.registers ?? 1 }
  if (code === 'bits') {
    const bit = (item.bit ?? 0) + (packed ? circuit - 1 : 0)
    const further = Math.floor(bit / BITS_PER_REGISTER)
    const at = bit % BITS_PER_REGISTER
    return { register: register + further, code, at, width: item.width ?? 1 }
  }
  const swapped = quirks.includes('swapped-words') && isSwappable(code)
  return { register, code: swapped ? SWAPPED[code] : code }
}

/** In the centre's units, not rounded; null where the registers hold no number. */
export const itemValue = (
  blocks: readonly RegisterBlock[],
  item: RegisterItem,
  circuit: number,
  quirks: ModbusModel['quirks'],
): number | null => {
  const field = fieldOf(item, circuit, quirks)
  const block = must(
    blocks.find((each) => covers(each, field)),
    `register ${field.register}: its block`,
  )
  const counts = registerValue(block, field)
  return counts === null ? null : (counts * (item.times ?? 1)) / (item.over ?? 1)
}

export type Wanted = { readonly item: RegisterItem; readonly circuit: number }

/** On whose phase a circuit of a multi-user device lies. */
export const phaseOf = (circuit: number): number => (circuit - 1) % 3

const perCircuit = (
  model: ModbusModel,
  items: readonly RegisterItem[],
  circuit: number,
): readonly RegisterItem[] => {
  if (model.circuits === 1 || items.length < 3) return items
  return items.filter((_, phase) => phase === phaseOf(circuit))
}

export type CircuitItems = {
  energy: RegisterItem
  tariffs: readonly RegisterItem[]
  reverse: RegisterItem | null
  power: RegisterItem | null
  voltages: readonly RegisterItem[]
  currents: readonly RegisterItem[]
  powerFactor: RegisterItem | null
  statusWord: RegisterItem | null
}

/** Of three values for the phases, a circuit of a multi-user device has the one of its phase. */
export const itemsOf = (model: ModbusModel, circuit: number): CircuitItems => ({
  ...model.items,
  voltages: perCircuit(model, model.items.voltages, circuit),
  currents: perCircuit(model, model.items.currents, circuit),
})
