// How old a figure is 数据时效: in words beside the figure; grey and with a clock once it is older
// than two rounds, because an old figure must not be taken for a live one.

import { ClockCircleOutlined } from '@ant-design/icons'
import { type Say, useText } from '../text/i18n.ts'
import { timeOf, useOfNow } from './clock.ts'
import { ageOf, timeText } from './time-text.ts'
import styles from './ui.module.css'
import { useZone } from './zone.ts'

export const ageWords = (say: Say, ageMs: number): string => {
  const { unit, n } = ageOf(ageMs)
  return say(`age.${unit}`, { n })
}

/** True where the figure is older than it may be, or has never been read. */
export const isStale = (at: string | null, nowMs: number, staleAfterMs: number): boolean => {
  const ms = timeOf(at)
  return ms === null || nowMs - ms > staleAfterMs
}

/** Whether it is by now; the caller is redrawn when it becomes so. */
export const useStale = (at: string | null, staleAfterMs: number): boolean =>
  useOfNow((nowMs) => isStale(at, nowMs, staleAfterMs))

export const Age = ({ at, staleAfterMs }: { at: string | null; staleAfterMs: number }) => {
  const { say } = useText()
  const zone = useZone()
  const ms = timeOf(at)
  const words = useOfNow((nowMs) => (ms === null ? '' : ageWords(say, nowMs - ms)))
  const stale = useStale(at, staleAfterMs)
  if (ms === null) {
    return (
      <span className={styles.stale} data-stale="true">
        <ClockCircleOutlined aria-hidden /> {say('age.never')}
      </span>
    )
  }
  return (
    <time
      className={stale ? styles.stale : styles.age}
      data-stale={stale}
      dateTime={at ?? undefined}
      title={timeText(at, zone) ?? undefined}
    >
      {stale ? <ClockCircleOutlined aria-hidden /> : null} {words}
    </time>
  )
}

/** A time in the complex's zone, or a dash. */
export const When = ({ at }: { at: string | null | undefined }) => {
  const zone = useZone()
  return <span className={styles.figure}>{timeText(at, zone) ?? '—'}</span>
}

/** The time of day alone, where the day is plain. */
export const ClockTime = ({ at }: { at: string | null }) => {
  const zone = useZone()
  const text = timeText(at, zone)
  return (
    <span className={styles.figure} title={text ?? undefined}>
      {text === null ? '—' : text.slice(11)}
    </span>
  )
}
