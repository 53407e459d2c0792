import { expect, test } from 'vitest'
import { ago, NOW } from '../../../test/alarm-facts.ts'
import type { MeterEventRead } from '../../metering/driver.ts'
import { type Instant, localTime } from '../../shared/clock.ts'
import { coverSeen, isSettled } from './cover-news.ts'
import type { CoverSeen } from './cover-store.ts'

const ZONE = 'Asia/Shanghai'
const [OPENED, CLOSED] = [ago(600), ago(540)]

const said = (
  count: number | null,
  opened: Instant | null = null,
  closed: Instant | null = null,
): MeterEventRead => ({
  ...{ kind: 'coverOpened', name: { zh: '', en: '' }, phase: null, count, fault: null },
  last:
    opened === null
      ? null
      : {
          ...{ at: localTime(opened, ZONE), operatorCode: null, fields: [] },
          until: closed === null ? null : localTime(closed, ZONE),
        },
})
const known = (count: number, closedAt: Instant | null, notedAt: Instant | null): CoverSeen => ({
  ...{ count, openedAt: count === 0 ? null : OPENED, closedAt, notedAt },
})

type Row = [string, CoverSeen | undefined, MeterEventRead, Partial<CoverSeen> | null]
const rows: Row[] = [
  ['the meter did not say', known(1, CLOSED, null), said(null), null],
  ['never opened', undefined, said(0), { count: 0, openedAt: null, notedAt: null }],
  ['opened and shut before the first look', undefined, said(1, OPENED, CLOSED), { notedAt: null }],
  ['open at the first look', undefined, said(1, OPENED), { closedAt: null, notedAt: NOW }],
  ['opened for the first time', known(0, null, null), said(1, OPENED, CLOSED), { notedAt: NOW }],
  ['opened once more', known(1, CLOSED, null), said(2, OPENED, CLOSED), { count: 2, notedAt: NOW }],
  ['not opened since', known(1, CLOSED, ago(9)), said(1), { closedAt: CLOSED, notedAt: ago(9) }],
  [
    'shut since',
    known(1, null, ago(9)),
    said(1, OPENED, CLOSED),
    { closedAt: CLOSED, notedAt: ago(9) },
  ],
  [
    'opened, and the record can’t be read',
    known(1, CLOSED, null),
    said(2),
    { openedAt: null, notedAt: NOW },
  ],
  ['its records were cleared', known(3, CLOSED, null), said(0), { count: 0, notedAt: null }],
  [
    'cleared, and opened since',
    known(3, CLOSED, null),
    said(1, OPENED),
    { count: 1, notedAt: NOW },
  ],
]
test.each(rows)('%s', (_name, before, read, seen) => {
  const after = coverSeen(read, { before, now: NOW, zone: ZONE })
  if (seen === null) expect(after).toBeNull()
  else expect(after).toMatchObject(seen)
})

test.each([
  [undefined, false],
  [known(0, null, null), true],
  [known(1, CLOSED, null), true],
  [known(1, null, null), false],
])('%j need not be asked for its record: %s', (seen, settled) => {
  expect(isSettled(seen)).toBe(settled)
})
