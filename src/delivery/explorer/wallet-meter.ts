// A prepaid meter in the process 会说谎的预付费表, for tests of what carries money into it: it counts
// soundly, but its answers may be lost, wrong or late, and somebody else may load it.

import { fen } from '../../ledger/money.ts'
import type {
  CreditOrder,
  Fault,
  MeterDriver,
  Outcome,
  PurchaseRecord,
  ReductionOrder,
  RefundRecord,
  Relay,
  RelayOrder,
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
  /** Its contact is welded: it says yes to every order and stays closed. */
  welded: boolean
  record: PurchaseRecord | null
  keepsRecord: boolean
  /** The newest refund record; undefined: its model keeps none. */
  refund: RefundRecord | null | undefined
  powerW: number
  silent: boolean
  /** Taken from the front, one for each credit or reduction. */
  lies: CreditLie[]
  /** Every credit that the meter took, in order. */
  taken: CreditOrder[]
  /** Every reduction that it carried out, in order. */
  given: ReductionOrder[]
  /** Some makers may count a refund as a purchase. */
  countsReductions: boolean
  /** Frames that wait in a gateway. */
  held: (() => void)[]
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

// Nothing fences it: the same order again takes the money again.
const give = (meter: WalletMeter, order: ReductionOrder): Outcome<WriteAnswer> => {
  if (order.amountFen > meter.balanceFen) return refusal('01 00')
  const { balanceFen, refund } = meter
  meter.balanceFen -= order.amountFen
  if (refund !== undefined)
    meter.refund = {
      count: (refund?.count ?? 0) + 1,
      amountFen: order.amountFen,
      beforeFen: fen(balanceFen),
      afterFen: fen(meter.balanceFen),
    }
  if (meter.countsReductions) meter.count++
  meter.given.push(order)
  return { ok: true, value: { answered: 'accepted' } }
}

// A trip opens it at once; a closing needs money.
const turn = (meter: WalletMeter, order: RelayOrder): Outcome<WriteAnswer> => {
  if (order === 'trip' && !meter.welded) meter.relay = 'tripped'
  if (order === 'permitClose' && meter.balanceFen > 0) meter.relay = 'closed'
  return { ok: true, value: { answered: 'accepted' } }
}

const initialise = (meter: WalletMeter): Outcome<WriteAnswer> => {
  Object.assign(meter, { balanceFen: 0, count: 0, opened: false })
  return { ok: true, value: { answered: 'accepted' } }
}

const carry = (meter: WalletMeter, apply: () => Outcome<WriteAnswer>): Outcome<WriteAnswer> => {
  const lie = meter.silent ? 'requestLost' : (meter.lies.shift() ?? 'none')
  switch (lie) {
    case 'none':
      return apply()
    case 'requestLost':
      return timeout
    case 'answerLost':
      apply()
      return timeout
    case 'refusedThoughApplied':
      apply()
      return refusal('C3 01')
    case 'refused':
      return refusal('04 00')
    case 'heldInGateway':
      meter.held.push(apply)
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
  const write = async (name: string, apply: () => Outcome<WriteAnswer>) => {
    meter.before(name)
    const outcome = carry(meter, apply)
    meter.after(name)
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
        powerW: meter.powerW,
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
    openAccount: (order) => write('open', () => take(meter, 'open', order)),
    recharge: (order) => write('recharge', () => take(meter, 'recharge', order)),
    reduce: (order) => write('reduce', () => give(meter, order)),
    initialiseWallet: () => write('initialise', () => initialise(meter)),
    setClock: async () => timeout,
    readFreeze: async () => timeout,
    orderRelay: (order) => write('orderRelay', () => turn(meter, order)),
    get readRefund() {
      const { refund } = meter
      return refund === undefined ? undefined : () => read('readRefund', () => refund)
    },
  }
  const meter: WalletMeter = {
    driver,
    count: 0,
    balanceFen: 0,
    energyWh: 1_234_560,
    customerNo: '000000000000',
    opened: false,
    relay: 'closed',
    welded: false,
    record: null,
    keepsRecord: true,
    refund: undefined,
    powerW: 1_200,
    silent: false,
    lies: [],
    taken: [],
    given: [],
    countsReductions: false,
    held: [],
    before: () => {},
    after: () => {},
    flush: () => {
      for (const apply of meter.held.splice(0)) apply()
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
