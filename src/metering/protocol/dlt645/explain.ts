// Explains a frame 帧解析 field by field, for commissioning and for the trace of a bus: the bytes
// as they travel, what they are called and what they say.

import { sameWords, type Words, words } from '../../../shared/words.ts'
import type { ExplainedField } from '../explained.ts'
import { METER_REFUSALS, type RefusedByMeter } from '../fault.ts'
import { ADDRESS_BYTES, addressOfBytes, BROADCAST_ADDRESS } from './address.ts'
import { dataIdOf } from './data-ids.ts'
import { type Field, formatBytes } from './format.ts'
import {
  type Control,
  checksum,
  encodeFrame,
  FRAME_OVERHEAD_BYTES,
  type Frame,
  parseControl,
  unscramble,
} from './frame.ts'
import { funcName } from './functions.ts'
import { DATA_ID_FIELD, fieldsOf, idName } from './layouts.ts'
import { valueWords } from './present.ts'
import { refusalOf } from './refusals.ts'
import { decodeFields, decodeValue } from './value.ts'

/** What one edition of the standard knows about the data of a frame. */
export type FrameBook = {
  funcName(func: number): Words
  fieldsOf(control: Control, data: Buffer): readonly Field[]
  /** The field that holds the data identifier, and what an identifier is called. */
  idField: Field
  idName(id: string): Words
  refusalOf(func: number, data: Buffer): RefusedByMeter
}

const BOOK_2007: FrameBook = { funcName, fieldsOf, idField: DATA_ID_FIELD, idName, refusalOf }

const CONTROL_AT = 8
const DATA_AT = 10

const line = (bytes: Buffer, name: Words, value: Words): ExplainedField => ({
  bytes,
  zh: name.zh,
  en: name.en,
  value,
})

const SILENT = sameWords('')

const addressWords = (address: string): Words => {
  if (address === BROADCAST_ADDRESS) return words(`${address} 广播`, `${address} broadcast`)
  if (/^A+$/.test(address)) return words(`${address} 任意表`, `${address} any meter`)
  return address.includes('A')
    ? words(`${address} 缩位寻址`, `${address} shortened address`)
    : sameWords(address)
}

const controlWords = (book: FrameBook, control: Control): Words => {
  const name = book.funcName(control.func)
  if (!control.fromSlave) return words(`主站 ${name.zh}`, `master: ${name.en}`)
  if (control.error) return words(`从站异常应答 ${name.zh}`, `slave refuses: ${name.en}`)
  return control.more
    ? words(`从站应答 ${name.zh} 有后续帧`, `slave: ${name.en}, more follows`)
    : words(`从站应答 ${name.zh}`, `slave: ${name.en}`)
}

/** A list is one line per entry, a record one line per field; the rest is one line. */
const valueLines = (one: Field, plain: Buffer, wire: Buffer): ExplainedField[] => {
  const { format } = one
  if (format.kind === 'record') {
    return decodeFields(format.fields, plain).flatMap((part) =>
      valueLines(part.field, part.bytes, wire.subarray(part.at, part.at + part.bytes.length)),
    )
  }
  const size = format.kind === 'list' ? formatBytes(format.of) : null
  if (format.kind === 'list' && size !== null && plain.length > size && plain.length % size === 0) {
    return Array.from({ length: plain.length / size }, (_, i) => {
      const name = { zh: `${one.zh} [${i + 1}]`, en: `${one.en} [${i + 1}]`, format: format.of }
      const [from, to] = [i * size, (i + 1) * size]
      return valueLines(name, plain.subarray(from, to), wire.subarray(from, to))
    }).flat()
  }
  return [line(wire, one, valueWords(decodeValue(format, plain)))]
}

const withIdName = (book: FrameBook, one: ExplainedField, id: string): ExplainedField => {
  const name = book.idName(id)
  return { ...one, value: words(`${id} ${name.zh}`.trimEnd(), `${id} ${name.en}`.trimEnd()) }
}

const dataLines = (book: FrameBook, control: Control, wire: Buffer): ExplainedField[] => {
  const plain = unscramble(wire)
  if (control.fromSlave && control.error) {
    const { refusals, code } = book.refusalOf(control.func, plain)
    const said = refusals.map((one) => METER_REFUSALS[one])
    const hex = `${code.toString(16).toUpperCase().padStart(2, '0')}H`
    const value = words(
      `${hex} ${said.map((w) => w.zh).join('，')}`,
      `${hex} ${said.map((w) => w.en).join(', ')}`,
    )
    return [line(wire, words('错误信息字', 'error word'), value)]
  }
  return decodeFields(book.fieldsOf(control, plain), plain).flatMap((part) => {
    const own = wire.subarray(part.at, part.at + part.bytes.length)
    const lines = valueLines(part.field, part.bytes, own)
    const isId = part.field === book.idField && part.bytes.length === formatBytes(part.field.format)
    return isId ? lines.map((one) => withIdName(book, one, dataIdOf(part.bytes))) : lines
  })
}

/**
 * The fields of bytes that have the shape of a frame (68 … 68 C L and L + 2 more), whether or not
 * check and end are right. Never throws on such bytes.
 */
export const explainBytes = (raw: Buffer, book: FrameBook = BOOK_2007): ExplainedField[] => {
  const dataEnd = raw.length - 2
  const control = parseControl(raw[CONTROL_AT] ?? 0)
  const start = words('帧起始符', 'start')
  const sum = checksum(raw.subarray(0, dataEnd))
  const hex = sum.toString(16).toUpperCase().padStart(2, '0')
  const good = words('正确', 'right')
  const address = raw.subarray(1, 1 + ADDRESS_BYTES)
  return [
    line(raw.subarray(0, 1), start, SILENT),
    line(address, words('地址域', 'address'), addressWords(addressOfBytes(address))),
    line(raw.subarray(7, CONTROL_AT), start, SILENT),
    line(raw.subarray(CONTROL_AT, 9), words('控制码', 'control'), controlWords(book, control)),
    line(
      raw.subarray(9, DATA_AT),
      words('数据域长度', 'data length'),
      sameWords(`${raw.length - FRAME_OVERHEAD_BYTES}`),
    ),
    ...dataLines(book, control, raw.subarray(DATA_AT, dataEnd)),
    line(
      raw.subarray(dataEnd, dataEnd + 1),
      words('校验码', 'checksum'),
      raw[dataEnd] === sum ? good : words(`错误，应为 ${hex}`, `wrong, should be ${hex}`),
    ),
    line(
      raw.subarray(dataEnd + 1),
      words('结束符', 'end'),
      raw[dataEnd + 1] === 0x16 ? SILENT : words('错误，应为 16', 'wrong, should be 16'),
    ),
  ]
}

export const explain = (frame: Frame): ExplainedField[] => explainBytes(encodeFrame(frame))
