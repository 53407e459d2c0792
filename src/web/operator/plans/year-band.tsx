// Seasons as bands over a year 季节色带; what no season covers stays hatched.

import { useText } from '../../text/i18n.ts'
import { monthStarts, type Range, YEAR_DAYS, yearParts } from './bands.ts'
import styles from './plans.module.css'

type YearSeason = { name: string; nameEn?: string; ranges: readonly Range[] }

const percent = (days: number): string => `${(days / YEAR_DAYS) * 100}%`

export const YearBand = ({ seasons }: { seasons: readonly YearSeason[] }) => {
  const { say, language } = useText()
  const nameOf = (index: number): string => {
    const season = seasons[index]
    return (language === 'en' && season?.nameEn) || season?.name || String(index + 1)
  }
  const words = seasons
    .map(
      ({ ranges }, index) => `${nameOf(index)} ${ranges.map((r) => `${r.from}–${r.to}`).join(' ')}`,
    )
    .join('; ')
  return (
    <div className={styles.band} role="img" aria-label={`${say('plan.year')}: ${words}`}>
      <div className={styles.year}>
        {yearParts(seasons).map(({ season, fromDay, toDay }) => (
          <span
            key={`${season}/${fromDay}`}
            translate="no"
            data-season={season % 4}
            title={nameOf(season)}
            style={{ left: percent(fromDay), width: percent(toDay - fromDay) }}
          >
            {nameOf(season)}
          </span>
        ))}
      </div>
      <div className={styles.hours} aria-hidden>
        {monthStarts.map((start, month) => (
          <span key={start} style={{ left: percent(start), transform: 'none' }}>
            {month + 1}
          </span>
        ))}
      </div>
    </div>
  )
}
