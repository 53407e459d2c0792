// Explains a Modbus frame 帧解析 field by field. A frame doesn't say whether it asks or answers: its
// length decides, and where both fit it is called either.

import { sameWords, type Words, words } from '../../../shared/words.ts'
import type { ExplainedField } from '../explained.ts'
import { METER_REFUSALS } from '../fault.ts'
import { CRC_BYTES, crc16 } from './crc16.ts'
import { exceptionOf } from './exceptions.ts'
import { TCP_HEAD_BYTES, TCP_LENGTH_AT, TCP_UNCOUNTED_BYTES } from './framing.ts'
import { EXCEPTION_BIT, FN, fnName } from './functions.ts'
import { replyLength, requestLength } from './pdu-length.ts'

const hex = (n: number, digits: number): string =>
  n.toString(16).toUpperCase().padStart(digits, '0')

/** Takes fields off the front; what is missing of the last one is simply not there. */
class Walk {
  readonly fields: ExplainedField[] = []
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(count: number, name: Words, say: (bytes: Buffer) => Words): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + count)
    this.#at += bytes.length
    if (bytes.length === 0) return bytes
    const value = bytes.length === count ? say(bytes) : words('缺失', 'cut short')
    this.fields.push({ bytes, zh: name.zh, en: name.en, value })
    return bytes
  }

  rest(name: Words): void {
    this.take(this.left, name, (bytes) => sameWords(bytes.toString('hex').toUpperCase()))
  }
}

const number = (bytes: Buffer): Words => sameWords(`${bytes.readUIntBE(0, bytes.length)}`)
const word = (bytes: Buffer): Words =>
  sameWords(`${hex(bytes.readUInt16BE(), 4)}H ${bytes.readUInt16BE()}`)
const nothing = (): Words => sameWords('')
/** The lowest first, as they are numbered. */
const bitsOf = (byte: number): string => [...byte.toString(2).padStart(8, '0')].reverse().join('')
const bitText = (bytes: Buffer): Words => sameWords([...bytes].map(bitsOf).join(' '))

const START = words('起始地址', 'first address')
const ADDRESS = words('地址', 'address')
const COUNT = words('数量', 'count')
const BYTE_COUNT = words('字节数', 'byte count')
const VALUE = words('数值', 'value')
const BITS = words('状态（低位在前）', 'states (lowest first)')
const REST = words('其余数据', 'further data')

const range = (walk: Walk): void => {
  walk.take(2, START, word)
  walk.take(2, COUNT, number)
}

const registers = (walk: Walk, count: number): void => {
  for (let i = 1; i <= count && walk.left > 0; i++) {
    walk.take(2, words(`寄存器 [${i}]`, `register [${i}]`), word)
  }
}

/** A byte count, then what it counts. */
const counted = (walk: Walk, what: 'registers' | 'bits' | 'data'): void => {
  const count = walk.take(1, BYTE_COUNT, number)[0] ?? 0
  if (what === 'registers') registers(walk, count >> 1)
  else if (what === 'bits') walk.take(count, BITS, bitText)
  else walk.rest(REST)
}

const identityReply = (walk: Walk): void => {
  walk.take(2, words('读取级别与一致性', 'level and conformity'), (b) =>
    sameWords(b.toString('hex').toUpperCase()),
  )
  walk.take(1, words('后续', 'more follows'), (b) =>
    b[0] === 0 ? words('无', 'no') : words('有', 'yes'),
  )
  walk.take(1, words('下一对象', 'next object'), number)
  const objects = walk.take(1, words('对象数', 'number of objects'), number)[0] ?? 0
  for (let i = 0; i < objects && walk.left > 0; i++) {
    const head = walk.take(2, words('对象与长度', 'object and length'), (b) =>
      sameWords(`${b[0] ?? 0}, ${b[1] ?? 0}`),
    )
    walk.take(head[1] ?? 0, words('内容', 'text'), (b) =>
      sameWords(b.toString('latin1').replace(/[^ -~]/g, '.')),
    )
  }
}

const requestFields = (walk: Walk, fn: number): void => {
  switch (fn) {
    case FN.writeCoil:
    case FN.writeRegister:
      walk.take(2, ADDRESS, word)
      walk.take(2, VALUE, word)
      break
    case FN.maskWrite:
      walk.take(2, ADDRESS, word)
      walk.take(2, words('与掩码', 'AND mask'), word)
      walk.take(2, words('或掩码', 'OR mask'), word)
      break
    case FN.writeCoils:
      range(walk)
      if (walk.left > 0) counted(walk, 'bits')
      break
    case FN.writeRegisters:
      range(walk)
      if (walk.left > 0) counted(walk, 'registers')
      break
    case FN.readWrite:
      range(walk)
      range(walk)
      counted(walk, 'registers')
      break
    case FN.encapsulated:
      walk.take(1, words('封装类型', 'MEI type'), number)
      walk.take(2, words('级别与对象', 'level and object'), word)
      break
    case FN.readCoils:
    case FN.readInputs:
    case FN.readHolding:
    case FN.readInputRegisters:
      range(walk)
      break
  }
  walk.rest(REST)
}

const replyFields = (walk: Walk, fn: number): void => {
  switch (fn) {
    case FN.readCoils:
    case FN.readInputs:
      counted(walk, 'bits')
      break
    case FN.readHolding:
    case FN.readInputRegisters:
    case FN.readWrite:
      counted(walk, 'registers')
      break
    case FN.serverId:
      counted(walk, 'data')
      break
    case FN.encapsulated:
      walk.take(1, words('封装类型', 'MEI type'), number)
      identityReply(walk)
      break
    default:
      requestFields(walk, fn)
  }
  walk.rest(REST)
}

type Role = 'request' | 'reply' | 'either'
const ROLES: Record<Role, Words> = {
  request: words('请求', 'request'),
  reply: words('应答', 'reply'),
  either: words('请求或应答', 'request or reply'),
}

const roleOf = (pdu: Buffer): Role => {
  const asReply = replyLength(pdu, 0) === pdu.length
  const asRequest = requestLength(pdu, 0) === pdu.length
  if (asReply === asRequest) return 'either'
  return asReply ? 'reply' : 'request'
}

const exceptionWords = (bytes: Buffer): Words => {
  const { refusals, code } = exceptionOf(bytes[0] ?? 0)
  const said = METER_REFUSALS[refusals[0] ?? 'other']
  return words(`${hex(code, 2)}H ${said.zh}`, `${hex(code, 2)}H ${said.en}`)
}

const pduFields = (pdu: Buffer): ExplainedField[] => {
  const walk = new Walk(pdu)
  const fn = pdu[0] ?? 0
  const role = roleOf(pdu)
  const isException = (fn & EXCEPTION_BIT) !== 0 && pdu.length === 2
  walk.take(1, words('功能码', 'function'), () => {
    const name = fnName(fn)
    const how = isException ? words('异常应答', 'exception') : ROLES[role]
    return words(`${hex(fn, 2)}H ${name.zh} ${how.zh}`, `${hex(fn, 2)}H ${name.en}, ${how.en}`)
  })
  if (isException) walk.take(1, words('异常码', 'exception code'), exceptionWords)
  else if (role === 'reply') replyFields(walk, fn)
  else requestFields(walk, fn)
  walk.rest(REST)
  return walk.fields
}

const unitWords = (bytes: Buffer): Words =>
  bytes[0] === 0 ? words('0 广播', '0 broadcast') : number(bytes)

/** Any bytes, whether or not the CRC is right. Never throws. */
export const explainRtu = (raw: Buffer): ExplainedField[] => {
  const end = Math.max(0, raw.length - CRC_BYTES)
  const head = new Walk(raw.subarray(0, Math.min(1, end)))
  head.take(1, words('从站地址', 'unit'), unitWords)
  const tail = new Walk(raw.subarray(end))
  tail.take(CRC_BYTES, words('校验码', 'CRC'), (bytes) => {
    const good = crc16(raw, 0, end)
    if (bytes.readUInt16LE() === good) return words('正确', 'right')
    const should = `${hex(good & 0xff, 2)} ${hex(good >> 8, 2)}`
    return words(`错误，应为 ${should}`, `wrong, should be ${should}`)
  })
  return [...head.fields, ...pduFields(raw.subarray(1, Math.max(1, end))), ...tail.fields]
}

/** Any bytes, whether or not the header fits them. Never throws. */
export const explainTcp = (raw: Buffer): ExplainedField[] => {
  const head = new Walk(raw.subarray(0, TCP_HEAD_BYTES))
  head.take(2, words('事务号', 'transaction'), word)
  head.take(2, words('协议号', 'protocol'), (bytes) =>
    bytes.readUInt16BE() === 0 ? nothing() : words('错误，应为 0', 'wrong, should be 0'),
  )
  head.take(TCP_UNCOUNTED_BYTES - TCP_LENGTH_AT, words('长度', 'length'), (bytes) => {
    const here = raw.length - TCP_UNCOUNTED_BYTES
    const said = bytes.readUInt16BE()
    if (said === here) return sameWords(`${said}`)
    return words(`${said}，实有 ${here}`, `${said}, but ${here} are here`)
  })
  head.take(1, words('单元号', 'unit'), number)
  return [...head.fields, ...pduFields(raw.subarray(TCP_HEAD_BYTES))]
}
