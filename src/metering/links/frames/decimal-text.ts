// Numbers that gateways write as text 十进制文本: read digit by digit, never through a float, so that
// what a register shows is what is stored. What is no plain decimal is no number.

const DECIMAL = /^([+-]?)(\d{1,18})(?:\.(\d{0,18}))?$/

/** Whole Wh to the kWh, whole W to the kW. */
const THOUSANDTHS = 3
/** Whole fen to the yuan. */
const HUNDREDTHS = 2

type Decimal = { negative: boolean; units: bigint; rest: bigint }

const decimalOf = (text: string, places: number): Decimal | null => {
  const match = DECIMAL.exec(text.trim())
  if (!match) return null
  const [, sign = '', whole = '', fraction = ''] = match
  const kept = fraction.slice(0, places).padEnd(places, '0')
  const rest = BigInt(`0${fraction.slice(places)}`)
  return { negative: sign === '-', units: BigInt(`${whole}${kept}`), rest }
}

const safe = (units: bigint, negative: boolean): number | null => {
  if (units > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return negative && units !== 0n ? -Number(units) : Number(units)
}

/**
 * Whole Wh of an energy register in kWh. Digits below 1 Wh are cut, as a register does; an energy
 * below zero is refused, and null.
 */
export const energyWhOfKwh = (text: string): number | null => {
  const decimal = decimalOf(text, THOUSANDTHS)
  if (!decimal || (decimal.negative && decimal.units + decimal.rest !== 0n)) return null
  return safe(decimal.units, false)
}

/** Whole W of a power in kW, signed; digits below 1 W are cut. */
export const powerWOfKw = (text: string): number | null => {
  const decimal = decimalOf(text, THOUSANDTHS)
  return decimal && safe(decimal.units, decimal.negative)
}

/** Whole fen of an amount in yuan, signed. Money is never cut: parts of a fen are refused. */
export const fenOfYuan = (text: string): number | null => {
  const decimal = decimalOf(text, HUNDREDTHS)
  return decimal && decimal.rest === 0n ? safe(decimal.units, decimal.negative) : null
}

/** A whole number, signed; anything behind a decimal point but zeros is refused. */
export const wholeOf = (text: string): number | null => {
  const decimal = decimalOf(text, 0)
  return decimal && decimal.rest === 0n ? safe(decimal.units, decimal.negative) : null
}
