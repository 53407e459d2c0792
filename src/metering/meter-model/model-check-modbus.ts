// What a schema cannot say of a Modbus model: that its registers lie in its blocks for every
// circuit, and that what it claims to be able to do is mapped.

import { type Words, words } from '../../shared/words.ts'
import { blockOf } from '../drivers/modbus-plan.ts'
import { fieldProblem, registersOf } from '../protocol/modbus/registers.ts'
import { fieldOf } from './model-items.ts'
import type { ModbusModel, RegisterItem } from './model-schema.ts'

type Problem = Words & { readonly field: string }

const problem = (field: string, zh: string, en: string): Problem => ({
  field,
  ...words(`${field}：${zh}`, `${field}: ${en}`),
})

type Named = { field: string; item: RegisterItem }

const list = (field: string, items: readonly RegisterItem[]): Named[] =>
  items.map((item, i) => ({ field: `${field}.${i}`, item }))
const one = (field: string, item: RegisterItem | null): Named[] => (item ? [{ field, item }] : [])

const namedItems = ({ items, relay }: ModbusModel): Named[] => [
  ...one('items.energy', items.energy),
  ...list('items.tariffs', items.tariffs),
  ...one('items.reverse', items.reverse),
  ...one('items.power', items.power),
  ...list('items.voltages', items.voltages),
  ...list('items.currents', items.currents),
  ...one('items.powerFactor', items.powerFactor),
  ...one('items.statusWord', items.statusWord),
  ...(relay
    ? [
        ...list('relay.closed', relay.closed),
        ...one('relay.forced', relay.forced),
        ...list('relay.forcedClosed', relay.forcedClosed),
      ]
    : []),
]

const itemProblems = (model: ModbusModel, { field, item }: Named): Problem[] => {
  if (item.packed && item.code !== 'bits')
    return [problem(`${field}.packed`, '仅用于 bits', 'is for bits only')]
  const last = model.circuits
  const wrong = [1, last].flatMap((circuit) => {
    const where = fieldOf(item, circuit, model.quirks)
    const text = fieldProblem(where)
    if (text !== null) return [problem(field, `${text}（第 ${circuit} 路）`, text)]
    const end = where.register + registersOf(where)
    if (blockOf(model, where.register, end)) return []
    const hex = where.register.toString(16).toUpperCase().padStart(4, '0')
    return [
      problem(
        `${field}.register`,
        `第 ${circuit} 路的寄存器 ${hex} 不在任何 blocks 之内`,
        `register ${hex} of circuit ${circuit} lies in none of the blocks`,
      ),
    ]
  })
  return wrong.slice(0, 1)
}

const blockProblems = ({ blocks }: ModbusModel): Problem[] => {
  const sorted = [...blocks].sort((a, b) => a.start - b.start)
  return sorted.flatMap((block, i) => {
    const next = sorted[i + 1]
    const end = block.start + block.count
    if (end > 0x10000 || (next && next.start < end))
      return [problem('blocks', '超出范围或互相重叠', 'reach too far or overlap each other')]
    return []
  })
}

const ORDERS = [
  ['trip', 'trip'],
  ['permitClose', 'permitClose'],
  ['directClose', 'directClose'],
  ['keepOn', 'keepPower'],
  ['keepOff', 'keepPower'],
] as const

const relayProblems = ({ relay, capabilities, circuits }: ModbusModel): Problem[] => {
  const found = ORDERS.flatMap(([order, capability]) => {
    const mapped = relay?.orders[order] !== undefined
    if (mapped === capabilities.relay[capability]) return []
    return [
      problem(
        `relay.orders.${order}`,
        `与 capabilities.relay.${capability} 不一致`,
        `does not agree with capabilities.relay.${capability}`,
      ),
    ]
  })
  if (!relay || circuits === 1) return found
  const { orders } = relay
  const widest = Math.max(...ORDERS.map(([order]) => orders[order]?.length ?? 0))
  // An order to one circuit never touches another.
  if ((orders.step ?? 0) < widest)
    found.push(
      problem(
        'relay.orders.step',
        '各路的控制寄存器不得重叠',
        'the order registers of two circuits must not overlap',
      ),
    )
  return found
}

const perCircuitProblems = ({ circuits, items, relay }: ModbusModel): Problem[] => {
  if (circuits === 1) return []
  const mustMove = [
    ...one('items.energy', items.energy),
    ...list('items.tariffs', items.tariffs),
    ...one('items.power', items.power),
    ...list('relay.closed', relay?.closed ?? []),
    ...one('relay.forced', relay?.forced ?? null),
  ]
  return mustMove
    .filter(({ item }) => item.step === undefined && !item.packed)
    .map(({ field }) =>
      problem(`${field}.step`, '多回路装置须给出间隔', 'is needed: each circuit has its own'),
    )
}

const CLOCK_PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

const clockProblems = (model: ModbusModel): Problem[] => {
  const { clock, capabilities } = model
  const can = capabilities.clock
  if (can.read !== (clock !== null))
    return [
      problem('clock', '与 capabilities.clock.read 不一致', 'does not agree with capabilities'),
    ]
  if (can.broadcast)
    return [problem('capabilities.clock.broadcast', '该规约不支持', 'is none by this protocol')]
  if (!clock) return []
  const registers = Math.ceil(clock.bytes.length / 2)
  if (!blockOf(model, clock.register, clock.register + registers))
    return [problem('clock.register', '不在任何 blocks 之内', 'lies in none of the blocks')]
  const missing = CLOCK_PARTS.find((part) => !clock.bytes.includes(part))
  if (missing) return [problem('clock.bytes', `缺少 ${missing}`, `${missing} is missing`)]
  const whole = clock.bytes.length % 2 === 0 && !clock.bytes.includes('unused')
  if (can.write && !whole)
    return [
      problem(
        'clock.bytes',
        '校时须写满整个寄存器',
        'to be written they must fill whole registers',
      ),
    ]
  return []
}

export const modbusProblems = (model: ModbusModel): Problem[] => [
  ...blockProblems(model),
  ...namedItems(model).flatMap((named) => itemProblems(model, named)),
  ...perCircuitProblems(model),
  ...relayProblems(model),
  ...clockProblems(model),
]
