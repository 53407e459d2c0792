// A test read 试抄: everything that the model of one meter can read, with each frame as it was
// sent and heard. Nothing of it is stored as a reading, and nothing is written to the meter.

import type { BusLine } from '../metering/bus-line.ts'
import type { MeterDriver, Outcome, SettingName } from '../metering/driver.ts'
import type { DeviceConfig } from '../metering/drivers/device.ts'
import type { MeterModel } from '../metering/meter-model/meter-model.ts'
import { identifyDlt645 } from '../metering/scan/identify.ts'
import { type Submit, type Told, traced } from '../metering/scan/trace.ts'
import type { Clock } from '../ports/clock.ts'
import type { MeterId } from '../shared/ids.ts'

export type PartRead = {
  part: string
  ok: boolean
  reason: string
  values: Record<string, unknown>
  exchanges: Told[]
}

type Part = { part: string; read: () => Promise<Outcome<unknown>> }

const SETTINGS: readonly SettingName[] = ['alarm1Fen', 'alarm2Fen', 'overdraftFen', 'hoardingFen']
const PRIORITY = 'onDemand'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const valuesOf = (value: unknown): Record<string, unknown> =>
  isRecord(value) ? { ...value } : { value }

const softwareOf = async (bus: { submit: Submit }, address: string): Promise<Outcome<unknown>> => {
  const { models: _, energyWh: __, ...said } = await identifyDlt645(bus, [], address)
  return { ok: true, value: said }
}

const partsOf = (
  bus: { submit: Submit },
  driver: MeterDriver,
  { config, model }: { config: DeviceConfig; model: MeterModel },
): Part[] => {
  const { capabilities, protocol } = model
  const { freezes, clock } = capabilities
  return [
    { part: 'status', read: () => driver.readStatus(PRIORITY) },
    { part: 'energy', read: () => driver.readEnergy(PRIORITY) },
    ...(capabilities.prepaid ? [{ part: 'wallet', read: () => driver.readWallet(PRIORITY) }] : []),
    ...(clock.read ? [{ part: 'clock', read: () => driver.readClock(PRIORITY) }] : []),
    ...(capabilities.settings
      ? [
          {
            part: 'settings',
            read: async () => driver.readSettings?.(SETTINGS) ?? { ok: true as const, value: {} },
          },
        ]
      : []),
    ...(freezes.daily > 0
      ? [{ part: 'freeze', read: () => driver.readFreeze('daily', 1, PRIORITY) }]
      : []),
    ...(protocol === 'dlt645-2007'
      ? [{ part: 'software', read: () => softwareOf(bus, config.address) }]
      : []),
  ]
}

/** Null where no device of the registers answers for the meter on this line. */
export const testRead = async (
  clock: Clock,
  line: BusLine,
  meter: MeterId,
): Promise<PartRead[] | null> => {
  const served = line.servedAs(meter)
  if (!served) return null
  let exchanges: Told[] = []
  const bus = traced(clock, line, (told) => exchanges.push(told))
  const device = line.deviceOver(bus, served.config, served.model)
  const driver = device?.driverOf(meter)
  if (!driver) return null
  const parts: PartRead[] = []
  for (const { part, read } of partsOf(bus, driver, served)) {
    exchanges = []
    const outcome = await read()
    parts.push({
      part,
      ok: outcome.ok,
      reason: outcome.ok ? '' : `${outcome.reason} ${outcome.detail}`.trim(),
      values: outcome.ok ? valuesOf(outcome.value) : {},
      exchanges,
    })
  }
  return parts
}
