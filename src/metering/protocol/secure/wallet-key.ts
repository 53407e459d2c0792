// Wallet keys 钱包密钥: what a meter with a software ESAM (3DES) expects of the one who loads it.
// Everything here is high byte first; the wire's order is the frame builder's business. This is
// not a grid ESAM: those compute SM1 in hardware, and nothing here can stand in for one.

import type { Fen } from '../../../ledger/money.ts'
import { assert } from '../../../shared/assert.ts'
import { BLOCK_BYTES, DOUBLE_KEY_BYTES, tripleDesEcb } from './des.ts'
import { macAlgorithm3 } from './mac.ts'

/**
 * How the right half of a session key comes from the left half R: `invert` R ‖ NOT R, or `pboc`
 * R ‖ 3DES(NOT factor). Makers differ; the model or the key set says which.
 */
export type KeyScheme = 'invert' | 'pboc'

export type WalletKey = {
  /** K1‖K2, 16 bytes. It never leaves the key room in clear. */
  readonly bytes: Buffer
  readonly scheme: KeyScheme
}

const RANDOM1_BYTES = 8
const RANDOM2_BYTES = 4
const MAC_BYTES = 4

const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => ~byte & 0xff))

/** Dispersion factor 分散因子: 00 00 and the meter number. */
export const dispersionFactor = (meterNo: string): Buffer => {
  assert(/^\d{12}$/.test(meterNo), `not a 12-digit meter number: ${meterNo}`)
  return Buffer.from(`0000${meterNo}`, 'hex')
}

/** The key both sides derive for one meter. */
export const sessionKey = (key: WalletKey, meterNo: string): Buffer => {
  assert(key.bytes.length === DOUBLE_KEY_BYTES, 'a wallet key has 16 bytes')
  const factor = dispersionFactor(meterNo)
  const left = tripleDesEcb(key.bytes, factor)
  const right = key.scheme === 'invert' ? inverted(left) : tripleDesEcb(key.bytes, inverted(factor))
  return Buffer.concat([left, right])
}

/** The fields of an identity authentication; `random1` is 8 fresh unpredictable bytes. */
export const authenticate = (
  key: WalletKey,
  meterNo: string,
  random1: Buffer,
): { cipher1: Buffer; random1: Buffer; factor: Buffer } => {
  assert(random1.length === RANDOM1_BYTES, `random 1 has 8 bytes, not ${random1.length}`)
  const cipher1 = tripleDesEcb(sessionKey(key, meterNo), random1)
  return { cipher1, random1, factor: dispersionFactor(meterNo) }
}

/** CLA INS P1 P2 of the command the meter hands to its ESAM, by what is protected. */
const MAC_HEADERS = {
  recharge: '8432010c',
  customer: '04d68224',
  validity: '04d68200',
  presetMoney: '04dc010c',
  presetCount: '04dc030c',
  keyUpdate: '84d69600',
} as const satisfies Record<string, string>

export type MacKind = keyof typeof MAC_HEADERS

/**
 * The MAC over header, length and data under the stored key (not the session key): algorithm 3,
 * padding 2, IV = random2 ‖ 00000000, left four bytes. The length counts data and MAC.
 */
export const macFor = (kind: MacKind, key: WalletKey, random2: Buffer, data: Buffer): Buffer => {
  assert(random2.length === RANDOM2_BYTES, `random 2 has 4 bytes, not ${random2.length}`)
  const header = Buffer.from(MAC_HEADERS[kind], 'hex')
  const message = Buffer.concat([header, Buffer.of(data.length + MAC_BYTES), data])
  const iv = Buffer.concat([random2, Buffer.alloc(BLOCK_BYTES - RANDOM2_BYTES)])
  return macAlgorithm3(key.bytes, message, { padding: 2, iv }).subarray(0, MAC_BYTES)
}

/** Amount and count as they enter MAC 1. */
export const moneyData = (amountFen: Fen, count: number): Buffer => {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(amountFen, 0)
  data.writeUInt32BE(count, 4)
  return data
}

/** Both MACs of an open-account or recharge order. */
export const creditMacs = (
  key: WalletKey,
  random2: Buffer,
  order: { amountFen: Fen; count: number; customerNo: string },
): { mac1: Buffer; mac2: Buffer } => {
  assert(/^\d{12}$/.test(order.customerNo), 'a customer number has 12 digits')
  return {
    mac1: macFor('recharge', key, random2, moneyData(order.amountFen, order.count)),
    mac2: macFor('customer', key, random2, Buffer.from(order.customerNo, 'hex')),
  }
}

const PRESET_BYTES = 4

/** Both MACs of a wallet initialisation, each over its own value. */
export const presetMacs = (
  key: WalletKey,
  random2: Buffer,
  presetFen: Fen,
): { moneyMac: Buffer; countMac: Buffer } => {
  const money = Buffer.alloc(PRESET_BYTES)
  money.writeUInt32BE(presetFen, 0)
  return {
    moneyMac: macFor('presetMoney', key, random2, money),
    countMac: macFor('presetCount', key, random2, Buffer.alloc(PRESET_BYTES)),
  }
}
