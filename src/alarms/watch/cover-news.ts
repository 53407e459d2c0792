// What an answer about a cover tells 开盖判读, PURE: a count that has moved is an opening, and so is a
// cover that stands open at the first look. What was before it is no news.

import type { MeterEventRead } from '../../metering/driver.ts'
import { type Instant, instantOfLocal } from '../../shared/clock.ts'
import type { CoverAnswer, CoverSeen } from './cover-store.ts'

export const COVERS = {
  coverOpened: 'meter',
  terminalCoverOpened: 'terminal',
} as const satisfies Record<string, CoverAnswer['cover']>

export type CoverKind = keyof typeof COVERS
export const isCoverKind = (kind: string): kind is CoverKind => kind in COVERS

/** An opening whose end is not known may have ended: its record is asked for again. */
export const isSettled = (seen: CoverSeen | undefined): seen is CoverSeen =>
  seen !== undefined && (seen.count === 0 || seen.closedAt !== null)

type Look = { before: CoverSeen | undefined; now: Instant; zone: string }

const recordOf = ({ last }: MeterEventRead, zone: string) => ({
  openedAt: last === null ? null : instantOfLocal(last.at, zone),
  closedAt: last === null || last.until === null ? null : instantOfLocal(last.until, zone),
})

/** Null where the meter did not say how often. */
export const coverSeen = (read: MeterEventRead, { before, now, zone }: Look): CoverSeen | null => {
  const { count, last } = read
  if (count === null) return null
  const stands = before !== undefined && before.count === count
  // Asked for no record, or given none: what was known of the same opening stands.
  const record = last === null && stands ? before : recordOf(read, zone)
  const { openedAt, closedAt } = record
  const isOpen = openedAt !== null && closedAt === null
  const isNews = before === undefined ? isOpen : !stands && count > 0
  return { count, openedAt, closedAt, notedAt: isNews ? now : (before?.notedAt ?? null) }
}
