// Month partitions of `reading` 月分区: kept ready from thirteen months back (the oldest freeze that a
// meter may still keep) to thirteen ahead, so that no reading ever finds no place. Creating them
// needs the owner of the tables, not the application.

import type { Clock } from '../../ports/clock.ts'
import type { Instant } from '../../shared/clock.ts'
import { localTime } from '../../shared/clock.ts'

/** One statement or several under the owner's rights, in one transaction. */
export type OwnerQuery = (sql: string) => Promise<readonly { name: string }[]>

const MONTHS_BACK = 13
const MONTHS_AHEAD = 13
const DAY_MS = 24 * 3_600_000
const RETRY_MS = 60_000
const LOCK_WAIT = '10s'
/** What is new since the last vacuum is read from the table and not from the index alone. */
const VACUUM_AFTER = 0.01
/** Two centres that start together must not both create a month. */
const LOCK_KEY = 645_200_701

type Month = { year: number; month: number }

const plusMonths = ({ year, month }: Month, months: number): Month => {
  const index = year * 12 + (month - 1) + months
  return { year: Math.floor(index / 12), month: (index % 12) + 1 }
}
const twoDigits = (n: number): string => n.toString().padStart(2, '0')
const firstDay = ({ year, month }: Month): string => `${year}-${twoDigits(month)}-01 00:00:00+00`

export const partitionName = ({ year, month }: Month): string =>
  `reading_${year}_${twoDigits(month)}`

/** The months that must have a partition at `now`; months are those of UTC. */
export const monthsNeeded = (now: Instant): Month[] => {
  const here = localTime(now, 'UTC')
  return Array.from({ length: MONTHS_BACK + 1 + MONTHS_AHEAD }, (_, i) =>
    plusMonths(here, i - MONTHS_BACK),
  )
}

const EXISTING = `
  select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.reading'::regclass`

/** Creates what is missing; returns the names of the new partitions. */
export const ensurePartitions = async (owner: OwnerQuery, now: Instant): Promise<string[]> => {
  const existing = new Set((await owner(EXISTING)).map(({ name }) => name))
  const missing = monthsNeeded(now).filter((month) => !existing.has(partitionName(month)))
  if (missing.length === 0) return []
  const creations = missing.map(
    (month) =>
      `create table if not exists ${partitionName(month)} partition of reading
       for values from ('${firstDay(month)}') to ('${firstDay(plusMonths(month, 1))}')
       with (autovacuum_vacuum_insert_scale_factor = ${VACUUM_AFTER})`,
  )
  await owner(
    [
      `select pg_advisory_xact_lock(${LOCK_KEY})`,
      `set local lock_timeout = '${LOCK_WAIT}'`,
      ...creations,
    ].join(';\n'),
  )
  return missing.map(partitionName)
}

export type PartitionKeeper = { stop(): Promise<void> }

/** Ensures the partitions now (throws when that fails) and then once a day. */
export const startPartitionKeeper = async (deps: {
  clock: Clock
  owner: OwnerQuery
  onFault(error: unknown): void
}): Promise<PartitionKeeper> => {
  const { clock, owner, onFault } = deps
  const stopping = new AbortController()
  await ensurePartitions(owner, clock.now())
  const daily = async () => {
    let waitMs = DAY_MS
    while (!stopping.signal.aborted) {
      await clock.sleep(waitMs, stopping.signal)
      if (stopping.signal.aborted) return
      waitMs = await ensurePartitions(owner, clock.now()).then(
        () => DAY_MS,
        (error: unknown) => {
          onFault(error)
          return RETRY_MS
        },
      )
    }
  }
  const ended = daily()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}
