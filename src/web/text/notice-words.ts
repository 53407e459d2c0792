// The words of price notices 电价通知用语, in both languages: how they call the periods, and how they
// write times. What is read from them is in the plan editor.

import type { Period } from '../../http/contract/plans.ts'

// Longer words stand before those that they begin with.
export const WORDS: readonly (readonly [Period, RegExp])[] = [
  ['deepValley', /^(深谷(时段|段)?|deep[ -]?valley)/i],
  ['sharp', /^(尖峰?(时段|段)?|sharp|critical)/i],
  ['peak', /^(高?峰(时段|段)?|on-?peak|peak)/i],
  ['flat', /^(平(时段|段)?|flat|shoulder)/i],
  ['valley', /^(低?谷(时段|段)?|valley|off-?peak)/i],
]
const TIME = String.raw`(\d{1,2})(?:[:.](\d{2}))?`
export const SPAN = new RegExp(
  String.raw`^${TIME}\s*[-–—~～至到]+\s*(?:次日|翌日|第二天)?\s*${TIME}`,
)
export const MOMENT = new RegExp(`^${TIME}`)
export const BETWEEN = /^([\s,，、;；:。()（）]|hours?|时段)+/i

/** `8点30分`, `8时`, `8：30` → `8:30`, `8:00`, `8:30`. */
export const plainTimes = (text: string): string =>
  text
    .replace(/：/g, ':')
    .replace(/(\d)\s*[点时](?!段)\s*(\d{1,2})分?/g, '$1:$2')
    .replace(/(\d)\s*[点时](?!段)/g, '$1:00')
