// A year day by day 年历: twelve months, each day by what it is for prices. A click takes a day into
// the form beside it, which the keyboard reaches as well.

import type { DayType } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import styles from './calendar.module.css'
import { plainType, weeksOf } from './calendar-days.ts'

export type MarkedDay = { type: DayType; name: string }

type YearGridProps = {
  year: number
  marked: ReadonlyMap<string, MarkedDay>
  chosen: string
  onChoose: (day: string) => void
}

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const

const DayCell = ({
  day,
  marked,
  chosen,
  onChoose,
}: Omit<YearGridProps, 'year'> & { day: string }) => {
  const { say } = useText()
  const mark = marked.get(day)
  const type = mark?.type ?? plainType(day)
  const date = Number(day.slice(8))
  const words = [day, say(`dayType.${type}`), mark?.name ?? ''].join(' ').trim()
  return (
    <button
      type="button"
      // 366 stops of the Tab key would bar the way; the form names any day.
      tabIndex={-1}
      translate="no"
      data-type={type}
      data-marked={mark !== undefined}
      aria-pressed={day === chosen}
      // Begins with what is seen, for those who speak to the screen.
      aria-label={`${date} ${words}`}
      title={words}
      onClick={() => onChoose(day)}
    >
      {date}
    </button>
  )
}

export const YearGrid = ({ year, ...rest }: YearGridProps) => {
  const { say } = useText()
  return (
    <div className={styles.year}>
      {MONTHS.map((month) => (
        <table key={month} className={styles.month}>
          <caption>{say('calendar.month', { n: month })}</caption>
          <thead>
            <tr>
              {WEEKDAYS.map((weekday) => (
                <th key={weekday} scope="col">
                  {say(`weekday.${weekday}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeksOf(year, month).map((week, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: weeks of a month stay in their order.
              <tr key={row}>
                {week.map((day, weekday) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                  <td key={weekday}>{day === null ? null : <DayCell day={day} {...rest} />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  )
}
