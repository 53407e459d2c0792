// Reading the registers of a Modbus device 读寄存器: the planned requests one after the other, and
// for each meter the fault of what it lacks.

import type { Fault, FaultReason, Outcome, Priority } from '../driver.ts'
import { fieldOf, type Wanted } from '../meter-model/model-items.ts'
import type { ModbusModel } from '../meter-model/model-schema.ts'
import { type RegisterRange, readRegisters } from '../protocol/modbus/commands/registers.ts'
import type { Target } from '../protocol/modbus/framing.ts'
import { covers, type RegisterBlock } from '../protocol/modbus/registers.ts'
import type { Ask } from './asking.ts'

export type RegistersRead = {
  blocks: readonly RegisterBlock[]
  /** The last thing that went wrong; null when all came. */
  fault: Fault | null
}

/** A device or line that does not answer the first request will not answer the next. */
const GIVES_UP: readonly FaultReason[] = ['timeout', 'gateway-offline', 'stopped', 'bad-reply']

export const readRanges = async (
  ask: Ask,
  target: Target,
  ranges: readonly RegisterRange[],
  priority: Priority,
): Promise<RegistersRead> => {
  const blocks: RegisterBlock[] = []
  let last: Fault | null = null
  for (const range of ranges) {
    const answer = await ask(readRegisters(target, range), priority)
    if (answer.ok) blocks.push(answer.value)
    else {
      const { reason, detail, mayRetry } = answer
      last = { ok: false, reason, detail, mayRetry }
      if (GIVES_UP.includes(reason)) break
    }
  }
  return { blocks, fault: last }
}

/** What was read, if it holds all that is wanted. */
export const holding = (
  model: ModbusModel,
  { blocks, fault }: RegistersRead,
  wanted: readonly Wanted[],
): Outcome<readonly RegisterBlock[]> => {
  const whole = wanted.every(({ item, circuit }) => {
    const field = fieldOf(item, circuit, model.quirks)
    return blocks.some((block) => covers(block, field))
  })
  return whole || !fault ? { ok: true, value: blocks } : fault
}
