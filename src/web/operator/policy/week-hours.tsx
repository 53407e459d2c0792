// Hours of the week 一周时段: a picture of each day, and the same hours as they are typed.

import { Button, Input } from 'antd'
import type { ReactNode } from 'react'
import { type TextKey, useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { spansOf } from './spans.ts'
import styles from './week.module.css'

const DAY_MINUTES = 1_440
const HOURS_SHOWN = [360, 720, 1_080]
/** Sunday first, as the server counts; shown from Monday on. */
const SHOWN = [1, 2, 3, 4, 5, 6, 0]

const DAYS: readonly TextKey[] = [
  'hours.day.0',
  'hours.day.1',
  'hours.day.2',
  'hours.day.3',
  'hours.day.4',
  'hours.day.5',
  'hours.day.6',
]

const DayBar = ({ text, label }: { text: string; label: string }) => (
  <svg
    className={styles.bar}
    viewBox={`0 0 ${DAY_MINUTES} 18`}
    preserveAspectRatio="none"
    role="img"
    aria-label={`${label} ${text}`}
  >
    <rect className={styles.day} width={DAY_MINUTES} height="18" />
    {(spansOf(text) ?? []).map(({ from, to }) => (
      <rect key={from} className={styles.span} x={from} width={to - from} height="18" />
    ))}
    {HOURS_SHOWN.map((at) => (
      <line key={at} className={styles.hour} x1={at} x2={at} y1="0" y2="18" />
    ))}
  </svg>
)

type RowProps = {
  label: string
  text: string
  disabled: boolean
  onText: (text: string) => void
}

export const DayHours = ({ label, text, disabled, onText }: RowProps) => {
  const { say } = useText()
  const isWrong = spansOf(text) === null
  return (
    <>
      <span>{label}</span>
      <DayBar text={text} label={label} />
      <span>
        <Input
          aria-label={label}
          value={text}
          disabled={disabled}
          status={isWrong ? 'error' : ''}
          placeholder="00:00-08:00, 22:00-24:00"
          onChange={({ target }) => onText(target.value)}
        />
        {isWrong ? <small className={styles.wrong}>{say('hours.wrong')}</small> : null}
      </span>
    </>
  )
}

type WeekProps = {
  /** Seven texts, Sunday first. */
  week: readonly string[]
  disabled?: boolean
  onWeek: (week: string[]) => void
  /** One more row, e.g. of holidays. */
  more?: ReactNode
}

export const WeekHours = ({ week, disabled = false, onWeek, more }: WeekProps) => {
  const { say } = useText()
  return (
    <div className={layout.stack}>
      <div className={styles.week}>
        {SHOWN.map((of) => (
          <DayHours
            key={of}
            label={say(DAYS[of] ?? 'hours.day.0')}
            text={week[of] ?? ''}
            disabled={disabled}
            onText={(text) => onWeek(week.map((one, index) => (index === of ? text : one)))}
          />
        ))}
        {more}
      </div>
      {disabled ? null : (
        <div className={layout.line}>
          <Button size="small" onClick={() => onWeek(week.map(() => week[1] ?? ''))}>
            {say('hours.asMonday')}
          </Button>
          <small>{say('hours.hint')}</small>
        </div>
      )}
    </div>
  )
}
