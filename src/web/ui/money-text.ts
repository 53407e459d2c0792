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

/** Whole Wh → kWh with three decimals, for figures that are multiplied on paper. */
export const exactKwhText = (energyWh: number): string => scaled(energyWh, 3)

/** Thousandths → `5,456` or `5,456.5`: zeros that say nothing are left out. */
export const thousandthsText = (thousandths: number): string =>
  scaled(thousandths, 3).replace(/\.?0+$/, '')

/** Whole W → kW with three decimals, which is every digit there is. */
export const kwText = (powerW: number): string => scaled(powerW, 3)

/** A price in 10^-8 yuan per kWh → at least four decimals, more only where they say something. */
export const priceText = (priceE8: number): string => {
  const text = scaled(priceE8, 8)
  return text.replace(/0{1,4}$/, '')
}

/** The same of what was divided: four decimals, half away from zero. */
export const roundedPriceText = (priceE8: number): string =>
  scaled(Math.sign(priceE8) * Math.floor((Math.abs(priceE8) + 5_000) / 10_000), 4)

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

/** `"12.3"` in units of 10^-2 → 1230; null where it is no figure or has more decimals. */
const wholeOf = (text: string, decimals: number): number | null => {
  const m = /^(\d{1,9})(?:\.(\d*))?$/.exec(text.trim())
  const part = m?.[2] ?? ''
  if (!m || part.length > decimals) return null
  const whole = Number(`${m[1]}${part.padEnd(decimals, '0')}`)
  return Number.isSafeInteger(whole) ? whole : null
}

const signedOf = (text: string, decimals: number): number | null => {
  const negative = text.trim().startsWith('-')
  const whole = wholeOf(text.trim().slice(negative ? 1 : 0), decimals)
  return whole === null || whole === 0 || !negative ? whole : -whole
}

/** Without zeros that say nothing, as it is typed into a field. */
const typed = (whole: number, decimals: number): string =>
  scaled(whole, decimals)
    .replaceAll(',', '')
    .replace(/\.?0+$/, '')

/** `"12.3"` → 1230; null where the text is no amount. */
export const fenOf = (text: string): number | null => wholeOf(text, 2)

/** `"-12.3"` → -1230; null where the text is no amount. */
export const signedFenOf = (text: string): number | null => signedOf(text, 2)

/** `"1234.56"` kWh, at most three decimals → whole Wh; null where the text is no reading. */
export const whOf = (text: string): number | null => wholeOf(text, 3)
export const typedKwh = (energyWh: number): string => typed(energyWh, 3)

/** `"0.52"` or `"-0.05"` yuan, at most eight decimals → 10^-8 yuan; null where it is no price. */
export const e8Of = (text: string): number | null => signedOf(text, 8)
export const typedPrice = (priceE8: number): string => typed(priceE8, 8)

/** `"3.5"` percent → 35000 millionths; null where the text is no share. */
export const e6Of = (text: string): number | null => wholeOf(text, 4)
export const typedPercent = (shareE6: number): string => typed(shareE6, 4)
