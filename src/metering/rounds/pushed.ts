// Readings that a gateway sends by itself 主动上报: which meter they belong to and what they say. PURE.
// One that can't be tied to a meter of the bus becomes none (INV-26).

import { type Instant, instant } from '../../shared/clock.ts'
import { type Wh, wh } from '../../shared/energy.ts'
import type { MeterId } from '../../shared/ids.ts'
import type { EnergyReading, StatusReading } from '../driver.ts'
import { fault } from '../drivers/asking.ts'
import type { DeviceConfig } from '../drivers/device.ts'
import { holding } from '../drivers/modbus-registers.ts'
import { energyReading, statusReading, wantedFor } from '../drivers/modbus-values.ts'
import type { PushedReading } from '../links/link.ts'
import type { MeterModel } from '../meter-model/meter-model.ts'
import type { ModbusModel } from '../meter-model/model-schema.ts'
import type { RegisterBlock } from '../protocol/modbus/registers.ts'

export type PushedTo = { config: DeviceConfig; model: MeterModel }

export type PushedValue = { meterId: MeterId } & (
  | { kind: 'energy'; value: EnergyReading }
  | { kind: 'status'; value: StatusReading }
)

const INCOMPLETE = fault('bad-reply', 'the block lacks some registers')

/** The block of the model that has just this many registers; null where none has, or two have. */
const blockOf = (model: ModbusModel, bytes: Buffer): RegisterBlock | null => {
  const fitting = model.blocks.filter(({ count }) => 2 * count === bytes.length)
  const [block] = fitting
  return block && fitting.length === 1 ? { start: block.start, bytes } : null
}

const valuesInBlock = (
  { config, model }: { config: DeviceConfig; model: ModbusModel },
  bytes: Buffer,
  at: Instant,
): PushedValue[] => {
  const block = blockOf(model, bytes)
  if (!block) return []
  const read = { blocks: [block], fault: INCOMPLETE }
  return config.meters.flatMap(({ meterId, channels }): PushedValue[] => {
    const circuits = model.circuits === 1 ? [1] : channels
    const registers = { model, blocks: [block] }
    const has = (what: 'energy' | 'status') =>
      holding(model, read, wantedFor(model, what, circuits)).ok
    const energy = has('energy') ? energyReading(registers, circuits, at) : null
    const status = has('status') ? statusReading(registers, circuits, at) : null
    return [
      ...(energy ? [{ meterId, kind: 'energy' as const, value: energy }] : []),
      // The register is a reading of its own already.
      ...(status
        ? [{ meterId, kind: 'status' as const, value: { ...status, energyWh: null } }]
        : []),
    ]
  })
}

const whole = (energyWh: number | null): Wh | null =>
  energyWh !== null && Number.isSafeInteger(energyWh) ? wh(energyWh) : null

const energyOf = (reading: PushedReading, at: Instant): EnergyReading | null => {
  const energyWh = whole(reading.energyWh)
  if (energyWh === null) return null
  const tariffsWh = reading.tariffsWh?.map(whole) ?? null
  return { at, energyWh, tariffsWh, reverseWh: whole(reading.reverseWh) }
}

/** Money that a gateway tells was not read from the meter as its wallet is: it is left out. */
const plainValues = (meterId: MeterId, reading: PushedReading, at: Instant): PushedValue[] => {
  const energy = energyOf(reading, at)
  const values: PushedValue[] = energy ? [{ meterId, kind: 'energy', value: energy }] : []
  if (reading.powerW !== null) {
    const none = { money: null, relay: null, kept: false, statusWord: null, electrical: null }
    const value = { at, ...none, powerW: Math.round(reading.powerW), energyWh: null }
    values.push({ meterId, kind: 'status', value })
  }
  return values
}

/**
 * What a pushed reading says of the meters of the device with its address; empty where it says
 * nothing that is certain. The time is the gateway's where it tells one: whoever stores it judges
 * whether that can be.
 */
export const pushedValues = (
  to: PushedTo,
  reading: PushedReading,
  now: Instant,
): readonly PushedValue[] => {
  const at = instant(reading.deviceAt ?? now)
  const { config, model } = to
  if (reading.block && model.protocol === 'modbus') {
    return valuesInBlock({ config, model }, reading.block, at)
  }
  const [meter] = config.meters
  // Of a device with several users a single figure does not say whose it is.
  return meter && config.meters.length === 1 ? plainValues(meter.meterId, reading, at) : []
}
