// Half-hours of many meters in the table of readings 半小时读数: as collectors write them, by time, all
// meters of one moment beside each other.

import { withClient } from '../../src/adapters/one-client.ts'
import { type Day, dayAfter, dayBegins, sqlTime } from '../../src/shared/clock.ts'

export const ZONE = 'Asia/Shanghai'
const HALF_HOUR_MS = 30 * 60_000

export type PriceTime = {
  meters: number
  /** The meters were hung, and read since, on this day. */
  since: Day
  /** The day up to whose end the month is charged. */
  lastDay: Day
}

export const halfHours = ({ since, lastDay }: Pick<PriceTime, 'since' | 'lastDay'>): number =>
  (dayBegins(dayAfter(lastDay), ZONE, 0) - dayBegins(since, ZONE, 0)) / HALF_HOUR_MS

/** Half-hours `first` to `last`, counted from the day on which the meters were hung. */
export const insertOf = ({ meters, since }: PriceTime, first: number, last: number): string => {
  const at = `timestamptz '${sqlTime(dayBegins(since, ZONE, 0))}' + h * interval '30 minutes'`
  return `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
    select 1, n, h.at, 7, h.at, h.h * (300 + n % 700)
    from (select h, ${at} as at from generate_series(${first}, ${last}) h) h,
      generate_series(1, ${meters}) n`
}

type Index = { name: string; constraint: string | null; rule: string | null; text: string }

const INDEXES = `
  select i.indexrelid::regclass::text as name, c.conname as constraint,
    pg_get_constraintdef(c.oid) as rule,
    replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as text
  from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
  where i.indrelid = 'reading'::regclass`

const dropping = ({ name, constraint }: Index): string =>
  constraint === null ? `drop index ${name}` : `alter table reading drop constraint ${constraint}`

const making = ({ constraint, rule, text }: Index): string =>
  constraint === null ? text : `alter table reading add constraint ${constraint} ${rule}`

// Each moment of many meters changes a page of an index for every meter: of many months that takes
// hours. The indexes are made when all rows are there, as after a move to another server.
const fillLong = async (ownerUrl: string, time: PriceTime, count: number): Promise<void> => {
  const indexes = await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<Index>(INDEXES)
    for (const index of rows) await client.query(dropping(index))
    return rows
  })
  const middle = Math.floor(count / 2)
  const halves: [number, number][] = [
    [1, middle],
    [middle + 1, count],
  ]
  await Promise.all(
    halves.map(([first, last]) =>
      withClient(ownerUrl, (client) => client.query(insertOf(time, first, last))),
    ),
  )
  await withClient(ownerUrl, async (client) => {
    await client.query("set maintenance_work_mem = '1GB'")
    for (const index of indexes) await client.query(making(index))
  })
}

const LONG = 5_000

export const fillReadings = async (ownerUrl: string, time: PriceTime): Promise<void> => {
  const count = halfHours(time)
  if (count > LONG) await fillLong(ownerUrl, time, count)
  else await withClient(ownerUrl, (client) => client.query(insertOf(time, 1, count)))
}
