// What the registers of a Modbus device say 寄存器取值: readings of one meter, which is one circuit or
// several (a three-phase user of a multi-user device). Pure.

import type { Instant } from '../../shared/clock.ts'
import { type Wh, wh } from '../../shared/energy.ts'
import type { Electrical, EnergyReading, Relay, RelayReading, StatusReading } from '../driver.ts'
import {
  type CircuitItems,
  fieldOf,
  itemsOf,
  itemValue,
  type Wanted,
} from '../meter-model/model-items.ts'
import type { ModbusModel, RegisterItem } from '../meter-model/model-schema.ts'
import { covers, type RegisterBlock } from '../protocol/modbus/registers.ts'

export type ModbusRead = 'status' | 'energy' | 'relay'

const present = (items: readonly (RegisterItem | null)[]): RegisterItem[] =>
  items.filter((item) => item !== null)

const relayItems = ({ relay, items }: ModbusModel): RegisterItem[] =>
  present([
    ...(relay ? [...relay.closed, relay.forced, ...relay.forcedClosed] : []),
    items.statusWord,
  ])

const itemsFor = (model: ModbusModel, of: CircuitItems, what: ModbusRead): RegisterItem[] => {
  switch (what) {
    case 'relay':
      return relayItems(model)
    case 'energy':
      return present([of.energy, ...of.tariffs, of.reverse])
    case 'status':
      return present([
        ...relayItems(model),
        of.power,
        ...of.voltages,
        ...of.currents,
        of.powerFactor,
      ])
  }
}

/** The values that a reading of these circuits needs. */
export const wantedFor = (
  model: ModbusModel,
  what: ModbusRead,
  circuits: readonly number[],
): Wanted[] =>
  circuits.flatMap((circuit) =>
    itemsFor(model, itemsOf(model, circuit), what).map((item) => ({ item, circuit })),
  )

/** The billing registers alone, which a status reading brings too. */
export const wantedRegisters = (model: ModbusModel, circuits: readonly number[]): Wanted[] =>
  circuits.map((circuit) => ({ item: model.items.energy, circuit }))

export type Registers = { model: ModbusModel; blocks: readonly RegisterBlock[] }

type Value = (item: RegisterItem, circuit: number) => number | null

const valuesIn =
  ({ model, blocks }: Registers): Value =>
  (item, circuit) =>
    itemValue(blocks, item, circuit, model.quirks)

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value))

/** Null where one of them is none: a part is no sum. */
const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce((all, one) => (all === null || one === null ? null : all + one), 0)

const whOf = (counts: number | null): Wh | null => {
  const n = rounded(counts)
  return n !== null && Number.isSafeInteger(n) && n >= 0 ? wh(n) : null
}

const energyOf = (
  value: Value,
  item: RegisterItem | null,
  circuits: readonly number[],
): Wh | null => (item ? whOf(sum(circuits.map((circuit) => value(item, circuit)))) : null)

/** Null where the billing register is no number. */
export const energyReading = (
  registers: Registers,
  circuits: readonly number[],
  at: Instant,
): EnergyReading | null => {
  const { items } = registers.model
  const value = valuesIn(registers)
  const energyWh = energyOf(value, items.energy, circuits)
  if (energyWh === null) return null
  return {
    at,
    energyWh,
    tariffsWh:
      items.tariffs.length > 0
        ? items.tariffs.map((item) => energyOf(value, item, circuits))
        : null,
    reverseWh: energyOf(value, items.reverse, circuits),
  }
}

type RelayState = { relay: Relay | null; kept: boolean; statusWord: number | null }

const relayState = (registers: Registers, circuits: readonly number[]): RelayState => {
  const { relay, items } = registers.model
  const value = valuesIn(registers)
  const all = (bits: readonly RegisterItem[]): boolean =>
    circuits.every((circuit) => bits.every((bit) => value(bit, circuit) === 1))
  const [first = 1] = circuits
  const statusWord = items.statusWord ? value(items.statusWord, first) : null
  if (!relay) return { relay: null, kept: false, statusWord }
  const closed = all(relay.closed)
  // Kept is what is so, not what was ordered: a relay that has not obeyed yet is not kept.
  const forced = relay.forced !== null && all([relay.forced])
  const kept = closed && forced && all(relay.forcedClosed)
  return { relay: closed ? 'closed' : 'tripped', kept, statusWord }
}

/** Null for a device without relays. */
export const relayReading = (
  registers: Registers,
  circuits: readonly number[],
  at: Instant,
): RelayReading | null => {
  const { relay, kept, statusWord } = relayState(registers, circuits)
  return relay === null ? null : { at, relay, kept, statusWord }
}

const electricalOf = (registers: Registers, circuits: readonly number[]): Electrical | null => {
  const { model } = registers
  const value = valuesIn(registers)
  const each = (pick: (of: CircuitItems) => readonly RegisterItem[]) =>
    circuits.flatMap((circuit) =>
      pick(itemsOf(model, circuit)).map((item) => rounded(value(item, circuit))),
    )
  const voltagesDv = each((of) => of.voltages)
  const currentsMa = each((of) => of.currents)
  const { powerFactor } = model.items
  const [only, ...others] = circuits
  const hasFactor = powerFactor !== null && only !== undefined && others.length === 0
  const powerFactorE3 = hasFactor ? rounded(value(powerFactor, only)) : null
  if (voltagesDv.length === 0 && currentsMa.length === 0 && powerFactorE3 === null) return null
  return { voltagesDv, currentsMa, powerFactorE3 }
}

const haveCome = ({ model, blocks }: Registers, wanted: readonly Wanted[]): boolean =>
  wanted.every(({ item, circuit }) => {
    const field = fieldOf(item, circuit, model.quirks)
    return blocks.some((block) => covers(block, field))
  })

/** Its register is null where that could not be read with the rest. */
export const statusReading = (
  registers: Registers,
  circuits: readonly number[],
  at: Instant,
): StatusReading => {
  const { model } = registers
  const { power, energy } = model.items
  const value = valuesIn(registers)
  const counted = haveCome(registers, wantedRegisters(model, circuits))
  return {
    at,
    // The wallets of such meters are not ours to load; the centre charges the account.
    money: null,
    ...relayState(registers, circuits),
    powerW: power ? rounded(sum(circuits.map((circuit) => value(power, circuit)))) : null,
    electrical: electricalOf(registers, circuits),
    energyWh: counted ? energyOf(value, energy, circuits) : null,
  }
}
