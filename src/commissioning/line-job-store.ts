// Jobs on a line 总线作业 as rows: a search of a bus, a test read. Where a job stands is in its row, so
// whoever is master of the gateway goes on with it.

import type { JobState } from '../http/contract/commissioning.ts'
import type { Tx } from '../ports/database.ts'
import { PLACE_OF_METER, SHOP, SHOP_EN } from '../registers/meters-in-place.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { BusId, ComplexId, GatewayId, MeterId, Uuid } from '../shared/ids.ts'

export type JobKind = 'scan' | 'read'

export type NewJob = {
  complexId: ComplexId
  jobId: Uuid
  kind: JobKind
  gatewayId: GatewayId
  busId: BusId
  meterId: MeterId | null
  asked: unknown
}

/** False where a search of that bus is under way already. */
export const insertJob = async (tx: Tx, job: NewJob): Promise<boolean> => {
  const rows = await tx.query(
    `insert into line_job (complex_id, job_id, kind, gateway_id, bus_id, meter_id, asked,
       created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (complex_id, bus_id) where kind = 'scan' and ended_at is null do nothing
     returning job_id`,
    [
      ...[job.complexId, job.jobId, job.kind, job.gatewayId, job.busId, job.meterId],
      ...[JSON.stringify(job.asked), sqlTime(tx.now), tx.scope.operator],
    ],
  )
  return rows.length > 0
}

export type JobRow = {
  complexId: ComplexId
  jobId: Uuid
  kind: JobKind
  gatewayId: GatewayId
  gatewayCode: string
  busId: BusId
  bus: number
  busSettings: unknown
  meterId: MeterId | null
  asked: unknown
  state: JobState
  reason: string
  memory: unknown
  result: unknown
  operator: string | null
  createdAt: Instant
  endedAt: Instant | null
  zone: string
}

const JOB = `
  select j.complex_id as "complexId", j.job_id as "jobId", j.kind, j.gateway_id as "gatewayId",
    g.code as "gatewayCode", j.bus_id as "busId", b.ordinal as bus, b.settings as "busSettings",
    j.meter_id as "meterId", j.asked, j.state, j.reason, j.memory, j.result, o.name as operator,
    j.created_at as "createdAt", j.ended_at as "endedAt", c.zone
  from line_job j
  join complex c on c.complex_id = j.complex_id
  join gateway g on g.complex_id = j.complex_id and g.gateway_id = j.gateway_id
  join bus b on b.complex_id = j.complex_id and b.bus_id = j.bus_id
  left join operator o on o.operator_id = j.created_by`

export const jobById = async (tx: Tx, jobId: Uuid, kind: JobKind): Promise<JobRow | null> => {
  const rows = await tx.query<JobRow>(`${JOB} where j.job_id = $1 and j.kind = $2`, [jobId, kind])
  return rows[0] ?? null
}

/** Newest first. */
export const listJobs = (
  tx: Tx,
  complex: ComplexId,
  asked: { kind: JobKind; gatewayId: number | null; before: string | null; limit: number },
): Promise<JobRow[]> =>
  tx.query<JobRow>(
    `${JOB} where j.complex_id = $1 and j.kind = $2 and ($3::integer is null or j.gateway_id = $3)
       and ($4::uuid is null or j.job_id < $4)
     order by j.job_id desc limit $5`,
    [complex, asked.kind, asked.gatewayId, asked.before, asked.limit],
  )

export type JobMove = {
  state: Exclude<JobState, 'queued' | 'stopping'>
  reason?: string
  memory?: unknown
  result?: unknown
}

/** The state it has afterwards: one that was told to stop stays so until it has ended. */
export const saveJob = async (
  tx: Tx,
  { complexId, jobId }: Pick<JobRow, 'complexId' | 'jobId'>,
  { state, reason = '', memory, result }: JobMove,
): Promise<JobState | null> => {
  const ends = state !== 'running'
  const rows = await tx.query<{ state: JobState }>(
    `update line_job set
       state = case when state = 'stopping' and not $4 then state else $3 end,
       reason = $5, memory = coalesce($6, memory), result = coalesce($7, result),
       ended_at = case when $4 then $8::timestamptz end
     where complex_id = $1 and job_id = $2 and ended_at is null returning state`,
    [
      ...[complexId, jobId, state, ends, reason],
      memory === undefined ? null : JSON.stringify(memory),
      result === undefined ? null : JSON.stringify(result),
      sqlTime(tx.now),
    ],
  )
  return rows[0]?.state ?? null
}

/** False where it has ended already. */
export const askToStop = async (tx: Tx, complex: ComplexId, jobId: Uuid): Promise<boolean> => {
  const rows = await tx.query(
    `update line_job set state = 'stopping'
     where complex_id = $1 and job_id = $2 and state in ('queued', 'running') returning job_id`,
    [complex, jobId],
  )
  return rows.length > 0
}

export type BusPlace = {
  complexId: ComplexId
  gatewayId: GatewayId
  busId: BusId
  settings: unknown
  enabled: boolean
}

export const busPlace = async (tx: Tx, bus: number): Promise<BusPlace | null> => {
  const rows = await tx.query<BusPlace>(
    `select b.complex_id as "complexId", b.gateway_id as "gatewayId", b.bus_id as "busId",
       b.settings, g.enabled
     from bus b join gateway g on g.complex_id = b.complex_id and g.gateway_id = b.gateway_id
     where b.bus_id = $1`,
    [bus],
  )
  return rows[0] ?? null
}

export type RegisteredDevice = {
  deviceId: number
  address: string
  model: string
  meters: { meterId: number; meterNo: string; place: string; placeEn: string }[]
}

/** Everything that the registers have on a bus. */
export const devicesOnBus = (
  tx: Tx,
  { complexId, busId }: Pick<JobRow, 'complexId' | 'busId'>,
): Promise<RegisteredDevice[]> =>
  tx.query<RegisteredDevice>(
    `select d.device_id as "deviceId", d.address, d.model,
       coalesce(jsonb_agg(jsonb_build_object('meterId', m.meter_id, 'meterNo', m.no,
         'place', coalesce(${SHOP}, ''), 'placeEn', coalesce(${SHOP_EN}, '')) order by m.meter_id)
         filter (where m.meter_id is not null), '[]') as meters
     from device d
     left join meter m on m.complex_id = d.complex_id and m.device_id = d.device_id
     ${PLACE_OF_METER}
     where d.complex_id = $1 and d.bus_id = $2
     group by d.device_id, d.address, d.model order by d.address`,
    [complexId, busId],
  )

export type MeterPlace = {
  complexId: ComplexId
  meterId: MeterId
  meterNo: string
  address: string
  model: string
  gatewayId: GatewayId
  busId: BusId
  enabled: boolean
  place: string
  placeEn: string
}

export const meterPlace = async (tx: Tx, meter: number): Promise<MeterPlace | null> => {
  const rows = await tx.query<MeterPlace>(
    `select m.complex_id as "complexId", m.meter_id as "meterId", m.no as "meterNo", d.address,
       d.model, bus.gateway_id as "gatewayId", bus.bus_id as "busId", g.enabled,
       coalesce(${SHOP}, '') as place, coalesce(${SHOP_EN}, '') as "placeEn"
     from meter m
     join device d on d.complex_id = m.complex_id and d.device_id = m.device_id
     join bus on bus.complex_id = d.complex_id and bus.bus_id = d.bus_id
     join gateway g on g.complex_id = bus.complex_id and g.gateway_id = bus.gateway_id
     ${PLACE_OF_METER}
     where m.meter_id = $1`,
    [meter],
  )
  return rows[0] ?? null
}
