// Security command 03H 安全命令: identity authentication, opening, recharge, refund, wallet
// query and initialisation. Every field travels low byte first, the check codes included.

import { bcdLow, binLow, fromBcdLow, fromBinLow, hexLow, reversed, textLow } from './bytes.ts'
import { DEMO_KEY, encryptBlocks, messageMac, sessionKey } from './cipher.ts'
import {
  applyCredit,
  applyHalfCredit,
  creditMacs,
  decideCredit,
  SERR,
  type Serr,
} from './credit.ts'
import { type Answer, authenticated, type Exchange, ok } from './exchange.ts'
import { initialiseWallet } from './factory.ts'
import { applyRefund, decideRefund, refundRequest } from './refund.ts'
import { settleArrears } from './relay.ts'
import { drawn } from './site.ts'

const MINUTE_MS = 60_000
const VALIDITY_MS = 5 * MINUTE_MS
const SUSPENSION_MS = 24 * 60 * MINUTE_MS
const HEAD_BYTES = 8
const KEY_INFORMATION = Buffer.from([0x00, 0x00, 0x00, 0x01])

const refused = (reason: Serr): Answer => ({ kind: 'error', data: binLow(1 << SERR[reason], 2) })

/** A wrong check code: counted, and too many of them suspend every security command for a day. */
const wrongMac = (exchange: Exchange): Answer => {
  const { state, site, nowMs } = exchange
  state.macFailures += 1
  if (state.macFailures >= site.identity.macFailuresMax) {
    state.macFailures = 0
    state.suspendedUntilMs = nowMs + SUSPENSION_MS
  }
  exchange.mutated = true
  return refused('verification')
}

const macIs = (mac: Uint8Array, wire: Uint8Array) => Buffer.compare(mac, reversed(wire)) === 0

const authenticate = (exchange: Exchange, fields: Buffer): Answer => {
  const { state, site, session, nowMs } = exchange
  if (fields.length !== 24) return refused('other')
  const cipher1 = reversed(fields.subarray(0, 8))
  const random1 = reversed(fields.subarray(8, 16))
  const factor = reversed(fields.subarray(16, 24))
  const own = Buffer.from(`0000${state.meterNo}`, 'hex')
  const expected = encryptBlocks(sessionKey(DEMO_KEY, own), random1)
  if (Buffer.compare(factor, own) !== 0 || Buffer.compare(cipher1, expected) !== 0) {
    session.random2 = null
    return refused('authentication')
  }
  session.authentications += 1
  const words = [site.seed, state.meterNo, session.authentications, nowMs]
  session.random2 = site.fixedRandom2 ?? binLow(drawn(0xffffffff, ...words), 4)
  session.validUntilMs = nowMs + VALIDITY_MS
  return ok(Buffer.concat([reversed(session.random2), hexLow(state.esamSerial)]))
}

const setValidity = (exchange: Exchange, fields: Buffer): Answer => {
  const { session, nowMs } = exchange
  if (!authenticated(exchange) || session.random2 === null) return refused('authentication')
  if (fields.length !== 6) return refused('other')
  const minutes = fromBcdLow(fields.subarray(0, 2))
  if (minutes === null || minutes === 0) return refused('other')
  const data = reversed(fields.subarray(0, 2))
  const mac = messageMac(DEMO_KEY, session.random2, '04D6820006', data)
  if (!macIs(mac, fields.subarray(2))) return wrongMac(exchange)
  session.validUntilMs = nowMs + minutes * MINUTE_MS
  return ok()
}

const invalidate = ({ state, session }: Exchange): Answer => {
  session.random2 = null
  return ok(
    Buffer.concat([
      hexLow(state.customerNo),
      binLow(state.remainingFen, 4),
      binLow(state.purchaseCount, 4),
      KEY_INFORMATION,
    ]),
  )
}

const credit =
  (kind: 'open' | 'recharge') =>
  (exchange: Exchange, fields: Buffer): Answer => {
    if (fields.length !== 22) return refused('other')
    const { state, site, session, nowMs } = exchange
    const wanted = {
      kind,
      amountFen: fromBinLow(fields.subarray(0, 4)),
      count: fromBinLow(fields.subarray(4, 8)),
      customerNo: textLow(fields.subarray(12, 18)),
    }
    const macs = creditMacs(session.random2 ?? Buffer.alloc(4), wanted)
    const macsGood =
      macIs(macs.mac1, fields.subarray(8, 12)) && macIs(macs.mac2, fields.subarray(18, 22))
    const decision = decideCredit(
      state,
      site.identity,
      { ...wanted, macsGood },
      { nowMs, authenticated: authenticated(exchange) },
    )
    if (decision === 'verification') return wrongMac(exchange)
    if (decision !== 'accept') return refused(decision)
    state.macFailures = 0
    if (exchange.powerCut === null) applyCredit(exchange, wanted)
    else applyHalfCredit(exchange, wanted)
    return ok()
  }

/** 070103FF: preset money, MAC, count 0, MAC. */
const walletInit = (exchange: Exchange, fields: Buffer): Answer => {
  const { state, site, session, nowMs } = exchange
  if (nowMs < state.suspendedUntilMs) return refused('suspended')
  if (!authenticated(exchange) || session.random2 === null) return refused('authentication')
  if (!site.identity.publicKey && !site.identity.walletInit) return refused('other')
  if (fields.length !== 16) return refused('other')
  const preset = fields.subarray(0, 4)
  const count = fields.subarray(8, 12)
  const mac1 = messageMac(DEMO_KEY, session.random2, '04DC010C08', reversed(preset))
  const mac2 = messageMac(DEMO_KEY, session.random2, '04DC030C08', reversed(count))
  const macsGood = macIs(mac1, fields.subarray(4, 8)) && macIs(mac2, fields.subarray(12, 16))
  if (!macsGood) return wrongMac(exchange)
  if (fromBinLow(count) !== 0) return refused('count')
  initialiseWallet(state, fromBinLow(preset))
  settleArrears(state, site, nowMs)
  exchange.mutated = true
  return ok()
}

const refund = (exchange: Exchange, fields: Buffer): Answer => {
  const request = refundRequest(fields)
  if (request === null) return refused('other')
  const decision = decideRefund(exchange, request)
  if (decision !== 'accept') return refused(decision)
  applyRefund(exchange, request)
  return ok()
}

/**
 * The wallet: remaining money, count, customer number. No source tells over which header its check
 * codes are made, so they are made over the value alone; a master can't rely on them.
 */
const query = ({ state, session }: Exchange): Answer => {
  const money = binLow(state.remainingFen, 4)
  const count = binLow(state.purchaseCount, 4)
  const random2 = session.random2 ?? Buffer.alloc(4)
  const macOf = (field: Buffer) => reversed(messageMac(DEMO_KEY, random2, '', reversed(field)))
  const customer = hexLow(state.customerNo)
  return ok(Buffer.concat([money, macOf(money), count, macOf(count), customer, KEY_INFORMATION]))
}

const COMMANDS: Record<string, (exchange: Exchange, fields: Buffer) => Answer> = {
  '070000FF': authenticate,
  '070001FF': setValidity,
  '070002FF': invalidate,
  '070101FF': credit('open'),
  '070102FF': credit('recharge'),
  '070103FF': walletInit,
  '070108FF': refund,
  '07810201': query,
  '078102FF': query,
}

/** Answers one security command; the identifier is repeated in front of a positive answer. */
export const securityCommand = (exchange: Exchange, data: Buffer): Answer => {
  const command = COMMANDS[textLow(data.subarray(0, 4))]
  if (command === undefined || data.length < HEAD_BYTES) return refused('other')
  const answer = command(exchange, data.subarray(HEAD_BYTES))
  return answer.kind === 'ok' ? ok(Buffer.concat([data.subarray(0, 4), answer.data])) : answer
}

/** Minutes of authentication left, as 02800022 shows them. */
export const minutesLeft = (exchange: Exchange): Buffer => {
  const leftMs = authenticated(exchange) ? exchange.session.validUntilMs - exchange.nowMs : 0
  return bcdLow(Math.ceil(leftMs / MINUTE_MS), 2)
}
