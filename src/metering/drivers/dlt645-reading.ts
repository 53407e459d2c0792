// Reading a DL/T 645 meter 抄读: every field of a reading is really read, in as few exchanges as that
// allows. The register comes last, so that no use falls between the money and the energy.

import { addFen, type Fen, negFen } from '../../ledger/money.ts'
import type {
  Electrical,
  EnergyReading,
  MoneyState,
  Outcome,
  Priority,
  PurchaseRecord,
  RefundRecord,
  Relay,
  RelayReading,
  StatusReading,
  WalletReading,
} from '../driver.ts'
import { readPurchase, readRefund } from '../protocol/dlt645/commands/purchases.ts'
import {
  readEnergy as askEnergy,
  readMoney,
  readNumber,
  readNumbers,
  readPowerW,
  readTariffEnergies,
} from '../protocol/dlt645/commands/read.ts'
import { readStatusWord3 } from '../protocol/dlt645/commands/status.ts'
import { queryWallet, type Wallet } from '../protocol/dlt645/commands/wallet.ts'
import type { StatusWord3 } from '../protocol/dlt645/status-words.ts'
import { fault } from './asking.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

const NO_CUSTOMER = '000000000000'

/**
 * Bit 4 is what the relay is, bit 6 what it was ordered to be: open although ordered closed means
 * that closing is permitted and waits for a hand on the button.
 */
export const relayOf = ({ relay, relayOrdered }: StatusWord3): Relay => {
  if (relay === 'closed') return 'closed'
  return relayOrdered === 'closed' ? 'closePermitted' : 'tripped'
}

type Money = {
  remainingFen: Fen
  overdraftFen: Fen
  balanceFen: Fen
  count: number
  customerNo: string
}

const NO_WALLET = fault('not-supported', 'this meter holds no money')

const overdraftOf = (meter: Dlt645Meter, priority: Priority): Promise<Outcome<Fen | null>> => {
  const overdraft = meter.at.model.reads.wallet?.overdraft ?? null
  if (overdraft === null) return Promise.resolve({ ok: true, value: null })
  return meter.ask(readMoney(meter.at.address, overdraft), priority)
}

const walletOf = (meter: Dlt645Meter, priority: Priority): Promise<Outcome<Wallet>> => {
  const { wallet } = meter.at.model.reads
  return wallet
    ? meter.ask(queryWallet(meter.asker, wallet.query), priority)
    : Promise.resolve(NO_WALLET)
}

const readMoneyOf = async (meter: Dlt645Meter, priority: Priority): Promise<Outcome<Money>> => {
  const first = await walletOf(meter, priority)
  if (!first.ok) return first
  const overdraft = await overdraftOf(meter, priority)
  if (!overdraft.ok) return overdraft
  const overdraftFen = overdraft.value ?? addFen()
  // Money pays the overdraft first, so both at once means that they were read at two moments.
  const torn = first.value.remainingFen > 0 && overdraftFen > 0
  const wallet = torn ? await walletOf(meter, priority) : first
  if (!wallet.ok) return wallet
  const { remainingFen, count, customerNo } = wallet.value
  const balanceFen = addFen(remainingFen, negFen(overdraftFen))
  return { ok: true, value: { remainingFen, overdraftFen, balanceFen, count, customerNo } }
}

type State = { relay: Relay; kept: boolean; opened: boolean | null; statusWord: number }

const readState = async (meter: Dlt645Meter, priority: Priority): Promise<Outcome<State>> => {
  const word = await meter.ask(readStatusWord3(meter.at.address), priority)
  if (!word.ok) return word
  const { keepPower, remoteAccountOpen } = word.value
  return {
    ok: true,
    value: {
      relay: relayOf(word.value),
      kept: keepPower && !meter.has('no-keep-power-bit'),
      opened: meter.has('no-opened-bit') ? null : remoteAccountOpen,
      statusWord: word.value.word,
    },
  }
}

const isOpened = (state: State, money: Money): boolean =>
  state.opened ?? money.customerNo !== NO_CUSTOMER

type ReadOne = typeof readPurchase

const newestRecord = async (
  meter: Dlt645Meter,
  priority: Priority,
  readOne: ReadOne,
): Promise<Outcome<PurchaseRecord | null>> => {
  const countCode = meter.has('record-count-binary') ? 'binary' : 'bcd'
  const record = await meter.ask(readOne(meter.at.address, 1, countCode), priority)
  // A meter that never was loaded refuses the record or shows zeros: both occur.
  if (!record.ok) return record.reason === 'refused-by-meter' ? { ok: true, value: null } : record
  if (record.value === null) return { ok: true, value: null }
  const { count, amountFen, beforeFen, afterFen } = record.value
  return { ok: true, value: { count, amountFen, beforeFen, afterFen } }
}

const readRecord = (meter: Dlt645Meter, priority: Priority) =>
  meter.at.model.capabilities.purchaseRecord
    ? newestRecord(meter, priority, readPurchase)
    : Promise.resolve({ ok: true as const, value: null })

/** What was taken out last, as the meter wrote it; null where there is no record. */
export const readRefundRecord = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Outcome<RefundRecord | null>> =>
  meter.at.model.capabilities.refundRecord
    ? newestRecord(meter, priority, readRefund)
    : fault('not-supported', 'this meter keeps no record of refunds')

export const readWallet = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Outcome<WalletReading>> => {
  const money = await readMoneyOf(meter, priority)
  if (!money.ok) return money
  const state = await readState(meter, priority)
  if (!state.ok) return state
  const record = await readRecord(meter, priority)
  if (!record.ok) return record
  const energy = await meter.ask(askEnergy(meter.at.address, meter.at.model.reads.energy), priority)
  if (!energy.ok) return energy
  return {
    ok: true,
    value: {
      at: meter.clock.now(),
      ...money.value,
      opened: isOpened(state.value, money.value),
      energyWh: energy.value,
      lastPurchase: record.value,
    },
  }
}

/** Null for a meter that can neither switch nor tell of an account. */
const stateIfAny = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Outcome<State | null>> => {
  const { capabilities, reads } = meter.at.model
  const told = reads.wallet !== null || Object.values(capabilities.relay).some(Boolean)
  return told ? readState(meter, priority) : { ok: true, value: null }
}

const moneyIfAny = (meter: Dlt645Meter, priority: Priority): Promise<Outcome<Money | null>> =>
  meter.at.model.reads.wallet
    ? readMoneyOf(meter, priority)
    : Promise.resolve({ ok: true, value: null })

const valuesOf = async (
  asked: Promise<Outcome<readonly (number | null)[]>>,
): Promise<readonly (number | null)[]> => {
  const answer = await asked
  return answer.ok ? answer.value : []
}

// XXX.X V, XXX.XXX A and X.XXX as counts of the last digit.
const VOLTAGES = { id: '0201FF00', bytes: 2, max: 3 }
const CURRENTS = { id: '0202FF00', bytes: 3, signed: true, max: 3 }
const POWER_FACTOR = { id: '02060000', bytes: 2, signed: true }
const asCounted = (count: number): number => count

/** Null where none of it could be read. */
const readElectrical = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Electrical | null> => {
  const { address } = meter.at
  const voltages = await valuesOf(meter.ask(readNumbers(address, VOLTAGES, asCounted), priority))
  const currents = await valuesOf(meter.ask(readNumbers(address, CURRENTS, asCounted), priority))
  const factor = await meter.ask(readNumber(address, POWER_FACTOR, asCounted), priority)
  if (voltages.length === 0 && currents.length === 0 && !factor.ok) return null
  const { phases } = meter.at.model
  return {
    voltagesDv: voltages.slice(0, phases),
    currentsMa: currents.slice(0, phases),
    powerFactorE3: factor.ok ? factor.value : null,
  }
}

/** What is measured only to be shown: each is one exchange or more, and its lack spoils nothing. */
export type Shown = { power: boolean; electrical: boolean }

export const readStatus = async (
  meter: Dlt645Meter,
  priority: Priority,
  shown: Shown,
): Promise<Outcome<StatusReading>> => {
  const money = await moneyIfAny(meter, priority)
  if (!money.ok) return money
  const state = await stateIfAny(meter, priority)
  if (!state.ok) return state
  const { reads } = meter.at.model
  // A meter that tells neither of money nor of a relay is asked for its power, so as to be heard.
  const silent = money.value === null && state.value === null
  const wanted = (shown.power || silent) && reads.power
  const power = wanted ? await meter.ask(readPowerW(meter.at.address), priority) : null
  if (silent && power && !power.ok) return power
  if (silent && !reads.power) return fault('not-supported', 'nothing but energy can be read')
  const electrical = shown.electrical && reads.electrical
  // What an account has left at the centre is only as fresh as its register.
  const energy = money.value
    ? null
    : await meter.ask(askEnergy(meter.at.address, reads.energy), priority)
  return {
    ok: true,
    value: {
      at: meter.clock.now(),
      money: shownMoney(state.value, money.value),
      relay: state.value?.relay ?? null,
      kept: state.value?.kept ?? false,
      statusWord: state.value?.statusWord ?? null,
      powerW: power?.ok ? Math.round(power.value) : null,
      electrical: electrical ? await readElectrical(meter, priority) : null,
      energyWh: energy?.ok ? energy.value : null,
    },
  }
}

const shownMoney = (state: State | null, money: Money | null): MoneyState | null =>
  state && money ? { ...money, opened: isOpened(state, money) } : null

export const readRelay = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Outcome<RelayReading>> => {
  const state = await readState(meter, priority)
  if (!state.ok) return state
  const { relay, kept, statusWord } = state.value
  return { ok: true, value: { at: meter.clock.now(), relay, kept, statusWord } }
}

export const readEnergy = async (
  meter: Dlt645Meter,
  priority: Priority,
): Promise<Outcome<EnergyReading>> => {
  const { address, model } = meter.at
  const { energy, tariffs, reverse } = model.reads
  const block =
    tariffs === null
      ? await meter.ask(askEnergy(address, energy), priority)
      : await meter.ask(readTariffEnergies(address, tariffs), priority)
  if (!block.ok) return block
  const [total = null, ...rest] = typeof block.value === 'number' ? [block.value] : block.value
  if (total === null) return fault('bad-reply', 'no total in the energy block')
  const backward = reverse === null ? null : await meter.ask(askEnergy(address, reverse), priority)
  return {
    ok: true,
    value: {
      at: meter.clock.now(),
      energyWh: total,
      tariffsWh: rest.length > 0 ? rest : null,
      reverseWh: backward?.ok ? backward.value : null,
    },
  }
}
