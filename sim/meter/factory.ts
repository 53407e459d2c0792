// A meter as it leaves the factory 出厂状态, or as it was found on the wall.

import { dateDigits, localFields } from './calendar.ts'
import { DELIVERED_OVERLOAD } from './overload.ts'
import { drawn, hasWallet, type Site } from './site.ts'
import type { MeterState } from './state.ts'
import { noTiers, nothingCounted } from './tiers.ts'

const TARIFFS = 4
/** Tariff 3 is the flat one (平); a meter without a period table counts everything there. */
export const FLAT_TARIFF = 3
const INTERVAL_MINUTES = 30
const MINUTE_MS = 60_000
/** A meter without a wallet costs nothing and never runs out. */
const NO_LIMIT_FEN = 9_000_000_000_000
const NO_CUSTOMER = '000000000000'
/** Bits 0–6 set: no weekday is a day of rest. */
const ALL_WORK_DAYS = 0x7f

const once = <T>(current: T) => ({
  current,
  standby: current,
  switchAt: null,
  secondInForce: false,
})

/** One price all year, all day. */
const oneTable = (rates: readonly number[]) => ({
  prices: once([...rates]),
  zones: once([{ monthDay: 101, table: 1 }]),
  periods: once([[{ hourMinute: 0, tariff: FLAT_TARIFF }]]),
  tiers: once(noTiers()),
  workDayBits: ALL_WORK_DAYS,
  restDayTable: 1,
  holidayCount: 0,
  holidays: [],
})

const noEvents = (): MeterState['events'] => ({
  programming: { count: 0, last: [] },
  clockSet: { count: 0, last: [] },
  powerDown: { count: 0, last: [] },
  meterCover: { count: 0, last: [] },
  terminalCover: { count: 0, last: [] },
})

const emptyWitness = () => ({
  ...{ purchases: [], credits: [] },
  ...{ refundCount: 0, refundedFen: 0, refunds: [], reductions: [] },
})

/** @param serial tells one meter at an address from its successor after a swap. */
export const factoryState = (site: Site, nowMs: number, serial = 0): MeterState => {
  const { identity } = site
  // Only the meter that was there first can have been found in use.
  const found = serial === 0 ? identity.found : null
  const wallet = hasWallet(identity)
  const balanceFen = found?.balanceFen ?? 0
  const dark = wallet && balanceFen <= 0
  const prices = Array.from({ length: TARIFFS }, () => (wallet ? identity.priceE4 : 0))
  const now = localFields(nowMs, site.utcOffsetMinutes)
  return {
    meterNo: identity.meterNo,
    esamSerial: `${identity.address}${serial.toString().padStart(4, '0')}`,
    atMs: nowMs,
    energyRest: drawn(3_600_000, site.seed, identity.address, 'rest', serial),
    reverseRest: 0,
    tariffWh: [0, 0, serial === 0 ? identity.initialWh : 0, 0],
    reverseWh: 0,
    costRest: 0,
    remainingFen: Math.max(balanceFen, 0),
    overdraftFen: Math.max(-balanceFen, 0),
    relay: dark
      ? { open: true, ordered: 'open', cause: found === null ? 'notOpened' : 'arrears' }
      : { open: false, ordered: 'closed', cause: null },
    kept: false,
    opened: found !== null || !wallet,
    customerNo: found?.customerNo ?? NO_CUSTOMER,
    purchaseCount: found?.purchaseCount ?? 0,
    purchasedFen: Math.max(balanceFen, 0),
    ...oneTable(prices),
    ...nothingCounted(now),
    alarm1Fen: identity.alarm1Fen,
    alarm2Fen: identity.alarm2Fen,
    overdraftLimitFen: wallet ? identity.overdraftLimitFen : NO_LIMIT_FEN,
    hoardingLimitFen: identity.hoardingLimitFen,
    closingFen: 0,
    ...DELIVERED_OVERLOAD,
    clockOffsetMs: 0,
    clockPpm: identity.clockPpm,
    driftSinceMs: nowMs,
    broadcastDay: '',
    macFailures: 0,
    suspendedUntilMs: 0,
    powered: true,
    coverOpen: false,
    terminalCoverOpen: false,
    events: noEvents(),
    ...emptyWitness(),
    trips: { count: 0, last: [] },
    closings: { count: 0, last: [] },
    frozenDay: dateDigits(now),
    intervalMinutes: INTERVAL_MINUTES,
    intervalSlot: Math.floor(
      (Math.floor(nowMs / MINUTE_MS) + site.utcOffsetMinutes) / INTERVAL_MINUTES,
    ),
    intervalFreezes: [],
    dailyFreezes: [],
    settlements: [],
    instantFreezes: [],
  }
}

/** Wallet back to nothing: count 0, no customer, `presetFen` as the first money. */
export const initialiseWallet = (state: MeterState, presetFen: number): void => {
  state.remainingFen = presetFen
  state.overdraftFen = 0
  state.costRest = 0
  state.purchaseCount = 0
  state.purchasedFen = 0
  state.purchases = []
  state.opened = false
  state.customerNo = NO_CUSTOMER
}
