// The driver of a meter on a Modbus device 电表驱动: a whole device, or some circuits of it. Its money
// is the centre's: nothing is loaded over Modbus.

import type { MeterId } from '../../shared/ids.ts'
import type { EnergyReading, MeterDriver, Outcome, RelayReading, StatusReading } from '../driver.ts'
import { fault } from './asking.ts'
import type { ModbusUnit } from './modbus-device.ts'
import { holding, type RegistersRead } from './modbus-registers.ts'
import {
  energyReading,
  relayReading,
  statusReading,
  wantedFor,
  wantedRegisters,
} from './modbus-values.ts'

export type ModbusMeter = { meterId: MeterId; circuits: readonly number[] }

const NO_WALLET = fault('not-supported', 'nothing is loaded over Modbus')
const NO_NUMBER = fault('bad-reply', 'the register holds no number')

export const statusOf = (
  unit: ModbusUnit,
  { circuits }: ModbusMeter,
  read: RegistersRead,
): Outcome<StatusReading> => {
  const { model } = unit.at
  const shown = wantedFor(model, 'status', circuits)
  // A meter that tells nothing but its register is heard by that alone.
  const wanted = shown.length > 0 ? shown : wantedRegisters(model, circuits)
  const held = holding(model, read, wanted)
  if (!held.ok) return held
  const registers = { model, blocks: held.value }
  return { ok: true, value: statusReading(registers, circuits, unit.clock.now()) }
}

export const energyOf = (
  unit: ModbusUnit,
  { circuits }: ModbusMeter,
  read: RegistersRead,
): Outcome<EnergyReading> => {
  const { model } = unit.at
  const held = holding(model, read, wantedFor(model, 'energy', circuits))
  if (!held.ok) return held
  const value = energyReading({ model, blocks: held.value }, circuits, unit.clock.now())
  return value ? { ok: true, value } : NO_NUMBER
}

const relayOf = (
  unit: ModbusUnit,
  { circuits }: ModbusMeter,
  read: RegistersRead,
): Outcome<RelayReading> => {
  const { model } = unit.at
  const held = holding(model, read, wantedFor(model, 'relay', circuits))
  if (!held.ok) return held
  const value = relayReading({ model, blocks: held.value }, circuits, unit.clock.now())
  return value ? { ok: true, value } : fault('not-supported', 'no relay')
}

export const createModbusDriver = (unit: ModbusUnit, meter: ModbusMeter): MeterDriver => {
  const { model } = unit.at
  return {
    meterId: meter.meterId,
    model: model.id,
    readWallet: async () => NO_WALLET,
    readStatus: async (priority) => statusOf(unit, meter, await unit.read('status', priority)),
    readEnergy: async (priority) => energyOf(unit, meter, await unit.read('energy', priority)),
    readRelay: async (priority) =>
      model.relay
        ? relayOf(unit, meter, await unit.read('relay', priority))
        : fault('not-supported', 'no relay'),
    readClock: (priority) => unit.readClock(priority),
    setClock: (priority) => unit.setClock(priority),
    readFreeze: async () => fault('not-supported', 'freezes'),
    openAccount: async () => NO_WALLET,
    recharge: async () => NO_WALLET,
    reduce: async () => NO_WALLET,
    initialiseWallet: async () => NO_WALLET,
    orderRelay: (order, deadline, priority) =>
      unit.orderRelay(order, meter.circuits, deadline, priority),
  }
}
