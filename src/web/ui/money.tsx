// Figures with units 金额与电量 as every screen shows them: tabular digits, negative money red and
// with its minus sign, unknown as a dash and never as zero.

import {
  exactKwhText,
  kwhText,
  kwText,
  priceText,
  roundedPriceText,
  yuanText,
} from './money-text.ts'
import styles from './ui.module.css'

const Unknown = () => <span className={styles.unknown}>—</span>

/** Whole fen as yuan. The unit stands in the heading, or is asked for with `unit`. */
export const Money = ({
  fen,
  strong,
  unit,
}: {
  fen: number | null
  strong?: boolean
  unit?: boolean
}) => {
  if (fen === null) return <Unknown />
  return (
    <span className={fen < 0 ? styles.negative : styles.figure} data-strong={strong}>
      {unit ? '¥ ' : ''}
      {yuanText(fen)}
    </span>
  )
}

type Measured = { /** Where the heading names the unit it is left out. */ unit?: boolean }

type EnergyProps = Measured & {
  wh: number | null
  /** Every Wh, where somebody reckons with it. */
  exact?: true
}

export const Energy = ({ wh, unit = true, exact }: EnergyProps) =>
  wh === null ? (
    <Unknown />
  ) : (
    <span className={styles.figure}>
      {exact ? exactKwhText(wh) : kwhText(wh)} {unit ? <small>kWh</small> : null}
    </span>
  )

export const Power = ({ w, unit = true }: Measured & { w: number | null }) =>
  w === null ? (
    <Unknown />
  ) : (
    <span className={styles.figure}>
      {kwText(w)} {unit ? <small>kW</small> : null}
    </span>
  )

type PriceProps = {
  e8: number | null
  /** What was divided or bounded, and has no end. */
  rounded?: true
}

export const Price = ({ e8, rounded }: PriceProps) =>
  e8 === null ? (
    <Unknown />
  ) : (
    <span className={styles.figure}>{rounded ? roundedPriceText(e8) : priceText(e8)}</span>
  )
