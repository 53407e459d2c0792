// Figures with units 金额与电量 as every screen shows them: tabular digits, negative money red and
// with its minus sign, unknown as a dash and never as zero.

import { kwhText, kwText, priceText, yuanText } from './money-text.ts'
import styles from './ui.module.css'

type Figure = { strong?: boolean }

const Unknown = () => <span className={styles.unknown}>—</span>

/** Whole fen as yuan. The unit stands in the heading, or is asked for with `unit`. */
export const Money = ({
  fen,
  strong,
  unit,
  plus,
}: Figure & { fen: number | null; unit?: boolean; plus?: boolean }) => {
  if (fen === null) return <Unknown />
  const sign = plus && fen > 0 ? '+' : ''
  return (
    <span className={fen < 0 ? styles.negative : styles.figure} data-strong={strong}>
      {unit ? '¥ ' : ''}
      {sign}
      {yuanText(fen)}
    </span>
  )
}

export const Energy = ({ wh, strong }: Figure & { wh: number | null }) =>
  wh === null ? (
    <Unknown />
  ) : (
    <span className={styles.figure} data-strong={strong}>
      {kwhText(wh)} <small>kWh</small>
    </span>
  )

export const Power = ({ w }: { w: number | null }) =>
  w === null ? (
    <Unknown />
  ) : (
    <span className={styles.figure}>
      {kwText(w)} <small>kW</small>
    </span>
  )

export const Price = ({ e8 }: { e8: number | null }) =>
  e8 === null ? <Unknown /> : <span className={styles.figure}>{priceText(e8)}</span>
