// One address on a bus 表计/多用户计量装置: what the poller reads at one stroke. A single meter is a
// device with one channel; a multi-user device answers for all its circuits at once.

import type { MeterId } from '../../shared/ids.ts'
import type { EnergyReading, MeterDriver, Outcome, Priority, StatusReading } from '../driver.ts'
import type { ClockReading } from '../readings/poll-result.ts'

export type DeviceMeter = {
  meterId: MeterId
  meterNo: string
  /** Metering channels of the device, from 1; a three-phase user of a multi-user device takes 3. */
  channels: readonly number[]
  /** As stored; for a meter's own password and the like. */
  settings: unknown
}

export type DeviceConfig = {
  deviceId: number
  /** 12 digits for DL/T 645, the unit number for Modbus. */
  address: string
  model: string
  settings: unknown
  meters: readonly DeviceMeter[]
}

/** What the rounds read; each reading is of the whole device. */
export type DeviceRead = 'status' | 'energy' | 'clock'

export type Device = {
  readonly deviceId: number
  readonly meters: readonly MeterId[]
  /** Null for a meter that is not on this device. */
  driverOf(meter: MeterId): MeterDriver | null
  /**
   * Reads all meters of the device in as few exchanges as the protocol allows; one outcome per
   * meter, in the order of `meters`. It is a fault of the device when none could be read.
   */
  read(what: DeviceRead, priority: Priority): Promise<DeviceReading[]>
}

export type DeviceReading = { meterId: MeterId } & (
  | { what: 'status'; outcome: Outcome<StatusReading> }
  | { what: 'energy'; outcome: Outcome<EnergyReading> }
  | { what: 'clock'; outcome: Outcome<ClockReading> }
)
