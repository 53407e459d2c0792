// A day's prices as a band of 24 hours 时段色带: five colours, each with its word, so that greyscale
// and screen readers tell them apart.

import type { Period } from '../../../http/contract/plans.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { priceText } from '../../ui/money-text.ts'
import { DAY_MINUTES, type Piece } from './bands.ts'
import { clockOf } from './plan-draft.ts'
import styles from './plans.module.css'

/** `00:00–08:00`. */
export const spanText = (fromMinute: number, toMinute: number): string =>
  `${clockOf(fromMinute)}–${toMinute === DAY_MINUTES ? '24:00' : clockOf(toMinute)}`

export const periodName = (period: Period | null, say: Say): string =>
  say(period === null ? 'period.none' : `period.${period}`)

const wordsOf = (piece: Piece, say: Say): string =>
  [
    spanText(piece.fromMinute, piece.toMinute),
    periodName(piece.period, say),
    piece.priceE8 === null ? '' : priceText(piece.priceE8),
  ]
    .join(' ')
    .trim()

/** Narrower pieces have no room for their price. */
const PRICE_MINUTES_MIN = 120

const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24]

export const DayBand = ({ label, pieces }: { label: string; pieces: readonly Piece[] }) => {
  const { say } = useText()
  const words = pieces.map((piece) => wordsOf(piece, say)).join('; ')
  return (
    <div className={styles.band} role="img" aria-label={`${label}: ${words}`}>
      <div className={styles.pieces}>
        {pieces.map((piece) => {
          const minutes = piece.toMinute - piece.fromMinute
          return (
            <span
              key={piece.fromMinute}
              data-period={piece.period ?? 'none'}
              title={wordsOf(piece, say)}
              style={{ width: `${(minutes / DAY_MINUTES) * 100}%` }}
            >
              <b>{say(piece.period === null ? 'period.none' : `period.short.${piece.period}`)}</b>
              {minutes < PRICE_MINUTES_MIN || piece.priceE8 === null ? null : (
                <small>{priceText(piece.priceE8)}</small>
              )}
            </span>
          )
        })}
      </div>
      <div className={styles.hours} aria-hidden>
        {HOURS.map((hour) => (
          <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
            {hour}
          </span>
        ))}
      </div>
    </div>
  )
}
