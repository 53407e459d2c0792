// Explains a frame of DL/T 645-1997 帧解析: the frame is the one of 2007, the book another.

import { sameWords } from '../../../shared/words.ts'
import { explainBytes, type FrameBook } from '../dlt645/explain.ts'
import { digits, type Field, field, formatBytes, raw, time } from '../dlt645/format.ts'
import { type Control, parseControl } from '../dlt645/frame.ts'
import { refusalOf } from '../dlt645/refusals.ts'
import type { ExplainedField } from '../explained.ts'
import { BLOCK_END } from './commands/read.ts'
import { dataItem1997 } from './data-ids.ts'
import { FUNC_1997, funcName1997, is1997Only } from './functions.ts'

const ID_BYTES = 2
const idField = field('数据标识', 'data identifier', digits(ID_BYTES))
const rest = field('其余数据', 'further data', raw())
const blockEnd = field('块结束符', 'end of block', raw(1))
const WITH_ID: readonly number[] = [
  FUNC_1997.readData,
  FUNC_1997.readFollowUp,
  FUNC_1997.readAgain,
  FUNC_1997.writeData,
]

const contentFields = (control: Control, id: string, content: Buffer): readonly Field[] => {
  if (!control.fromSlave && control.func !== FUNC_1997.writeData) return []
  const known = dataItem1997(id)
  const isPart = control.more || control.func === FUNC_1997.readFollowUp
  if (known === null || isPart || control.func === FUNC_1997.writeData) return [rest]
  const { zh, en, format } = known
  if (format.kind !== 'list' || content.at(-1) !== BLOCK_END) return [field(zh, en, format)]
  const count = Math.floor((content.length - 1) / (formatBytes(format.of) ?? 1))
  const items = Array.from({ length: count }, (_, i) =>
    field(`${zh} [${i + 1}]`, `${en} [${i + 1}]`, format.of),
  )
  return [...items, blockEnd]
}

const fieldsOf = (control: Control, data: Buffer): readonly Field[] => {
  if (WITH_ID.includes(control.func)) {
    if (data.length === 0) return []
    const id = Buffer.from(data.subarray(0, ID_BYTES)).reverse().toString('hex').toUpperCase()
    const content = data.subarray(ID_BYTES)
    return content.length === 0 && control.fromSlave
      ? [idField]
      : [idField, ...contentFields(control, id, content)]
  }
  if (control.func === FUNC_1997.broadcastTime) return [field('时间', 'time', time('YYMMDDhhmmss'))]
  if (control.func === FUNC_1997.writeAddress && !control.fromSlave) {
    return [field('新地址', 'new address', digits(6))]
  }
  return data.length === 0 ? [] : [rest]
}

const BOOK_1997: FrameBook = {
  funcName: funcName1997,
  fieldsOf,
  idField,
  idName: (id) => dataItem1997(id) ?? sameWords(''),
  refusalOf: (_, data) => refusalOf(FUNC_1997.readData, data),
}

/** As `explainBytes` of 2007: any bytes with the shape of a frame, never throws. */
export const explain1997 = (raw: Buffer): ExplainedField[] => explainBytes(raw, BOOK_1997)

const CONTROL_AT = 8
const LENGTH_AT = 9

/** Whether a frame means nothing in 2007: its function, or a 03H too short for security. */
export const looksLike1997 = (raw: Buffer): boolean => {
  const { func, error } = parseControl(raw[CONTROL_AT] ?? 0)
  const short = func === FUNC_1997.readAgain && !error && raw[LENGTH_AT] === ID_BYTES
  return short || is1997Only(func)
}
