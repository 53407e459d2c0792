// The prepaid wallet over 03H 费控: authenticate, open account, recharge, query. Amounts and counts
// are binary here. MACs come from outside, high byte first; every field travels low byte first.
// Only the purchase count fences a recharge: whatever the answer, it is read back.

import { type Fen, fen } from '../../../../ledger/money.ts'
import { assert } from '../../../../shared/assert.ts'
import { badReply } from '../../fault.ts'
import { answered, type Reply } from '../../request.ts'
import { dataIdBytes } from '../data-ids.ts'
import { bcdBytes, binaryBytes, bytesOfDigits, digitsOf, reversed } from '../digits.ts'
import { type Accepted, accepted, ask, type Dlt645Request } from '../exchange.ts'
import { FUNC } from '../functions.ts'
import { operatorBytes } from './write.ts'

type Security<T> = {
  address: string
  operatorCode: string
  id: string
  label: string
  fields: readonly Buffer[]
  contentMax: number
  repeatable: boolean
  read: (content: Buffer) => Reply<T>
}

const security = <T>(s: Security<T>): Dlt645Request<T> => {
  const echo = dataIdBytes(s.id)
  return ask({
    label: s.label,
    address: s.address,
    func: FUNC.security,
    data: Buffer.concat([echo, operatorBytes(s.operatorCode), ...s.fields]),
    echo,
    contentMax: s.contentMax,
    repeatable: s.repeatable,
    read: s.read,
  })
}

/** A field of fixed length given high byte first. */
const highFirst = (bytes: Buffer, length: number, what: string): Buffer => {
  assert(bytes.length === length, `${what} has ${length} bytes, not ${bytes.length}`)
  return reversed(bytes)
}
const mac = (bytes: Buffer): Buffer => highFirst(bytes, 4, 'a MAC')

/** Who asks: the meter's address and the operator code (eight digits) it is to keep. */
export type Asker = { address: string; operatorCode: string }

/** What the key room computed for this meter and random1; all high byte first. */
export type Challenge = { cipher1: Buffer; random1: Buffer; factor: Buffer }

/** High byte first. `random2` enters every MAC until the authentication expires. */
export type Authenticated = { random2: Buffer; esamSerial: Buffer }

/** Identity authentication 身份认证; by default valid for 5 minutes. */
export const identityAuthentication = (
  { address, operatorCode }: Asker,
  { cipher1, random1, factor }: Challenge,
): Dlt645Request<Authenticated> =>
  security({
    address,
    operatorCode,
    id: '070000FF',
    label: 'identity authentication',
    fields: [
      highFirst(cipher1, 8, 'cipher 1'),
      highFirst(random1, 8, 'random 1'),
      highFirst(factor, 8, 'the dispersion factor'),
    ],
    contentMax: 12,
    repeatable: true,
    read: (content) =>
      content.length === 12
        ? answered({
            random2: reversed(content.subarray(0, 4)),
            esamSerial: reversed(content.subarray(4)),
          })
        : badReply(content),
  })

const VALIDITY_MINUTES_MAX = 9999

/** Sets how long an authentication holds; a meter refuses 0. */
export const authenticationValidity = (
  { address, operatorCode }: Asker,
  minutes: number,
  mac1: Buffer,
): Dlt645Request<Accepted> => {
  assert(minutes >= 1 && minutes <= VALIDITY_MINUTES_MAX, `not a validity: ${minutes} min`)
  return security({
    address,
    operatorCode,
    id: '070001FF',
    label: 'authentication validity',
    fields: [bcdBytes(minutes, 2), mac(mac1)],
    contentMax: 0,
    repeatable: true,
    read: accepted,
  })
}

export type Credit = {
  amountFen: Fen
  /** Purchase count 购电次数 on the wire: the meter takes exactly the one after its own. */
  count: number
  /** 12 digits. */
  customerNo: string
  /** Over amount and count; over the customer number. */
  mac1: Buffer
  mac2: Buffer
}

const CREDIT_BYTES = 4
const CREDIT_FEN_MAX = 0xffff_ffff

const credit = (
  { address, operatorCode }: Asker,
  id: string,
  label: string,
  order: Credit,
): Dlt645Request<Accepted> => {
  assert(order.amountFen >= 0 && order.amountFen <= CREDIT_FEN_MAX, 'a credit fits four bytes')
  assert(/^\d{12}$/.test(order.customerNo), 'a customer number has 12 digits')
  return security({
    address,
    operatorCode,
    id,
    label,
    fields: [
      binaryBytes(order.amountFen, CREDIT_BYTES),
      binaryBytes(order.count, CREDIT_BYTES),
      mac(order.mac1),
      bytesOfDigits(order.customerNo),
      mac(order.mac2),
    ],
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}

/** Open account 开户: writes the customer number together with the first amount. */
export const openAccount = (asker: Asker, order: Credit): Dlt645Request<Accepted> =>
  credit(asker, '070101FF', `open account count ${order.count}`, order)

/**
 * Recharge 充值. Refusals: repeatRecharge (this number is used up, by whomever), countWrong,
 * customerMismatch, hoardingLimit, macWrong, notAuthenticated, suspended, other (not opened).
 */
export const recharge = (asker: Asker, order: Credit): Dlt645Request<Accepted> =>
  credit(asker, '070102FF', `recharge count ${order.count}`, order)

export type Refund = {
  amountFen: Fen
  /** 16 digits: the meter's evidence of which refund it was. */
  orderNo: string
  /** 12 digits: the meter number, which this dialect wants besides the address. */
  meterNo: string
}

const ZERO_MAC = Buffer.alloc(4)

/**
 * Refund 退费 of a dialect of commercial meters (070108FF): no cryptography, both MACs zero. Such
 * meters have answered with an error and carried out part all the same: read back, whatever comes.
 */
export const refund = (
  { address, operatorCode }: Asker,
  { amountFen, orderNo, meterNo }: Refund,
): Dlt645Request<Accepted> => {
  assert(amountFen >= 0 && amountFen <= CREDIT_FEN_MAX, 'a refund fits four bytes')
  assert(/^\d{16}$/.test(orderNo), 'an order number has 16 digits')
  assert(/^\d{12}$/.test(meterNo), 'a meter number has 12 digits')
  return security({
    address,
    operatorCode,
    id: '070108FF',
    label: `refund ${orderNo}`,
    fields: [
      binaryBytes(amountFen, CREDIT_BYTES),
      bytesOfDigits(orderNo),
      ZERO_MAC,
      bytesOfDigits(meterNo),
      ZERO_MAC,
    ],
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}

export type Preset = {
  presetFen: Fen
  /** Over the money; over the count, which is always zero. */
  moneyMac: Buffer
  countMac: Buffer
}

/**
 * Initialise the wallet 钱包初始化: the money becomes `presetFen` and the count zero. Meters in use
 * with their own key may refuse it; some makers clear the energy as well.
 */
export const initialiseWallet = (
  { address, operatorCode }: Asker,
  { presetFen, moneyMac, countMac }: Preset,
): Dlt645Request<Accepted> => {
  assert(presetFen >= 0 && presetFen <= CREDIT_FEN_MAX, 'a preset fits four bytes')
  return security({
    address,
    operatorCode,
    id: '070103FF',
    label: 'initialise the wallet',
    fields: [
      binaryBytes(presetFen, CREDIT_BYTES),
      mac(moneyMac),
      binaryBytes(0, CREDIT_BYTES),
      mac(countMac),
    ],
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}

/** What the wallet holds; MACs and key information are kept as they came, high byte first. */
export type Wallet = {
  remainingFen: Fen
  count: number
  customerNo: string
  keyInfo: Buffer
}
export type QueriedWallet = Wallet & { remainingMac: Buffer; countMac: Buffer }

const customerOf = (bytes: Buffer): string | null => {
  const digits = digitsOf(bytes)
  return /^\d{12}$/.test(digits) ? digits : null
}

const QUERY_BYTES = 26

/** Wallet query 状态查询. Some makers answer to 078102FF instead. */
export const queryWallet = (
  { address, operatorCode }: Asker,
  id: '07810201' | '078102FF' = '07810201',
): Dlt645Request<QueriedWallet> =>
  security({
    address,
    operatorCode,
    id,
    label: 'wallet query',
    fields: [],
    contentMax: QUERY_BYTES,
    repeatable: true,
    read: (content) => {
      const customerNo = customerOf(content.subarray(16, 22))
      if (content.length !== QUERY_BYTES || customerNo === null) return badReply(content)
      return answered({
        remainingFen: fen(content.readUInt32LE(0)),
        remainingMac: reversed(content.subarray(4, 8)),
        count: content.readUInt32LE(8),
        countMac: reversed(content.subarray(12, 16)),
        customerNo,
        keyInfo: reversed(content.subarray(22)),
      })
    },
  })

const INVALIDATE_BYTES = 18

/** Ends the authentication 身份认证失效; the answer shows the wallet once more. */
export const endAuthentication = ({ address, operatorCode }: Asker): Dlt645Request<Wallet> =>
  security({
    address,
    operatorCode,
    id: '070002FF',
    label: 'end authentication',
    fields: [],
    contentMax: INVALIDATE_BYTES,
    repeatable: true,
    read: (content) => {
      const customerNo = customerOf(content.subarray(0, 6))
      if (content.length !== INVALIDATE_BYTES || customerNo === null) return badReply(content)
      return answered({
        customerNo,
        remainingFen: fen(content.readUInt32LE(6)),
        count: content.readUInt32LE(10),
        keyInfo: reversed(content.subarray(14)),
      })
    },
  })
