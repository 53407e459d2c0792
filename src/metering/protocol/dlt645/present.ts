// Values as people read them 显示: `123.45 元`, `2026-11-22 10:20`, the bits that are set.

import { never } from '../../../shared/assert.ts'
import { sameWords, type Words, words } from '../../../shared/words.ts'
import { layoutTokens, type TimeLayout } from './calendar.ts'
import { decimalText } from './digits.ts'
import { type Bit, UNITS } from './format.ts'
import { bitValue, raisedBits } from './status-words.ts'
import type { Value } from './value.ts'

const WEEKDAYS: readonly Words[] = [
  { zh: '星期日', en: 'Sunday' },
  { zh: '星期一', en: 'Monday' },
  { zh: '星期二', en: 'Tuesday' },
  { zh: '星期三', en: 'Wednesday' },
  { zh: '星期四', en: 'Thursday' },
  { zh: '星期五', en: 'Friday' },
  { zh: '星期六', en: 'Saturday' },
]

const joined = (items: readonly Words[], separator: Words): Words => ({
  zh: items.map((item) => item.zh).join(separator.zh),
  en: items.map((item) => item.en).join(separator.en),
})
const COMMA = words('，', ', ')
const BLANK = sameWords(' ')

const timeWords = (layout: TimeLayout, digits: string): Words => {
  const part = new Map(
    layoutTokens(layout).map((token, i) => [token, digits.slice(2 * i, 2 * i + 2)]),
  )
  const year = part.get('YY')
  const date = [year === undefined ? undefined : `20${year}`, part.get('MM'), part.get('DD')]
  const clock = [part.get('hh'), part.get('mm'), part.get('ss')]
  const text = (pieces: readonly (string | undefined)[], separator: string) =>
    pieces.filter((piece) => piece !== undefined).join(separator)
  const weekday = part.get('WW')
  const hours = text(clock, ':')
  const nn = part.get('NN')
  const all = [
    sameWords(text(date, '-')),
    weekday === undefined ? sameWords('') : (WEEKDAYS[Number(weekday)] ?? sameWords(weekday)),
    // An hour alone must not look like a day.
    hours.length === 2 ? words(`${hours}时`, `${hours}h`) : sameWords(hours),
    sameWords(nn === undefined ? '' : `→ ${Number(nn)}`),
  ]
  return joined(
    all.filter((item) => item.en !== ''),
    BLANK,
  )
}

const bitWords = (word: number, bits: readonly Bit[]): Words => {
  const width = word > 0xff || bits.some((bit) => bit.at > 7) ? 4 : 2
  const hex = `${word.toString(16).toUpperCase().padStart(width, '0')}H`
  const raised = raisedBits(word, bits).map((bit) => {
    const state = bit.states[bitValue(word, bit)] ?? sameWords('?')
    return words(`${bit.zh}=${state.zh}`, `${bit.en}: ${state.en}`)
  })
  if (raised.length === 0) return sameWords(hex)
  const said = joined(raised, COMMA)
  return words(`${hex} ${said.zh}`, `${hex} ${said.en}`)
}

const ABSENT = words('无', 'not fitted')
const UNKNOWN_CODE = words('未知', 'unknown')

const numberWords = ({ count, decimals, unit }: Extract<Value, { kind: 'number' }>): Words => {
  const text = decimalText(count, decimals)
  const { zh, en } = UNITS[unit]
  return words(`${text} ${zh}`.trimEnd(), `${text} ${en}`.trimEnd())
}

const malformedWords = (hex: string): Words =>
  hex === '' ? words('缺失', 'missing') : words(`无法解析（${hex}）`, `unreadable (${hex})`)

export const valueWords = (value: Value | null): Words => {
  if (value === null) return ABSENT
  switch (value.kind) {
    case 'number':
      return numberWords(value)
    case 'bits':
      return bitWords(value.word, value.bits)
    case 'time':
      return timeWords(value.layout, value.digits)
    case 'text':
      return sameWords(value.text)
    case 'choice': {
      const hex = `${value.code.toString(16).toUpperCase().padStart(2, '0')}H`
      const { zh, en } = value.meaning ?? UNKNOWN_CODE
      return words(`${hex} ${zh}`, `${hex} ${en}`)
    }
    case 'raw':
      return sameWords(value.hex.toUpperCase())
    case 'record':
      return joined(
        value.items.map((item) => {
          const said = valueWords(item.value)
          return words(`${item.zh} ${said.zh}`, `${item.en} ${said.en}`)
        }),
        COMMA,
      )
    case 'list':
      return joined(value.items.map(valueWords), sameWords(' / '))
    case 'malformed':
      return malformedWords(value.hex.toUpperCase())
    default:
      return never(value)
  }
}
