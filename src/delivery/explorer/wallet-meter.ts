// A prepaid meter in the process 会说谎的预付费表, for tests of what carries money into it: it counts
// soundly, but its answers may be lost, wrong or late, and somebody else may load it.

import { fen } from '../../ledger/money.ts'
import type {
  CreditOrder,
  Fault,
  MeterDriver,
  Outcome,
  PurchaseRecord,
  Relay,
  WalletReading,
  WriteAnswer,
} from '../../metering/driver.ts'
import type { Clock } from '../../ports/clock.ts'
import { wh } from '../../shared/energy.ts'
import type { MeterId } from '../../shared/ids.ts'

/** How the next credit fares. */
export type CreditLie =
  | 'none'
  | 'requestLost'
  | 'answerLost'
  | 'refusedThoughApplied'
  | 'refused'
  | 'heldInGateway'

export type WalletMeter = {
  driver: MeterDriver
  count: number
  balanceFen: number
  energyWh: number
  customerNo: string
  opened: boolean
  relay: Relay
  record: PurchaseRecord | null
  keepsRecord: boolean
  silent: boolean
  /** Taken from the front, one for each credit. */
  lies: CreditLie[]
  /** Every credit that the meter took, in order. */
  taken: CreditOrder[]
  /** Frames that wait in a gateway. */
  held: { kind: 'open' | 'recharge'; order: CreditOrder }[]
  /** Called before and after each exchange. */
  before: (exchange: string) => void
  after: (exchange: string) => void
  flush(): void
  /** Somebody else's card. */
  foreign(amountFen: number): void
  use(energyWh: number, costFen: number): void
}

const timeout: Fault = { ok: false, reason: 'timeout', detail: 'as told', mayRetry: true }

const refusal = (detail: string): Outcome<WriteAnswer> => ({
  ok: true,
  value: { answered: 'refused', detail },
})

const credit = (meter: WalletMeter, amountFen: number): void => {
  const beforeFen = Math.max(0, meter.balanceFen)
  meter.count++
  meter.balanceFen += amountFen
  if (meter.balanceFen > 0) meter.relay = 'closed'
  meter.record = {
    count: meter.count,
    amountFen: fen(amountFen),
    beforeFen: fen(beforeFen),
    afterFen: fen(Math.max(0, meter.balanceFen)),
  }
}

// The order of the checks is that of the fee-control supplement: customer, repeat, count.
const take = (meter: WalletMeter, kind: 'open' | 'recharge', order: CreditOrder) => {
  if (kind === 'recharge' && !meter.opened) return refusal('01 00')
  if (kind === 'recharge' && order.customerNo !== meter.customerNo) return refusal('10 00')
  if (order.count === meter.count) return refusal('02 00')
  if (order.count !== meter.count + 1) return refusal('20 00')
  credit(meter, order.amountFen)
  meter.taken.push(order)
  if (kind === 'open') {
    meter.opened = true
    meter.customerNo = order.customerNo
  }
  return { ok: true, value: { answered: 'accepted' } } as const
}

const carry = (
  meter: WalletMeter,
  kind: 'open' | 'recharge',
  order: CreditOrder,
): Outcome<WriteAnswer> => {
  const lie = meter.silent ? 'requestLost' : (meter.lies.shift() ?? 'none')
  switch (lie) {
    case 'none':
      return take(meter, kind, order)
    case 'requestLost':
      return timeout
    case 'answerLost':
      take(meter, kind, order)
      return timeout
    case 'refusedThoughApplied':
      take(meter, kind, order)
      return refusal('C3 01')
    case 'refused':
      return refusal('04 00')
    case 'heldInGateway':
      meter.held.push({ kind, order })
      return timeout
  }
}

export const walletMeter = (
  meterId: MeterId,
  clock: Clock,
  start: Partial<Omit<WalletMeter, 'driver'>> = {},
): WalletMeter => {
  const wallet = (): WalletReading => ({
    at: clock.now(),
    remainingFen: fen(Math.max(0, meter.balanceFen)),
    overdraftFen: fen(Math.max(0, -meter.balanceFen)),
    balanceFen: fen(meter.balanceFen),
    count: meter.count,
    customerNo: meter.customerNo,
    opened: meter.opened,
    energyWh: wh(meter.energyWh),
    lastPurchase: meter.keepsRecord ? meter.record : null,
  })
  const relayNow = () => ({ at: clock.now(), relay: meter.relay, kept: false, statusWord: 0 })
  const read = async <T>(name: string, value: () => T): Promise<Outcome<T>> => {
    meter.before(name)
    const outcome: Outcome<T> = meter.silent ? timeout : { ok: true, value: value() }
    meter.after(name)
    return outcome
  }
  const write = async (kind: 'open' | 'recharge', order: CreditOrder) => {
    meter.before(kind)
    const outcome = carry(meter, kind, order)
    meter.after(kind)
    return outcome
  }
  const driver: MeterDriver = {
    meterId,
    model: 'dlt645-prepaid-1p',
    readWallet: () => read('readWallet', wallet),
    readStatus: () =>
      read('readStatus', () => ({
        money: wallet(),
        ...relayNow(),
        powerW: 1_200,
        electrical: null,
        energyWh: null,
      })),
    readEnergy: () =>
      read('readEnergy', () => ({
        at: clock.now(),
        energyWh: wh(meter.energyWh),
        tariffsWh: null,
        reverseWh: null,
      })),
    readRelay: () => read('readRelay', relayNow),
    readClock: () => read('readClock', () => ({ at: clock.now(), offsetMs: 0 })),
    openAccount: (order) => write('open', order),
    recharge: (order) => write('recharge', order),
    setClock: async () => timeout,
    readFreeze: async () => timeout,
    orderRelay: async () => timeout,
  }
  const meter: WalletMeter = {
    driver,
    count: 0,
    balanceFen: 0,
    energyWh: 1_234_560,
    customerNo: '000000000000',
    opened: false,
    relay: 'closed',
    record: null,
    keepsRecord: true,
    silent: false,
    lies: [],
    taken: [],
    held: [],
    before: () => {},
    after: () => {},
    flush: () => {
      for (const { kind, order } of meter.held.splice(0)) take(meter, kind, order)
    },
    foreign: (amountFen) => credit(meter, amountFen),
    use: (energyWh, costFen) => {
      meter.energyWh += energyWh
      meter.balanceFen -= costFen
      if (meter.balanceFen <= 0) meter.relay = 'tripped'
    },
    ...start,
  }
  return meter
}
