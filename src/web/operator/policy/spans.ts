// Hours of a day as they are typed and shown 时段: `00:00-08:00, 22:00-24:00`.

import type { DaySpan } from '../../../http/contract/policy.ts'

const HOUR = 60
const DAY_MINUTES = 1_440
const two = (n: number): string => `${n}`.padStart(2, '0')
const clock = (minute: number): string => `${two(Math.floor(minute / HOUR))}:${two(minute % HOUR)}`

export const spansText = (spans: readonly DaySpan[]): string =>
  spans.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(', ')

const SPAN = /^(\d{1,2})[:：](\d{2})\s*[-–—~～]\s*(\d{1,2})[:：](\d{2})$/

const spanOf = (text: string): DaySpan | null => {
  const [, h1, m1, h2, m2] = SPAN.exec(text.trim()) ?? []
  if (h1 === undefined) return null
  const from = Number(h1) * HOUR + Number(m1)
  const to = Number(h2) * HOUR + Number(m2)
  const sound = Number(m1) < HOUR && Number(m2) < HOUR && from < to && to <= DAY_MINUTES
  return sound ? { from, to } : null
}

/** Sorted; null where it can't be read, or hours overlap. */
export const spansOf = (text: string): DaySpan[] | null => {
  const parts = text.split(/[,，;；]/).filter((part) => part.trim() !== '')
  const spans = parts.map(spanOf)
  const sound = spans.filter((span) => span !== null).sort((a, b) => a.from - b.from)
  if (sound.length < spans.length) return null
  return sound.every(({ from }, index) => from >= (sound[index - 1]?.to ?? 0)) ? sound : null
}
