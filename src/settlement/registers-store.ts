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
/** A register and the source of its reading are one figure: more than 2⁴⁸ Wh nobody counts. */
const SOURCE_BITS = 15
/** What few readings have beside it: a flag that tells of the register, other registers. */
const TELLING = ROLLOVER | FRESH_START
const HAS_REVERSE = 0x10000
const HAS_TARIFFS = 0x20000

const NEAR = 'b.complex_id = $1 and b.meter_id = c.meter_id'

// What may be billed is what the view `billable_reading` says; decisions are few, and are looked up
// only for meters that have some in this time. Each stream is in the order of the first; the last
// one has few of its readings.
const REGISTERS = `
  select c.nth::integer, r.*
  from unnest((select $2::integer[]), $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
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
    select string_agg(timestamptz_send(b.at), '') as times,
      string_agg(int8send((b.energy_wh << ${SOURCE_BITS}) | b.source), '') as figures,
      string_agg(timestamptz_send(b.at) || int4send(b.source) || int4send((b.flags & ${TELLING})
          | (case when b.reverse_wh is null then 0 else ${HAS_REVERSE} end)
          | (case when b.tariffs_wh is null then 0 else ${HAS_TARIFFS} end))
        || case when b.flags & ${ROLLOVER} = 0 then '' else int8send(coalesce((
          select o.modulus_wh from register_rollover o where o.complex_id = $1
            and o.meter_id = b.meter_id and o.at = b.at and o.source = b.source limit 1), 0)) end
        || coalesce(int8send(b.reverse_wh), '') || coalesce(array_send(b.tariffs_wh), ''), '')
        filter (where b.flags & ${TELLING} <> 0 or b.reverse_wh is not null
          or b.tariffs_wh is not null) as beside
    from reading b
    where ${NEAR} and b.at >= e.first and b.at <= e.last and b.energy_wh is not null
      and case when not d.decided then b.flags & ${BLOCKING_FLAGS} = 0
        else coalesce((
          select x.verdict = 'accepted' from reading_decision x where x.complex_id = $1
            and x.meter_id = b.meter_id and x.at = b.at and x.source = b.source
          order by x.decided_at desc, x.decision_id desc limit 1),
          b.flags & ${BLOCKING_FLAGS} = 0) end
  ) r
  where r.times is not null`

/** The registers of a window as they were sent. */
export type Packed = { times: Buffer; figures: Buffer; beside: Buffer | null }

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

const time = (stream: Stream): Instant => instant(EPOCH_2000_MS + Math.round(int8(stream) / 1_000))

type Beside = Pick<Register, 'reverseWh' | 'tariffsWh' | 'freshStart' | 'modulusWh'>
const NOTHING: Beside = { reverseWh: null, tariffsWh: null, freshStart: false, modulusWh: null }

/** What is sent beside a reading, where the next of the stream is of it. */
const besideOf = (stream: Stream, at: Instant, source: number): Beside => {
  if (stream.at >= stream.bytes.length) return NOTHING
  const begin = stream.at
  if (time(stream) !== at || int4(stream) !== source) {
    stream.at = begin
    return NOTHING
  }
  const marks = int4(stream)
  return {
    modulusWh: marks & ROLLOVER ? int8(stream) || null : null,
    reverseWh: marks & HAS_REVERSE ? int8(stream) : null,
    tariffsWh: marks & HAS_TARIFFS ? int8s(stream) : null,
    freshStart: (marks & FRESH_START) !== 0,
  }
}

/** By time; of one moment the reading with period registers tells more, then the first source. */
const inOrder = (a: Register, b: Register): number =>
  a.at - b.at ||
  Number(a.tariffsWh === null) - Number(b.tariffsWh === null) ||
  (a.source ?? 0) - (b.source ?? 0)

const NONE = Buffer.alloc(0)

export const unpacked = (packed: Packed): Register[] => {
  const times = { bytes: packed.times, at: 0 }
  const figures = { bytes: packed.figures, at: 0 }
  const beside = { bytes: packed.beside ?? NONE, at: 0 }
  const out: Register[] = []
  let sorted = true
  while (times.at < times.bytes.length) {
    const at = time(times)
    const high = int4(figures)
    const low = int4(figures) >>> 0
    const source = low & ((1 << SOURCE_BITS) - 1)
    const energyWh = high * 2 ** (32 - SOURCE_BITS) + (low >>> SOURCE_BITS)
    const { reverseWh, tariffsWh, freshStart, modulusWh } = besideOf(beside, at, source)
    const register = { at, source, energyWh, reverseWh, tariffsWh, freshStart, modulusWh }
    const last = out.at(-1)
    if (last && last.at >= at && inOrder(last, register) > 0) sorted = false
    out.push(register)
  }
  return sorted ? out : out.sort(inOrder)
}

/** In the order of the windows; nothing where nothing was read. */
export const packedRegisters = async (
  tx: Tx,
  complex: ComplexId,
  windows: readonly Window[],
): Promise<(Packed | undefined)[]> => {
  const out: (Packed | undefined)[] = windows.map(() => undefined)
  if (windows.length === 0) return out
  const rows = await tx.query<Packed & { nth: number }>(
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
  for (const { nth, ...packed } of rows) out[nth - 1] = packed
  return out
}
