// `prewatt frame decode` 帧解析: hexadecimal text in, an explanation of every frame in it out, of
// DL/T 645 in both editions and of Modbus; what is no good frame is named too.

import type { ExplainedField } from '../metering/protocol/explained.ts'
import {
  cutRecording,
  FRAME_PROTOCOLS,
  type FrameProtocol,
  isFrameProtocol,
  type RecordingPart,
} from '../metering/protocol/recording.ts'
import { type Language, sameWords, type Words, words } from '../shared/words.ts'

export type FrameDecoded = {
  /** True where every byte belongs to a good frame or its wake-up bytes. */
  ok: boolean
  text: string
}

const SEPARATORS = /0[xX]|[\s,;:|_-]/g

const parseHex = (text: string): Buffer | Words => {
  const digits = text.replace(SEPARATORS, '')
  if (digits === '')
    return words('没有内容：请给出十六进制的帧', 'nothing to decode: give a frame in hexadecimal')
  const wrong = /[^0-9a-fA-F]/u.exec(digits)
  if (wrong !== null) {
    return words(`不是十六进制字符：${wrong[0]}`, `not a hexadecimal character: ${wrong[0]}`)
  }
  if (digits.length % 2 === 1) {
    return words(
      `十六进制字符数为奇数（${digits.length}），缺半个字节`,
      `an odd number of hexadecimal digits (${digits.length}): half a byte is missing`,
    )
  }
  return Buffer.from(digits, 'hex')
}

const hex = (bytes: Buffer): string =>
  (bytes.toString('hex').toUpperCase().match(/../g) ?? []).join(' ')

const WIDE = /[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u
/** Columns on a terminal: Chinese characters take two. */
const columns = (text: string): number =>
  [...text].reduce((sum, char) => sum + (WIDE.test(char) ? 2 : 1), 0)
const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columns(text)))

const HEX_COLUMNS = 23 // Eight bytes; longer fields continue on lines of their own.
const NAME_COLUMNS_MAX = 40

type Row = { bytes: Buffer; name: Words; value: Words }

const rowText = ({ bytes, name, value }: Row, nameColumns: number, lang: Language): string[] => {
  const pieces = hex(bytes).match(/.{1,23}(?: |$)/g) ?? ['']
  const [first = '', ...more] = pieces.map((piece) => piece.trim())
  const head = `  ${padded(first, HEX_COLUMNS)}  ${padded(name[lang], nameColumns)}  ${value[lang]}`
  return [head.trimEnd(), ...more.map((piece) => `  ${piece}`)]
}

/** Rows with their names in one column. */
const table = (rows: readonly Row[], lang: Language): string[] => {
  const widest = Math.max(0, ...rows.map((one) => columns(one.name[lang])))
  return rows.flatMap((one) => rowText(one, Math.min(widest, NAME_COLUMNS_MAX), lang))
}

const frameRows = (fields: readonly ExplainedField[]): Row[] =>
  fields.map((one) => ({ bytes: one.bytes, name: one, value: one.value }))

const NOTHING = sameWords('')
const WAKE_UP_NAME = words('前导字节', 'wake-up bytes')

const cutShort = (have: number, length: number | null): Words =>
  length === null
    ? words(`帧不完整：只有 ${have} 字节`, `frame cut short: only ${have} bytes`)
    : words(
        `帧不完整：按长度域应有 ${length} 字节，只有 ${have} 字节`,
        `frame cut short: its length says ${length} bytes, only ${have} are here`,
      )

const garbage = (count: number): Words =>
  words(`${count} 字节不属于任何帧`, `bytes that belong to no frame: ${count}`)

const note = (bytes: Buffer, name: Words, lang: Language): string[] =>
  table([{ bytes, name, value: NOTHING }], lang)

const partRows = (part: RecordingPart, number: number, lang: Language): string[] => {
  switch (part.kind) {
    case 'wake-up':
      return note(part.bytes, WAKE_UP_NAME, lang)
    case 'garbage':
      return note(part.bytes, garbage(part.bytes.length), lang)
    case 'cut-short':
      return note(part.bytes, cutShort(part.bytes.length, part.length), lang)
    case 'frame': {
      const protocol = FRAME_PROTOCOLS[part.protocol]
      const title = words(`第 ${number} 帧 ${protocol}`, `frame ${number}, ${protocol}`)
      return [title[lang], ...table(frameRows(part.fields), lang)]
    }
  }
}

/**
 * Explains every frame in a hexadecimal text; blanks and `,;:|_-` are ignored. The protocol is
 * recognised unless `as` names it.
 */
export const frameDecode = (hexText: string, lang: Language, as?: FrameProtocol): FrameDecoded => {
  const bytes = parseHex(hexText)
  if (!Buffer.isBuffer(bytes)) return { ok: false, text: bytes[lang] }
  const parts = cutRecording(bytes, as)
  let frames = 0
  const rows = parts.flatMap((part) => {
    if (part.kind === 'frame') frames++
    return partRows(part, frames, lang)
  })
  const good = parts.every(
    (part) => part.kind === 'wake-up' || (part.kind === 'frame' && part.good),
  )
  return { ok: good && frames > 0, text: rows.join('\n') }
}

const unknownProtocol = (name: string): Words => {
  const known = Object.keys(FRAME_PROTOCOLS).join(' ')
  return words(`未知协议 ${name}，可用：${known}`, `no protocol ${name}; known are: ${known}`)
}

/** `[--en] [--as <protocol>] <hex>…` */
export const frameDecodeArgs = (args: readonly string[]): FrameDecoded => {
  const lang: Language = args.includes('--en') ? 'en' : 'zh'
  const rest = args.filter((arg) => arg !== '--en')
  const asAt = rest.indexOf('--as')
  if (asAt === -1) return frameDecode(rest.join(' '), lang)
  const name = rest[asAt + 1] ?? ''
  if (!isFrameProtocol(name)) return { ok: false, text: unknownProtocol(name)[lang] }
  return frameDecode([...rest.slice(0, asAt), ...rest.slice(asAt + 2)].join(' '), lang, name)
}
