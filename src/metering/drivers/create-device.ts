// Devices by their models 计量装置: the one place that knows which protocol needs which driver.

import type { MeterId } from '../../shared/ids.ts'
import type { Fault, MeterDriver, Priority } from '../driver.ts'
import type { MeterModel, ModbusModel } from '../meter-model/model-schema.ts'
import { isMeterAddress } from '../protocol/dlt645/address.ts'
import { type Framing, RTU } from '../protocol/modbus/framing.ts'
import { askingOf, fault } from './asking.ts'
import type { Device, DeviceConfig, DeviceMeter, DeviceRead, DeviceReading } from './device.ts'
import { createDlt645Driver } from './dlt645-driver.ts'
import type { DriverDeps } from './dlt645-meter.ts'
import { createDlt645OldDriver } from './dlt645-old-driver.ts'
import { ModbusUnit } from './modbus-device.ts'
import { createModbusDriver, energyOf, type ModbusMeter, statusOf } from './modbus-driver.ts'

export type DeviceDeps = DriverDeps & {
  /** Meters keep local time of this zone. */
  zone: string
  /** RTU where it is missing. */
  framing?: Framing
}

const readOne = async (
  driver: MeterDriver,
  what: DeviceRead,
  priority: Priority,
): Promise<DeviceReading> => {
  const { meterId } = driver
  switch (what) {
    case 'status':
      return { meterId, what, outcome: await driver.readStatus(priority) }
    case 'energy':
      return { meterId, what, outcome: await driver.readEnergy(priority) }
    case 'clock':
      return { meterId, what, outcome: await driver.readClock(priority) }
  }
}

const deviceOf = (
  config: DeviceConfig,
  drivers: readonly MeterDriver[],
  read: Device['read'],
): Device => {
  const byMeter = new Map(drivers.map((driver) => [driver.meterId, driver]))
  return {
    deviceId: config.deviceId,
    meters: config.meters.map(({ meterId }) => meterId),
    driverOf: (meter: MeterId) => byMeter.get(meter) ?? null,
    read,
  }
}

/** A device whose every channel is asked by itself; mostly it has one. */
class OneByOne implements Device {
  readonly deviceId: number
  readonly #drivers: readonly MeterDriver[]

  constructor(deviceId: number, drivers: readonly MeterDriver[]) {
    this.deviceId = deviceId
    this.#drivers = drivers
  }

  get meters(): readonly MeterId[] {
    return this.#drivers.map(({ meterId }) => meterId)
  }
  driverOf(meter: MeterId): MeterDriver | null {
    return this.#drivers.find(({ meterId }) => meterId === meter) ?? null
  }
  async read(what: DeviceRead, priority: Priority): Promise<DeviceReading[]> {
    const readings: DeviceReading[] = []
    for (const driver of this.#drivers) readings.push(await readOne(driver, what, priority))
    return readings
  }
}

const UNIT_MAX = 247

/** 1–247; null where the address is no unit number. */
export const unitOf = (address: string): number | null => {
  const unit = /^\d{1,12}$/.test(address) ? Number(address) : 0
  return unit >= 1 && unit <= UNIT_MAX ? unit : null
}

/** A meter of one user has the one circuit, whatever the register of devices says. */
const circuitsOf = (model: ModbusModel, { channels }: DeviceMeter): readonly number[] =>
  model.circuits === 1 ? [1] : channels

/** No reading can come of circuits that the device does not have. */
const misplaced = (model: ModbusModel, circuits: readonly number[]): Fault | null => {
  const wrong = circuits.find((n) => !Number.isInteger(n) || n < 1 || n > model.circuits)
  if (wrong !== undefined) return fault('not-supported', `circuit ${wrong} of ${model.circuits}`)
  return circuits.length === 0 ? fault('not-supported', 'no circuit') : null
}

const refusing = (meterId: MeterId, model: string, why: Fault): MeterDriver => {
  const refuse = async () => why
  return {
    meterId,
    model,
    readWallet: refuse,
    readStatus: refuse,
    readEnergy: refuse,
    readRelay: refuse,
    readClock: refuse,
    setClock: refuse,
    readFreeze: refuse,
    openAccount: refuse,
    recharge: refuse,
    reduce: refuse,
    initialiseWallet: refuse,
    orderRelay: refuse,
  }
}

type Placed = ModbusMeter & { wrong: Fault | null }

const modbusDevice = (
  deps: DeviceDeps,
  config: DeviceConfig,
  model: ModbusModel,
  unitNumber: number,
): Device => {
  const meters: readonly Placed[] = config.meters.map((meter) => {
    const circuits = circuitsOf(model, meter)
    return { meterId: meter.meterId, circuits, wrong: misplaced(model, circuits) }
  })
  const circuits = [...new Set(meters.flatMap((meter) => (meter.wrong ? [] : meter.circuits)))]
  const target = { unit: unitNumber, framing: deps.framing ?? RTU }
  // `01` and `1` are one unit: what it left unanswered is remembered under one name.
  const ask = askingOf(deps.bus, String(unitNumber))
  const unit = new ModbusUnit(deps.clock, ask, { model, target, zone: deps.zone, circuits })
  const drivers = meters.map((meter) =>
    meter.wrong ? refusing(meter.meterId, model.id, meter.wrong) : createModbusDriver(unit, meter),
  )
  return deviceOf(config, drivers, async (what, priority) => {
    if (circuits.length === 0)
      return Promise.all(drivers.map((driver) => readOne(driver, what, priority)))
    if (what === 'clock') {
      const outcome = await unit.readClock(priority)
      return meters.map(({ meterId, wrong }) => ({ meterId, what, outcome: wrong ?? outcome }))
    }
    const read = await unit.read(what, priority)
    return meters.map((meter): DeviceReading => {
      const { meterId, wrong } = meter
      return what === 'status'
        ? { meterId, what, outcome: wrong ?? statusOf(unit, meter, read) }
        : { meterId, what, outcome: wrong ?? energyOf(unit, meter, read) }
    })
  })
}

/** Null where the address is none of the model’s protocol. */
export const createDevice = (
  deps: DeviceDeps,
  config: DeviceConfig,
  model: MeterModel,
): Device | null => {
  const { address } = config
  if (model.protocol === 'modbus') {
    const unit = unitOf(address)
    return unit === null ? null : modbusDevice(deps, config, model, unit)
  }
  if (!isMeterAddress(address)) return null
  const { zone } = deps
  const drivers = config.meters.map(({ meterId, meterNo, settings }) => {
    const at = { meterId, address, zone, settings }
    const numbered = { ...at, meterNo: isMeterAddress(meterNo) ? meterNo : address }
    return model.protocol === 'dlt645-2007'
      ? createDlt645Driver(deps, { ...numbered, model })
      : createDlt645OldDriver(deps, { ...numbered, model })
  })
  return new OneByOne(config.deviceId, drivers)
}
