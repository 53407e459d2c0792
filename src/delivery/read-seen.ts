// Reading a meter for a reduction 减额读表: the wallet; before it what the meter carries, where all of
// the money is asked for; after it the record of refunds, where the model keeps one.

import type {
  FaultReason,
  MeterDriver,
  ModelCapabilities,
  Outcome,
  RefundRecord,
} from '../metering/driver.ts'
import type { Load } from './load-margin.ts'
import type { Reduction } from './reduce-machine.ts'
import type { Seen } from './refund-record.ts'

// A maker that keeps none after all says no; a line that fails is asked again.
const KEEPS_NONE: readonly FaultReason[] = ['refused-by-meter', 'not-supported']

/**
 * What it carries now; only who asks for all of the money wants to know. Null: it does not say. A
 * lost answer is no such word: a meter that was switched off would keep a margin for nothing.
 */
const loadOf = async (driver: MeterDriver): Promise<Outcome<Load>> => {
  const outcome = await driver.readStatus('recharge')
  if (outcome.ok || !KEEPS_NONE.includes(outcome.reason)) return outcome
  return { ok: true, value: null }
}

/** Undefined: the meter keeps no such record. */
const refundOf = async (driver: MeterDriver): Promise<Outcome<RefundRecord | null> | undefined> => {
  const outcome = await driver.readRefund?.('recharge')
  const none = outcome !== undefined && !outcome.ok && KEEPS_NONE.includes(outcome.reason)
  return none ? undefined : outcome
}

/** The wallet, with what its load and its records say beside it. Faults as the meter’s. */
export const readSeen = async (
  driver: MeterDriver,
  { wantedFen, state }: Pick<Reduction, 'wantedFen' | 'state'>,
  reduce: ModelCapabilities['reduce'],
): Promise<Outcome<Seen>> => {
  const refunds = reduce === 'refund'
  const asksLoad = refunds && state === 'QUEUED' && wantedFen === null
  const load = asksLoad ? await loadOf(driver) : null
  if (load !== null && !load.ok) return load
  const wallet = await driver.readWallet('recharge')
  if (!wallet.ok || !refunds) return wallet
  const refund = await refundOf(driver)
  if (refund !== undefined && !refund.ok) return refund
  const kept = refund === undefined ? {} : { lastRefund: refund.value }
  return { ok: true, value: { ...wallet.value, ...kept, ...(load && { load: load.value }) } }
}
