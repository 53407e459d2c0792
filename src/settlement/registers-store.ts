// The registers that a month is counted from 计费示数: of each meter from the last reading before a
// span to the first one after it. A month of half-hours is one row of packed figures, read from the
// index `reading_energy` alone.

import { BLOCKING_FLAGS, READING_FLAGS } from '../metering/readings/reading-flags.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, sqlTime } from '../shared/clock.ts'
import type { ComplexId, MeterId } from '../shared/ids.ts'
import type { Register } from './counted.ts'

/** Registers between `from` and `to` are wanted; around them nothing before `low`, after `high`. */
export type Window = { meterId: MeterId; low: Instant; high: Instant; from: Instant; to: Instant }

/** Readings further away from a boundary say nothing about it. */
const NEAR_DAYS = 70
const ROLLOVER = READING_FLAGS.rollover.bit
const FRESH_START = READING_FLAGS.backwards.bit
/** Marks of a reading: its flags, whether it has more registers, and above them its source. */
const FLAGS = 0xfff
const HAS_REVERSE = 0x1000
const HAS_TARIFFS = 0x2000
const SOURCE_SHIFT = 16

const NEAR = 'b.complex_id = $1 and b.meter_id = c.meter_id'

// What may be billed is what the view `billable_reading` says; decisions are few, and are looked up
// only for meters that have some in this time. Each stream is in the order of the first.
const REGISTERS = `
  select c.nth::integer, r.*
  from unnest($2::integer[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
    $6::timestamptz[]) with ordinality as c(meter_id, low, high, from_at, to_at, nth)
  cross join lateral (
    select coalesce((select b.at from billable_reading b where ${NEAR} and b.at <= c.from_at
        and b.at >= c.low and b.at > c.from_at - interval '${NEAR_DAYS} days'
        order by b.at desc limit 1), greatest(c.low, c.from_at)) as first,
      coalesce((select b.at from billable_reading b where ${NEAR} and b.at >= c.to_at
        and b.at <= c.high and b.at < c.to_at + interval '${NEAR_DAYS} days'
        order by b.at limit 1), least(c.high, c.to_at)) as last
    offset 0
  ) e
  cross join lateral (
    select exists (select from reading_decision x where x.complex_id = $1
      and x.meter_id = c.meter_id and x.at >= e.first and x.at <= e.last) as decided
    offset 0
  ) d
  cross join lateral (
    select string_agg(timestamptz_send(b.at) || int8send(b.energy_wh) || int4send(
        (b.flags & ${FLAGS}) | (case when b.reverse_wh is null then 0 else ${HAS_REVERSE} end)
        | (case when b.tariffs_wh is null then 0 else ${HAS_TARIFFS} end)
        | (b.source::integer << ${SOURCE_SHIFT})), '') as heads,
      string_agg(int8send(b.reverse_wh), '') as reverse,
      string_agg(array_send(b.tariffs_wh), '') as tariffs,
      string_agg(int8send(case when b.flags & ${ROLLOVER} <> 0 then coalesce((
        select o.modulus_wh from register_rollover o where o.complex_id = $1
          and o.meter_id = b.meter_id and o.at = b.at and o.source = b.source limit 1), 0)
        end), '') as moduli
    from reading b
    where ${NEAR} and b.at >= e.first and b.at <= e.last and b.energy_wh is not null
      and case when not d.decided then b.flags & ${BLOCKING_FLAGS} = 0
        else coalesce((
          select x.verdict = 'accepted' from reading_decision x where x.complex_id = $1
            and x.meter_id = b.meter_id and x.at = b.at and x.source = b.source
          order by x.decided_at desc, x.decision_id desc limit 1),
          b.flags & ${BLOCKING_FLAGS} = 0) end
  ) r
  where r.heads is not null`

type Row = {
  nth: number
  heads: Buffer
  reverse: Buffer | null
  tariffs: Buffer | null
  moduli: Buffer | null
}

/** Figures in the order in which PostgreSQL sends them: big end first. */
type Stream = { bytes: Buffer; at: number }

const HIGH = 2 ** 32
const EPOCH_2000_MS = Date.UTC(2000, 0, 1)

const int4 = (stream: Stream): number => {
  const value = stream.bytes.readInt32BE(stream.at)
  stream.at += 4
  return value
}

const int8 = (stream: Stream): number => {
  const high = stream.bytes.readInt32BE(stream.at)
  const low = stream.bytes.readUInt32BE(stream.at + 4)
  stream.at += 8
  return high * HIGH + low
}

/** A one-dimensional array of int8, as `array_send` packs it. */
const int8s = (stream: Stream): (number | null)[] => {
  const dimensions = int4(stream)
  // Whether there are nulls, and of which type they are.
  stream.at += 8
  if (dimensions === 0) return []
  const length = int4(stream)
  stream.at += 4
  return Array.from({ length }, () => (int4(stream) < 0 ? null : int8(stream)))
}

const streamOf = (bytes: Buffer | null): Stream => ({ bytes: bytes ?? Buffer.alloc(0), at: 0 })

/** By time; of one moment the reading with period registers tells more, then the first source. */
const inOrder = (a: Register, b: Register): number =>
  a.at - b.at ||
  Number(a.tariffsWh === null) - Number(b.tariffsWh === null) ||
  (a.source ?? 0) - (b.source ?? 0)

const unpacked = (row: Row): Register[] => {
  const heads = streamOf(row.heads)
  const [reverse, tariffs, moduli] = [row.reverse, row.tariffs, row.moduli].map(streamOf)
  const out: Register[] = []
  let sorted = true
  while (heads.at < heads.bytes.length) {
    const at = instant(EPOCH_2000_MS + Math.round(int8(heads) / 1_000))
    const energyWh = int8(heads)
    const marks = int4(heads)
    const register: Register = {
      at,
      source: marks >> SOURCE_SHIFT,
      energyWh,
      reverseWh: reverse && marks & HAS_REVERSE ? int8(reverse) : null,
      tariffsWh: tariffs && marks & HAS_TARIFFS ? int8s(tariffs) : null,
      freshStart: (marks & FRESH_START) !== 0,
      modulusWh: moduli && marks & ROLLOVER ? int8(moduli) || null : null,
    }
    const last = out.at(-1)
    if (last && inOrder(last, register) > 0) sorted = false
    out.push(register)
  }
  return sorted ? out : out.sort(inOrder)
}

/** In the order of the windows; empty where nothing was read. */
export const registersOf = async (
  tx: Tx,
  complex: ComplexId,
  windows: readonly Window[],
): Promise<Register[][]> => {
  const out: Register[][] = windows.map(() => [])
  if (windows.length === 0) return out
  const rows = await tx.query<Row>(
    REGISTERS,
    [
      complex,
      windows.map(({ meterId }) => meterId),
      windows.map(({ low }) => (low === 0 ? '-infinity' : sqlTime(low))),
      windows.map(({ high }) => sqlTime(high)),
      windows.map(({ from }) => sqlTime(from)),
      windows.map(({ to }) => sqlTime(to)),
    ],
    'kept',
  )
  for (const row of rows) out[row.nth - 1] = unpacked(row)
  return out
}
