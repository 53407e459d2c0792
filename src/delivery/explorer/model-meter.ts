// The meter of the model 电表模型: a wallet with a purchase count, its guard against repeats, and what
// can happen to it besides our credits. It keeps the witness: which sale was credited how often.

import { type Fen, fen } from '../../ledger/money.ts'
import type {
  ModelCapabilities,
  PurchaseRecord,
  RefundRecord,
  WalletReading,
} from '../../metering/driver.ts'
import { instant } from '../../shared/clock.ts'
import { wh } from '../../shared/energy.ts'

export type Frame = {
  sale: number
  kind: 'open' | 'recharge'
  n: number
  amountFen: number
  customerNo: string
  /** What an absolute-write meter is told to hold. */
  absoluteFen: number
}

export const OURS = '000100000042'
/** Of the next epoch: customer numbers are never used twice. */
export const OURS_NEXT = '000100000043'
export const OTHERS = '000100000041'
export const MODULUS = 65_536
/** 1.05 yuan per kWh; what the dearest use costs in the model. */
export const PRICE_E8 = 105_000_000
export const FOREIGN_FEN = 7_700
const USE_WH = 2_000
export const USE_FEN = 140
/** What it carries where it may use that: the margin under load covers one use. */
export const LOAD_W = 55_000
const MINUTE_MS = 60_000

export type ModelMeter = {
  count: number
  balanceFen: number
  energyWh: number
  customerNo: string
  opened: boolean
  relay: 'closed' | 'tripped'
  record: PurchaseRecord | null
  keepsRecord: boolean
  guard: ModelCapabilities['replayGuard']
  seenOrders: number[]
  /** The witness: how often each sale's money went in, and is still in. */
  credited: number[]
  everCredited: boolean[]
  usedFen: number
  /** The witness of reductions: what left the wallet by order, each time. */
  given: number[]
  resets: number
  /** A maker may count a refund as a purchase. */
  countsReductions: boolean
  /** The newest refund record. */
  refund: RefundRecord | null
  /** Readings are a minute apart. */
  readings: number
}

export const START_COUNT = 7
export const START_FEN = 2_000

export const newMeter = (
  guard: ModelCapabilities['replayGuard'],
  opened: boolean,
  keepsRecord: boolean,
): ModelMeter => ({
  count: START_COUNT,
  balanceFen: START_FEN,
  energyWh: 5_000_000,
  customerNo: opened ? OURS : OTHERS,
  opened,
  relay: 'closed',
  record: null,
  keepsRecord,
  guard,
  seenOrders: [],
  credited: [],
  everCredited: [],
  usedFen: 0,
  given: [],
  resets: 0,
  countsReductions: false,
  refund: null,
  readings: 0,
})

const ZERO: Fen = fen(0)

export const readMeter = (meter: ModelMeter): WalletReading => ({
  at: instant(meter.readings++ * MINUTE_MS),
  remainingFen: fen(meter.balanceFen),
  overdraftFen: ZERO,
  balanceFen: fen(meter.balanceFen),
  count: meter.count,
  customerNo: meter.customerNo,
  opened: meter.opened,
  energyWh: wh(meter.energyWh),
  lastPurchase: meter.keepsRecord ? meter.record : null,
})

export type Reply = 'accepted' | 'repeat' | 'count' | 'customer' | 'other'

const refusalOf = (meter: ModelMeter, frame: Frame): Reply | null => {
  if (frame.kind === 'recharge' && !meter.opened) return 'other'
  if (frame.kind === 'recharge' && frame.customerNo !== meter.customerNo) return 'customer'
  if (meter.guard === 'counter') {
    if (frame.n === meter.count) return 'repeat'
    if (frame.n !== meter.count + 1) return 'count'
  }
  if (meter.guard === 'order' && meter.seenOrders.includes(frame.n)) return 'repeat'
  return null
}

// A record shows remaining amounts, which never fall below zero.
const shown = (beforeFen: number, afterFen: number) => ({
  beforeFen: fen(Math.max(0, beforeFen)),
  afterFen: fen(Math.max(0, afterFen)),
})

const witness = (meter: ModelMeter, sale: number): void => {
  meter.credited[sale] = (meter.credited[sale] ?? 0) + 1
  meter.everCredited[sale] = true
}

const take = (meter: ModelMeter, frame: Frame): void => {
  const before = meter.balanceFen
  meter.balanceFen =
    meter.guard === 'absolute' ? frame.absoluteFen : meter.balanceFen + frame.amountFen
  meter.count = meter.guard === 'absolute' ? frame.n : meter.count + 1
  meter.seenOrders.push(frame.n)
  witness(meter, frame.sale)
  if (frame.kind === 'open') {
    meter.opened = true
    meter.customerNo = frame.customerNo
  }
  meter.record = {
    count: meter.count,
    amountFen: fen(frame.amountFen),
    ...shown(before, meter.balanceFen),
  }
}

/** The meter gets a credit; an absolute write of the same values again changes nothing. */
export const applyFrame = (meter: ModelMeter, frame: Frame): Reply => {
  const refusal = refusalOf(meter, frame)
  if (refusal) return refusal
  const { count, balanceFen } = meter
  const same = meter.guard === 'absolute' && count === frame.n && balanceFen === frame.absoluteFen
  if (!same) take(meter, frame)
  return 'accepted'
}

/** What a new meter is like before it is opened. */
export const meterFromStock = (old: ModelMeter): ModelMeter => ({
  ...newMeter(old.guard, false, old.keepsRecord),
  count: 0,
  balanceFen: 0,
  countsReductions: old.countsReductions,
  readings: old.readings,
})

const noteRefund = (meter: ModelMeter, amountFen: number): void => {
  const { balanceFen, refund } = meter
  meter.refund = {
    count: (refund?.count ?? 0) + 1,
    amountFen: fen(amountFen),
    ...shown(balanceFen, balanceFen - amountFen),
  }
}

/** The meter gives money back; nothing fences it, so the same order again takes it again. */
export const applyReduction = (meter: ModelMeter, amountFen: number): Reply => {
  if (!meter.opened || amountFen > meter.balanceFen) return 'other'
  noteRefund(meter, amountFen)
  meter.balanceFen -= amountFen
  meter.given.push(amountFen)
  if (meter.countsReductions) meter.count++
  return 'accepted'
}

/** Power fails while it gives money back: part of it is gone, or only the record is there. */
export const applyTornReduction = (
  meter: ModelMeter,
  amountFen: number,
  wrote: 'part' | 'record',
): void => {
  if (!meter.opened || amountFen > meter.balanceFen) return
  if (wrote === 'part') {
    const partFen = Math.floor(amountFen / 2)
    meter.balanceFen -= partFen
    meter.given.push(partFen)
  }
  if (wrote === 'part') return
  noteRefund(meter, amountFen)
  if (meter.countsReductions) meter.count++
}

/** Power fails between the two writes: the money is in and the count is not, or the reverse. */
export const applyTorn = (meter: ModelMeter, frame: Frame, first: 'money' | 'count'): void => {
  if (refusalOf(meter, frame)) return
  if (first === 'count') meter.count++
  if (first === 'money') {
    meter.balanceFen += frame.amountFen
    witness(meter, frame.sale)
  }
}

export type MeterEvent = 'foreign' | 'use' | 'reset'

export const happen = (meter: ModelMeter, event: MeterEvent): void => {
  if (event === 'foreign') {
    const before = meter.balanceFen
    meter.count++
    meter.balanceFen += FOREIGN_FEN
    meter.record = {
      count: meter.count,
      amountFen: fen(FOREIGN_FEN),
      ...shown(before, meter.balanceFen),
    }
  }
  if (event === 'use') {
    meter.energyWh += USE_WH
    meter.balanceFen -= USE_FEN
    meter.usedFen += USE_FEN
  }
  if (event === 'reset') {
    meter.count = 0
    meter.balanceFen = 0
    meter.record = null
    // The money is gone from the meter, whoever put it there.
    meter.credited = meter.credited.map(() => 0)
    meter.usedFen = 0
    meter.resets++
  }
}
