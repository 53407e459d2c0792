// Our own MQTT convention 通用MQTT约定, for gateways that can be programmed: documented for their
// makers in docs/mqtt.md. `prewatt/{sn}/…`: up, answer and status from the gateway; down and ack to
// it.

import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Instant, instant, parseRfc3339, rfc3339 } from '../../shared/clock.ts'
import { energyWhOfKwh, fenOfYuan, powerWOfKw } from './frames/decimal-text.ts'
import { parseExactJson } from './frames/exact-json.ts'
import type { PushedReading } from './link.ts'
import {
  ALIVE,
  type BusReading,
  type Dialect,
  frameOfHex,
  type HearContext,
  type Heard,
  jsonTo,
  NOTHING,
} from './mqtt-dialect.ts'

const METERS_MAX = 1_000
const BUSES_MAX = 16
const TARIFFS_MAX = 5
const UTC = 'UTC'
/** A gateway whose clock says anything else does not know the time. */
const CLOCK = { from: instant(Date.UTC(2000, 0)), to: instant(Date.UTC(2100, 0)) }

const Whole = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Signed = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
/** Numbers that are not whole arrive as the text they were sent as. */
const Decimal = Type.Union([Signed, Type.String({ maxLength: 40 })])
const Id = Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Signed])
const Time = Type.Union([Type.String({ maxLength: 40 }), Signed])
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Report = Type.Object({
  msgid: Id,
  ts: Type.Optional(Time),
  meters: Type.Array(Type.Unknown(), { maxItems: METERS_MAX }),
})
const Values = Type.Object({
  energyWh: Type.Optional(Whole),
  energyKwh: Type.Optional(Decimal),
  reverseWh: Type.Optional(Whole),
  reverseKwh: Type.Optional(Decimal),
  tariffsWh: Type.Optional(Type.Array(orNull(Whole), { maxItems: TARIFFS_MAX })),
  tariffsKwh: Type.Optional(Type.Array(orNull(Decimal), { maxItems: TARIFFS_MAX })),
  remainingFen: Type.Optional(Signed),
  remainingYuan: Type.Optional(Decimal),
  purchaseCount: Type.Optional(Whole),
  powerW: Type.Optional(Signed),
  powerKw: Type.Optional(Decimal),
})
const Meter = Type.Object({
  bus: Type.Optional(Type.Integer({ minimum: 1, maximum: BUSES_MAX })),
  addr: Type.Union([Type.String({ pattern: '^[A-Za-z0-9._-]{1,32}$' }), Whole]),
  ts: Type.Optional(Time),
  values: Values,
})
const Answer = Type.Object({ msgid: Id, frame: Type.Optional(Type.Unknown()) })

const isReport = Compile(Report)
const isMeter = Compile(Meter)
const isAnswer = Compile(Answer)

const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** RFC 3339 with its offset, or milliseconds since 1970; null for a clock that is not set. */
const timeOf = (ts: string | number | undefined): Instant | null => {
  const text = typeof ts === 'string' && WITH_OFFSET.test(ts) ? parseRfc3339(ts) : null
  const at = typeof ts === 'number' ? instant(ts) : text
  return at !== null && at >= CLOCK.from && at < CLOCK.to ? at : null
}

/** Undefined: said and not to be believed. Two units of one value must agree. */
const oneOf = (
  whole: number | undefined,
  decimal: string | number | undefined,
  read: (text: string) => number | null,
): number | null | undefined => {
  if (decimal === undefined) return whole ?? null
  const value = read(String(decimal))
  return value === null || (whole !== undefined && whole !== value) ? undefined : value
}

const tariffsOf = (values: Static<typeof Values>): PushedReading['tariffsWh'] | undefined => {
  const { tariffsWh, tariffsKwh } = values
  if (!tariffsKwh) return tariffsWh ?? null
  if (tariffsWh) return undefined
  const read = tariffsKwh.map((kwh) => (kwh === null ? null : energyWhOfKwh(String(kwh))))
  return read.some((energyWh, i) => energyWh === null && tariffsKwh[i] !== null) ? undefined : read
}

/** Null where a value is not to be believed: then nothing of that meter is. */
const readingOf = (meter: unknown, sentAt: Instant | null): BusReading | null => {
  if (!isMeter.Check(meter)) return null
  const { values, addr, bus = 1 } = meter
  const energyWh = oneOf(values.energyWh, values.energyKwh, energyWhOfKwh)
  const reverseWh = oneOf(values.reverseWh, values.reverseKwh, energyWhOfKwh)
  const remainingFen = oneOf(values.remainingFen, values.remainingYuan, fenOfYuan)
  const powerW = oneOf(values.powerW, values.powerKw, powerWOfKw)
  const tariffsWh = tariffsOf(values)
  if (energyWh === undefined || reverseWh === undefined || tariffsWh === undefined) return null
  if (remainingFen === undefined || powerW === undefined) return null
  const purchaseCount = values.purchaseCount ?? null
  const told = [energyWh, reverseWh, remainingFen, powerW, tariffsWh, purchaseCount]
  if (told.every((value) => value === null)) return null
  const deviceAt = meter.ts === undefined ? sentAt : timeOf(meter.ts)
  const address = String(addr)
  const reading = { energyWh, tariffsWh, reverseWh, remainingFen, purchaseCount, powerW }
  return { bus, reading: { address, deviceAt, ...reading, block: null } }
}

const topicOf = (sn: string, end: string): string => `prewatt/${sn}/${end}`

const reportOf = (content: unknown, { sn }: HearContext): Heard => {
  if (!isReport.Check(content)) return NOTHING
  const id = String(content.msgid)
  const sentAt = timeOf(content.ts)
  const read = content.meters.map((meter) => readingOf(meter, sentAt))
  const readings = read.filter((reading) => reading !== null)
  const refused = read.length - readings.length
  const ack = { msgid: content.msgid, res: 1, stored: readings.length, refused }
  return { kind: 'report', id, readings, refused, answer: jsonTo(topicOf(sn, 'ack'), ack) }
}

const answerOf = (content: unknown): Heard => {
  if (!isAnswer.Check(content)) return NOTHING
  return { kind: 'passage', id: String(content.msgid), bytes: frameOfHex(content.frame) }
}

const statusOf = (payload: Buffer): Heard => {
  const status = payload.subarray(0, 16).toString().trim()
  if (status === 'offline') return { kind: 'offline' }
  return status === 'online' ? ALIVE : NOTHING
}

export const prewattDialect: Dialect = {
  snOf: (topic) => /^prewatt\/([^/]+)\/(up|answer|status)$/.exec(topic)?.[1] ?? null,
  // An answer that comes after a break is too late anyway, and must not queue behind reports.
  filters: (sn) => [
    { filter: topicOf(sn, 'up'), qos: 1 },
    { filter: topicOf(sn, 'status'), qos: 1 },
    { filter: topicOf(sn, 'answer'), qos: 0 },
  ],
  grant: (sn) => ({
    publish: ['up', 'answer', 'status'].map((end) => topicOf(sn, end)),
    subscribe: ['down', 'ack'].map((end) => topicOf(sn, end)),
    retain: [topicOf(sn, 'status')],
  }),
  hear: ({ topic, payload, retained }, context) => {
    const { sn } = context
    if (topic === topicOf(sn, 'status')) return statusOf(payload)
    // Kept from before: an old reading or answer is no news.
    if (retained) return NOTHING
    if (topic === topicOf(sn, 'up')) return reportOf(parseExactJson(payload), context)
    return topic === topicOf(sn, 'answer') ? answerOf(parseExactJson(payload)) : NOTHING
  },
  ask: ({ id, bus, frame, now, expiresAt }, sn) =>
    jsonTo(topicOf(sn, 'down'), {
      msgid: id,
      method: 'transport',
      bus,
      frame: frame.toString('hex'),
      ts: rfc3339(now, UTC),
      expiresAt: rfc3339(expiresAt, UTC),
    }),
}
