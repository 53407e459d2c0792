// The driver of DL/T 645-1997 meters 老表: energy, and what else can be read. They switch nothing
// that we order, and hold no money.

import type { Clock } from '../../ports/clock.ts'
import { instantOfLocal } from '../../shared/clock.ts'
import type { EnergyReading, MeterDriver, Outcome, Priority, StatusReading } from '../driver.ts'
import type { Dlt645OldModel } from '../meter-model/model-schema.ts'
import {
  readDate1997,
  readEnergy1997,
  readPower1997W,
  readTariffEnergies1997,
  readTimeOfDay1997,
} from '../protocol/dlt645-1997/commands/read.ts'
import type { ClockReading } from '../readings/poll-result.ts'
import { type Ask, askingOf, fault } from './asking.ts'
import type { DriverDeps, MeterOnBus } from './dlt645-meter.ts'

const NO_WALLET = fault('not-supported', 'this meter holds no money')
const NO_RELAY = fault('not-supported', 'no relay')

type OldMeter = Omit<MeterOnBus, 'model'> & { model: Dlt645OldModel }

type Asked = { ask: Ask; clock: Clock; at: OldMeter }

const readEnergy = async (
  { ask, clock, at }: Asked,
  priority: Priority,
): Promise<Outcome<EnergyReading>> => {
  const { address, model } = at
  const { energy, tariffs, reverse } = model.reads
  const block =
    tariffs === null
      ? await ask(readEnergy1997(address, energy), priority)
      : await ask(readTariffEnergies1997(address, tariffs), priority)
  if (!block.ok) return block
  const [total = null, ...rest] = typeof block.value === 'number' ? [block.value] : block.value
  if (total === null) return fault('bad-reply', 'no total in the energy block')
  const back = reverse === null ? null : await ask(readEnergy1997(address, reverse), priority)
  return {
    ok: true,
    value: {
      at: clock.now(),
      energyWh: total,
      tariffsWh: rest.length > 0 ? rest : null,
      reverseWh: back?.ok ? back.value : null,
    },
  }
}

/** The register, because what an account has left is only as fresh as it; and the power. */
const readStatus = async (
  { ask, clock, at }: Asked,
  priority: Priority,
): Promise<Outcome<StatusReading>> => {
  const { address, model } = at
  const energy = await ask(readEnergy1997(address, model.reads.energy), priority)
  if (!energy.ok) return energy
  const power = model.reads.power ? await ask(readPower1997W(address), priority) : null
  return {
    ok: true,
    value: {
      at: clock.now(),
      money: null,
      relay: null,
      kept: false,
      statusWord: null,
      powerW: power?.ok ? Math.round(power.value) : null,
      electrical: null,
      energyWh: energy.value,
    },
  }
}

const readClock = async (
  { ask, clock, at }: Asked,
  priority: Priority,
): Promise<Outcome<ClockReading>> => {
  const { address, model, zone } = at
  if (!model.capabilities.clock.read) return fault('not-supported', 'clock')
  const date = await ask(readDate1997(address), priority)
  if (!date.ok) return date
  const time = await ask(readTimeOfDay1997(address), priority)
  if (!time.ok) return time
  // Midnight may have passed between the two: the date is read again where it is near.
  const again = time.value.hour === 0 ? await ask(readDate1997(address), priority) : date
  if (!again.ok) return again
  const { year, month, dayOfMonth } = again.value
  const moment = instantOfLocal({ ...time.value, year, month, dayOfMonth }, zone)
  const now = clock.now()
  if (moment === null) return fault('bad-reply', 'the clock shows a moment that does not exist')
  return { ok: true, value: { at: now, offsetMs: moment - now } }
}

export const createDlt645OldDriver = (
  { bus, clock }: Pick<DriverDeps, 'bus' | 'clock'>,
  at: OldMeter,
): MeterDriver => {
  const asked: Asked = { ask: askingOf(bus, at.address), clock, at }
  return {
    meterId: at.meterId,
    model: at.model.id,
    readWallet: async () => NO_WALLET,
    readStatus: (priority) => readStatus(asked, priority),
    readEnergy: (priority) => readEnergy(asked, priority),
    readRelay: async () => NO_RELAY,
    readClock: (priority) => readClock(asked, priority),
    setClock: async () => fault('not-supported', 'clock'),
    readFreeze: async () => fault('not-supported', 'freezes'),
    openAccount: async () => NO_WALLET,
    recharge: async () => NO_WALLET,
    reduce: async () => NO_WALLET,
    initialiseWallet: async () => NO_WALLET,
    orderRelay: async () => NO_RELAY,
  }
}
