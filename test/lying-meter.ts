// A meter in the process, for tests of what trusts it 会说谎的电表: it obeys, but its answers may be
// lost or wrong, and it can be told to accept an order and not to move.

import { fen } from '../src/ledger/money.ts'
import type {
  Fault,
  FaultReason,
  MeterDriver,
  MeterSettings,
  Outcome,
  Overload,
  Relay,
  RelayOrder,
  WriteAnswer,
} from '../src/metering/driver.ts'
import type { Clock } from '../src/ports/clock.ts'
import { type Instant, instant, plusMs } from '../src/shared/clock.ts'
import { wh } from '../src/shared/energy.ts'
import type { MeterId } from '../src/shared/ids.ts'

/** How the next relay order fares. */
export type Lie =
  | 'none'
  | 'requestLost'
  | 'answerLost'
  | 'acceptedAndIdle'
  | 'refusedThoughDone'
  | 'refused'

export type LyingMeter = {
  driver: MeterDriver
  relay: Relay
  kept: boolean
  balanceFen: number
  opened: boolean
  /** Purchase count; a recharge needs the next. */
  count: number
  /** Closing that was permitted waits for the tenant's button. */
  hasButton: boolean
  silent: boolean
  /** Thresholds as they stand in it. */
  settings: MeterSettings & Overload
  /** Taken from the front, one for each order. */
  lies: Lie[]
  /** Every order that reached the meter or was lost on its way, with its deadline. */
  orders: { order: RelayOrder; deadline: Instant; at: Instant }[]
}

/** Time that passes only while somebody sleeps or a bus is busy. */
export type HurriedClock = Clock & { skip(ms: number): void }

export const hurriedClock = (start: Instant = instant(1_790_000_000_000)): HurriedClock => {
  let now = start
  const skip = (ms: number) => {
    now = plusMs(now, ms)
  }
  return {
    now: () => now,
    mono: () => now - start,
    sleep: async (ms) => skip(ms),
    after: () => () => {},
    skip,
  }
}

const EXCHANGE_MS = 200
const TIMEOUT_MS = 1_500

const obey = (meter: LyingMeter, order: RelayOrder): 'accepted' | 'refused' => {
  if (order === 'keepOn') meter.kept = true
  if (order === 'keepOff') meter.kept = false
  if (order === 'trip') {
    if (meter.kept) return 'refused'
    meter.relay = 'tripped'
  }
  if (order === 'directClose') meter.relay = 'closed'
  if (order === 'permitClose' && meter.relay === 'tripped')
    meter.relay = meter.hasButton ? 'closePermitted' : 'closed'
  return 'accepted'
}

const fault = (reason: FaultReason): Fault => ({
  ok: false,
  reason,
  detail: 'as told',
  mayRetry: true,
})

export const lyingMeter = (
  meterId: MeterId,
  clock: HurriedClock,
  start: Partial<Omit<LyingMeter, 'driver'>> = {},
): LyingMeter => {
  const read = async <T>(value: () => T) => {
    clock.skip(meter.silent ? TIMEOUT_MS : EXCHANGE_MS)
    return meter.silent ? fault('timeout') : ({ ok: true, value: value() } as const)
  }
  const relayNow = () => ({
    at: clock.now(),
    relay: meter.relay,
    kept: meter.kept,
    statusWord: 0,
  })
  const moneyNow = () => ({
    remainingFen: fen(Math.max(0, meter.balanceFen)),
    overdraftFen: fen(Math.max(0, -meter.balanceFen)),
    balanceFen: fen(meter.balanceFen),
    count: meter.count,
    customerNo: '000100000001',
    opened: meter.opened,
  })
  /** Carries an order out as the next lie has it. */
  const carryOut = (apply: () => 'accepted' | 'refused'): Outcome<WriteAnswer> => {
    const lie = meter.silent ? 'requestLost' : (meter.lies.shift() ?? 'none')
    const lost = lie === 'requestLost' || lie === 'answerLost'
    clock.skip(lost ? TIMEOUT_MS : EXCHANGE_MS)
    const done = lie === 'none' || lie === 'answerLost' || lie === 'refusedThoughDone'
    const answer = done ? apply() : 'accepted'
    if (lost) return fault('timeout')
    if (lie === 'refused' || lie === 'refusedThoughDone' || answer === 'refused')
      return { ok: true, value: { answered: 'refused', detail: 'DC 04' } }
    return { ok: true, value: { answered: 'accepted' } }
  }
  const orderRelay: MeterDriver['orderRelay'] = async (order, deadline) => {
    if (clock.now() >= deadline) return fault('deadline-passed')
    meter.orders.push({ order, deadline, at: clock.now() })
    return carryOut(() => obey(meter, order))
  }
  const meter: LyingMeter = {
    relay: 'closed',
    kept: false,
    balanceFen: 10_000,
    opened: true,
    count: 1,
    hasButton: false,
    settings: {
      alarm1Fen: fen(3_000),
      alarm2Fen: fen(1_000),
      overdraftFen: fen(0),
      hoardingFen: fen(99_999_999),
      ...{ overloadW: 13_200, overloadDelaySeconds: 60 },
    },
    silent: false,
    lies: [],
    orders: [],
    ...start,
    driver: {
      meterId,
      model: 'dlt645-prepaid-1p',
      readRelay: () => read(relayNow),
      readStatus: () =>
        read(() => ({
          ...relayNow(),
          money: moneyNow(),
          powerW: 1_200,
          electrical: null,
          energyWh: null,
        })),
      readWallet: () =>
        read(() => ({ at: clock.now(), ...moneyNow(), energyWh: wh(0), lastPurchase: null })),
      readEnergy: () =>
        read(() => ({ at: clock.now(), energyWh: wh(123_450), tariffsWh: null, reverseWh: null })),
      readClock: () => read(() => ({ at: clock.now(), offsetMs: 0 })),
      setClock: async () => fault('not-supported'),
      readFreeze: async () => fault('not-supported'),
      openAccount: async () => fault('not-supported'),
      recharge: async ({ amountFen, count }) =>
        carryOut(() => {
          if (count !== meter.count + 1) return 'refused'
          meter.count = count
          meter.balanceFen += amountFen
          return 'accepted'
        }),
      reduce: async ({ amountFen }) =>
        carryOut(() => {
          if (amountFen > meter.balanceFen) return 'refused'
          meter.balanceFen -= amountFen
          return 'accepted'
        }),
      readSettings: () => read(() => meter.settings),
      writeSettings: async (writes) =>
        carryOut(() => {
          for (const { name, value } of writes)
            meter.settings = { ...meter.settings, [name]: value }
          return 'accepted'
        }),
      initialiseWallet: async () => fault('not-supported'),
      orderRelay,
    },
  }
  return meter
}
