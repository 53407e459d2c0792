// One meter on a test bench 台体上的表: a virtual meter with known keys, time and load, and a master's
// side of the protocol for it. For tests of the simulator itself.

import { identityOf, type SimMeter } from '../definition.ts'
import { binLow, hexLow, reversed } from './bytes.ts'
import { momentOf } from './calendar.ts'
import { DEMO_KEY, encryptBlocks, sessionKey } from './cipher.ts'
import { creditMacs } from './credit.ts'
import { decodeFrame, encodeFrame } from './frame.ts'
import { siteOf } from './site.ts'
import { type Persist, VirtualMeter } from './virtual-meter.ts'

export const BENCH_ADDRESS = '202611220001'
export const BENCH_CUSTOMER = '000000123456'
const OFFSET_MINUTES = 480
const OPERATOR = Buffer.from('11223344', 'hex')
const RANDOM2 = Buffer.from('A1B2C3D4', 'hex')

/** A moment of Chinese wall time written YYMMDDhhmmss. */
export const at = (digits: string): number => {
  const ms = momentOf(digits, OFFSET_MINUTES)
  if (ms === null) throw new Error(`no such moment: ${digits}`)
  return ms
}

export const NOON = at('261122120000')

export const benchMeter = (
  definition: Partial<SimMeter> = {},
  options: { nowMs?: number; persist?: Persist; load?: number } = {},
) => {
  const meter = { address: BENCH_ADDRESS, gateway: 'A', initialWh: 0, ...definition }
  const load = { factor: options.load ?? 1 }
  const world = { utcOffsetMinutes: OFFSET_MINUTES, seed: 7, load }
  const site = siteOf(identityOf(meter), world)
  site.fixedRandom2 = RANDOM2
  site.fixedW = 0
  return new VirtualMeter(site, null, options.nowMs ?? NOON, options.persist)
}

/** A meter that has been opened before, with this balance and count. */
export const openedMeter = (
  balanceFen: number,
  purchaseCount = 0,
  definition: Partial<SimMeter> = {},
) => benchMeter({ found: { customerNo: BENCH_CUSTOMER, purchaseCount, balanceFen }, ...definition })

export const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/[\s|]/g, ''), 'hex')
export const hex = (answer: Uint8Array): string =>
  Buffer.from(answer)
    .toString('hex')
    .toUpperCase()
    .replaceAll(/(..)(?!$)/g, '$1 ')

/** Sends one request and gives back control code and data of the answer, or null. */
export const ask = (meter: VirtualMeter, control: number, data: Buffer, nowMs = NOON) => {
  const answer = meter.onFrame(encodeFrame({ address: meter.address, control, data }), nowMs)
  return answer === null ? null : decodeFrame(answer)
}

export const readDi = (meter: VirtualMeter, di: string, nowMs = NOON): string | null => {
  const answer = ask(meter, 0x11, hexLow(di), nowMs)
  if (answer === null || answer.control !== 0x91) return null
  return reversed(answer.data.subarray(4)).toString('hex').toUpperCase()
}

/** 14H with class 04 and password 000000: the answer's control code and error byte. */
export const writeDi = (meter: VirtualMeter, di: string, value: string, nowMs = NOON) => {
  const head = Buffer.from('0400000001000000', 'hex')
  const data = Buffer.concat([hexLow(di), head, hexLow(value)])
  const answer = ask(meter, 0x14, data, nowMs)
  return { control: answer?.control ?? 0, error: answer?.data[0] ?? null }
}

export const authenticateBench = (meter: VirtualMeter, nowMs = NOON) => {
  const random1 = Buffer.from('1122334455667788', 'hex')
  const factor = Buffer.from(`0000${meter.state.meterNo}`, 'hex')
  const cipher1 = encryptBlocks(sessionKey(DEMO_KEY, factor), random1)
  const fields = [cipher1, random1, factor].map((field) => reversed(field))
  return ask(meter, 0x03, Buffer.concat([hexLow('070000FF'), OPERATOR, ...fields]), nowMs)
}

type BenchCredit = {
  kind?: 'open' | 'recharge'
  amountFen: number
  count: number
  customerNo?: string
  /** Check codes made for other money than is sent. */
  forged?: boolean
}

export const creditData = ({ kind, amountFen, count, customerNo, forged }: BenchCredit): Buffer => {
  const customer = customerNo ?? BENCH_CUSTOMER
  const signed = { amountFen: forged ? amountFen + 1 : amountFen, count, customerNo: customer }
  const { mac1, mac2 } = creditMacs(RANDOM2, signed)
  return Buffer.concat([
    hexLow(kind === 'open' ? '070101FF' : '070102FF'),
    OPERATOR,
    binLow(amountFen, 4),
    binLow(count, 4),
    reversed(mac1),
    hexLow(customer),
    reversed(mac2),
  ])
}

/** Sends a credit: `ok`, the number of the SERR bit, or `silence`. */
export const sendCredit = (meter: VirtualMeter, credit: BenchCredit, nowMs = NOON) => {
  const answer = ask(meter, 0x03, creditData(credit), nowMs)
  if (answer === null) return 'silence'
  if (answer.control === 0x83) return 'ok'
  return Math.log2(Buffer.from(answer.data).readUInt16LE(0))
}

/** Authenticates and credits in one go. */
export const load = (meter: VirtualMeter, credit: BenchCredit, nowMs = NOON) => {
  authenticateBench(meter, nowMs)
  return sendCredit(meter, credit, nowMs)
}

/** 1CH with class 02: `ok` or the error byte. `until` is YYMMDDhhmmss of the meter's clock. */
export const order = (meter: VirtualMeter, n1: number, until = '261122235959', nowMs = NOON) => {
  const head = Buffer.concat([Buffer.from([0x02, 0, 0, 0]), Buffer.alloc(4), Buffer.from([n1, 0])])
  const answer = ask(meter, 0x1c, Buffer.concat([head, hexLow(until)]), nowMs)
  return answer?.control === 0x9c ? 'ok' : (answer?.data[0] ?? 'silence')
}
