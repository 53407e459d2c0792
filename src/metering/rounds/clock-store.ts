// The rows behind the clock keeper 校时记录: clocks that are off, what was done about them, and
// whether a moment is bad because money or a relay order is on its way.

import type { Tx } from '../../ports/database.ts'
import { type Instant, sqlTime } from '../../shared/clock.ts'
import type { BusId, ComplexId, MeterId, Uuid } from '../../shared/ids.ts'
import type { FaultReason } from '../driver.ts'

export type ClockRow = {
  meterId: MeterId
  busId: BusId
  model: string
  offsetMs: number
  measuredAt: Instant
  /** Of complex, gateway and meter, laid over each other. */
  settings: unknown
  zone: string
  lastBroadcastAt: Instant | null
  lastWriteAt: Instant | null
  lastWriteLost: boolean
  busy: boolean
  busBusy: boolean
}

// A relay order carries its deadline in the meter's own time, and a purchase may read the clock.
const busyMeter = (meter: string): string => `(
  exists (select from purchase u where u.complex_id = $1 and u.meter_id = ${meter}
    and u.state = 'ARMED')
  or exists (select from command k where k.complex_id = $1 and k.meter_id = ${meter}
    and k.kind = 'setMode' and k.state in ('queued', 'sent', 'acknowledged')))`

/** Money or a relay order is on its way to this meter. */
export const isBusyForClock = async (
  tx: Tx,
  complex: ComplexId,
  meter: MeterId,
): Promise<boolean> => {
  const rows = await tx.query<{ busy: boolean }>(`select ${busyMeter('$2::integer')} as busy`, [
    complex,
    meter,
  ])
  return rows[0]?.busy ?? false
}

const LINE_FAULTS: readonly FaultReason[] = ['timeout', 'bad-reply', 'gateway-offline']
const LOST_LATELY_MOST = 3

// The line swallowed the newest one.
// A meter that never answers a write is left in peace after three.
const WRITE_LOST = `(
  select coalesce((array_agg(k.outcome order by k.at desc))[1] = any ($4), false)
    and count(*) filter (where k.outcome = any ($4)) < ${LOST_LATELY_MOST}
  from clock_correction k where k.complex_id = $1 and k.meter_id = l.meter_id
    and k.at > $5::timestamptz - interval '6 hours')`

const CLOCKS = `
  select l.meter_id as "meterId", d.bus_id as "busId", d.model, l.clock_offset_ms as "offsetMs",
    l.clock_at as "measuredAt", c.settings || g.settings || m.settings as settings, c.zone,
    (select max(k.at) from clock_correction k where k.complex_id = $1 and k.bus_id = d.bus_id
      and k.kind = 'broadcast') as "lastBroadcastAt",
    (select max(k.at) from clock_correction k where k.complex_id = $1
      and k.meter_id = l.meter_id) as "lastWriteAt",
    ${WRITE_LOST} as "lastWriteLost",
    ${busyMeter('l.meter_id')} as busy,
    exists (select from device dd join meter mm on mm.complex_id = dd.complex_id
        and mm.device_id = dd.device_id
      where dd.complex_id = $1 and dd.bus_id = d.bus_id
        and ${busyMeter('mm.meter_id')}) as "busBusy"
  from latest l
  join meter m on m.complex_id = l.complex_id and m.meter_id = l.meter_id
  join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
  join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
  join gateway g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id
  join complex c on c.complex_id = l.complex_id
  where l.complex_id = $1 and l.clock_at is not null and abs(l.clock_offset_ms) > $2
    and l.silent_since is null
    and ($3::integer[] is null or l.meter_id = any ($3))
  order by d.bus_id, l.meter_id`

/** Clocks of answering meters that are further off than `leastMs`; all, or of those named. */
export const clocksOff = (
  tx: Tx,
  complex: ComplexId,
  leastMs: number,
  meters: readonly MeterId[] | null = null,
): Promise<ClockRow[]> =>
  tx.query<ClockRow>(CLOCKS, [complex, leastMs, meters, LINE_FAULTS, sqlTime(tx.now)])

export type Correction = {
  complexId: ComplexId
  correctionId: Uuid
  kind: 'broadcast' | 'write'
  busId: BusId
  meterId: MeterId | null
  offsetMs: number
}

/** Written before the first byte leaves. */
export const insertCorrection = async (tx: Tx, one: Correction): Promise<void> => {
  await tx.query(
    `insert into clock_correction (complex_id, correction_id, kind, bus_id, meter_id, at,
       offset_before_ms, outcome)
     values ($1, $2, $3, $4, $5, $6, $7, 'sent')`,
    [
      one.complexId,
      one.correctionId,
      one.kind,
      one.busId,
      one.meterId,
      sqlTime(tx.now),
      one.offsetMs,
    ],
  )
}

export const endCorrection = async (
  tx: Tx,
  { complexId, correctionId }: Correction,
  { outcome, offsetMs }: { outcome: string; offsetMs: number | null },
): Promise<void> => {
  await tx.query(
    `update clock_correction set outcome = $3, offset_after_ms = $4
     where complex_id = $1 and correction_id = $2`,
    [complexId, correctionId, outcome, offsetMs],
  )
}

export const complexesWithMeters = async (tx: Tx): Promise<ComplexId[]> => {
  const rows = await tx.query<{ complexId: ComplexId }>(
    `select complex_id as "complexId" from complex order by complex_id`,
  )
  return rows.map((row) => row.complexId)
}
