// Amounts in Chinese capitals 人民币大写, as the central bank's rules for bills write them: 整 after
// whole yuan or jiao, one 零 for a gap, 负 for money paid back.

import { type Fen, yuanParts } from './money.ts'

const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const PLACES = ['', '拾', '佰', '仟']
const GROUPS = ['', '万', '亿', '万亿']

const digit = (n: number): string => DIGITS.charAt(n)

/** Four digits; `gap` asks for a leading 零 when higher groups exist. */
const group = (value: number, gap: boolean): string => {
  let text = ''
  let zero = gap && value < 1000
  for (let place = 3; place >= 0; place--) {
    const d = Math.floor(value / 10 ** place) % 10
    if (d === 0) {
      zero = zero || text !== ''
      continue
    }
    text += (zero ? '零' : '') + digit(d) + PLACES[place]
    zero = false
  }
  return text
}

const wholeYuan = (yuan: number): string => {
  let text = ''
  let gap = false
  for (let g = GROUPS.length - 1; g >= 0; g--) {
    const value = Math.floor(yuan / 10_000 ** g) % 10_000
    if (value === 0) {
      gap = text !== ''
      continue
    }
    text += group(value, text !== '' && (gap || value < 1000)) + GROUPS[g]
    gap = false
  }
  return text
}

/** `140950` → `人民币壹仟肆佰零玖元伍角整`. */
export const capitals = (amount: Fen): string => {
  if (amount === 0) return '人民币零元整'
  const { yuan, jiao, fenDigit } = yuanParts(amount)
  const whole = yuan === 0 ? '' : `${wholeYuan(yuan)}元`
  const gap = whole !== '' && jiao + fenDigit > 0 && (jiao === 0 || yuan % 10 === 0) ? '零' : ''
  const parts = (jiao ? `${digit(jiao)}角` : '') + (fenDigit ? `${digit(fenDigit)}分` : '整')
  return `人民币${amount < 0 ? '负' : ''}${whole}${gap}${parts}`
}
