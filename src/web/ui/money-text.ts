// Money, energy and power as text 金额与电量: the only place of the web that turns whole fen, Wh
// and W into decimals. Digits are cut from the integer's own text, so nothing is ever rounded in
// floating point.

/** `-1234567` in units of 10^-3 → `-1,234.567`; exact. */
const scaled = (whole: number, decimals: number): string => {
  const digits = Math.abs(whole)
    .toString()
    .padStart(decimals + 1, '0')
  const head = digits.slice(0, -decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${whole < 0 ? '-' : ''}${head}.${digits.slice(-decimals)}`
}

/** `123456` → `1,234.56`. */
export const yuanText = (amountFen: number): string => scaled(amountFen, 2)

/** Whole Wh → kWh with two decimals, half away from zero. */
export const kwhText = (energyWh: number): string => {
  const rounded = Math.sign(energyWh) * Math.floor((Math.abs(energyWh) + 5) / 10)
  return scaled(rounded, 2)
}

/** Whole W → kW with three decimals, which is every digit there is. */
export const kwText = (powerW: number): string => scaled(powerW, 3)

/** A price in 10^-8 yuan per kWh → at least four decimals, more only where they say something. */
export const priceText = (priceE8: number): string => {
  const text = scaled(priceE8, 8)
  return text.replace(/0{1,4}$/, '')
}

/** Keeps what can still become an amount: digits, one point, two decimals, no sign. */
export const amountTyped = (text: string): string => {
  const plain = text.replace(/。/g, '.').replace(/[^\d.]/g, '')
  const [whole = '', ...rest] = plain.split('.')
  const head = whole.replace(/^0+(?=\d)/, '').slice(0, 9)
  return rest.length === 0 ? head : `${head === '' ? '0' : head}.${rest.join('').slice(0, 2)}`
}

/** As `amountTyped`, and a minus sign where it was typed anywhere. */
export const signedTyped = (text: string): string => {
  const amount = amountTyped(text)
  return /[-−－]/.test(text) ? `-${amount}` : amount
}

/** `-5` → `-0.05`, as it is typed into a field. */
export const typedYuan = (amountFen: number): string => yuanText(amountFen).replaceAll(',', '')

/** `"12.3"` → 1230; null where the text is no amount. */
export const fenOf = (text: string): number | null => {
  const m = /^(\d{1,9})(?:\.(\d{0,2}))?$/.exec(text.trim())
  if (!m) return null
  return Number(`${m[1]}${(m[2] ?? '').padEnd(2, '0')}`)
}

/** `"-12.3"` → -1230; null where the text is no amount. */
export const signedFenOf = (text: string): number | null => {
  const negative = text.trim().startsWith('-')
  const amountFen = fenOf(text.trim().slice(negative ? 1 : 0))
  return amountFen === null || amountFen === 0 || !negative ? amountFen : -amountFen
}

/** `"1234.56"` kWh, at most three decimals → whole Wh; null where the text is no reading. */
export const whOf = (text: string): number | null => {
  const m = /^(\d{1,9})(?:\.(\d{0,3}))?$/.exec(text.trim())
  return m ? Number(`${m[1]}${(m[2] ?? '').padEnd(3, '0')}`) : null
}
