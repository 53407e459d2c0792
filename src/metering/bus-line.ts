// The line of a bus 总线通道, for who asks something beside the rounds: a search for meters, a
// test read with its frames. It goes through the bus like everything else, at its own priority.

import type { BusId, MeterId } from '../shared/ids.ts'
import type { Device, DeviceConfig } from './drivers/device.ts'
import type { MeterModel } from './meter-model/meter-model.ts'
import type { Framing } from './protocol/modbus/framing.ts'
import type { Submit } from './scan/trace.ts'

export type BusLine = {
  /** As of now. */
  readonly online: boolean
  /** As the bus is set. */
  readonly replyTimeoutMs: number
  readonly framing: Framing
  submit: Submit
  /** The device of a meter as the rounds read it; null where it is not read here. */
  servedAs(meter: MeterId): { config: DeviceConfig; model: MeterModel } | null
  /** A device that asks over `bus`; null where the address is none of the model's protocol. */
  deviceOver(bus: { submit: Submit }, config: DeviceConfig, model: MeterModel): Device | null
}

/** Null where this process is not master of the bus. */
export type LineOf = (bus: BusId) => BusLine | null
