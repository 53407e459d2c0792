// The Acrel platform inside China 安科瑞平台(国内): `sys/dev|server/{product}/{sn}`, JSON with msgid and
// method (A5, A6). Log-in and time are documented; the fields of reports and of the transparent
// passage are inferred from the maker's names elsewhere and unverified.

import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Instant } from '../../shared/clock.ts'
import { energyWhOfKwh } from './frames/decimal-text.ts'
import { parseExactJson } from './frames/exact-json.ts'
import { instantOfStamp, stampOf } from './frames/local-stamp.ts'
import {
  ALIVE,
  type BusReading,
  type Dialect,
  frameOfHex,
  type HearContext,
  type Heard,
  jsonTo,
  NO_VALUES,
  NOTHING,
  type Outgoing,
} from './mqtt-dialect.ts'

const METERS_MAX = 1_000

const Id = Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Integer()])
const Envelope = Type.Object({
  msgid: Type.Optional(Id),
  method: Type.Optional(Type.String({ maxLength: 32 })),
  sn: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Integer()])),
  payload: Type.Optional(Type.Unknown()),
  reported: Type.Optional(Type.Unknown()),
})
const isEnvelope = Compile(Envelope)

type Topic = { room: 'sys' | 'indicate' | 'data'; product: string; sn: string }

const TOPIC = /^(?:(sys|indicate)\/dev|(data)\/up)\/([^/]+)\/([^/]+)$/

const topicParts = (topic: string): Topic | null => {
  const [, command, data, product, sn] = TOPIC.exec(topic) ?? []
  if (!product || !sn) return null
  return { room: data ? 'data' : command === 'sys' ? 'sys' : 'indicate', product, sn }
}

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const own = (node: unknown, name: string): unknown =>
  isNode(node) && Object.hasOwn(node, name) ? node[name] : undefined

const ADDRESS = /^[A-Za-z0-9._-]{1,32}$/
const TOTAL = 'EPI'
/** Sharp, peak, flat, valley, deep valley: 尖 峰 平 谷 深谷 by their initials. */
const TARIFFS = ['EPIJ', 'EPIF', 'EPIP', 'EPIG', 'EPISG'] as const
const ALWAYS_TOLD = 4

/** Undefined: told, and no energy. */
const energyOf = (node: Node, name: string): number | null | undefined => {
  const value = own(node, name)
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  return energyWhOfKwh(String(value)) ?? undefined
}

const readingOf = (
  address: unknown,
  node: unknown,
  deviceAt: Instant | null,
): BusReading | null => {
  const name = typeof address === 'number' ? String(address) : address
  if (typeof name !== 'string' || !ADDRESS.test(name) || !isNode(node)) return null
  const energyWh = energyOf(node, TOTAL)
  const tariffs: (number | null)[] = []
  for (const tariff of TARIFFS) {
    const value = energyOf(node, tariff)
    if (value === undefined) return null
    tariffs.push(value)
  }
  if (energyWh === undefined || energyWh === null) return null
  const told = tariffs.at(-1) === null ? tariffs.slice(0, ALWAYS_TOLD) : tariffs
  const tariffsWh = told.every((value) => value === null) ? null : told
  const reading = { ...NO_VALUES, address: name, deviceAt, energyWh, tariffsWh }
  return { bus: 1, reading }
}

/** Meters by address: an object of them, or a list that names each. */
const metersIn = (content: unknown): readonly [unknown, unknown][] => {
  if (Array.isArray(content))
    return content.map((one) => [own(one, 'meteraddr') ?? own(one, 'addr'), one])
  return isNode(content) ? Object.entries(content) : []
}

const reportOf = (
  envelope: Node,
  id: string | null,
  answer: Outgoing | null,
  zone: string,
): Heard => {
  const content = own(envelope, 'reported') ?? own(own(envelope, 'payload'), 'reported')
  const found = metersIn(content ?? own(envelope, 'payload'))
  const meters = found.filter(([, one]) => isNode(one)).slice(0, METERS_MAX)
  if (meters.length === 0) return { kind: 'alive', answer }
  const stamp = own(envelope, 'time') ?? own(own(envelope, 'payload'), 'time')
  const read = meters.map(([address, node]) => {
    const time = own(node, 'time') ?? stamp
    const deviceAt = typeof time === 'string' ? instantOfStamp(time, zone) : null
    return readingOf(address, node, deviceAt)
  })
  const readings = read.filter((reading) => reading !== null)
  return { kind: 'report', id, readings, refused: read.length - readings.length, answer }
}

const passageOf = (envelope: Node, id: string | null): Heard => {
  if (id === null) return NOTHING
  const payload = own(envelope, 'payload')
  const bytes = frameOfHex(own(payload, 'data') ?? own(payload, 'frame'))
  return { kind: 'passage', id, bytes }
}

const hear = (topic: Topic, content: unknown, { sn, zone, now }: HearContext): Heard => {
  if (!isEnvelope.Check(content)) return NOTHING
  if (content.sn !== undefined && String(content.sn) !== sn) return NOTHING
  const { msgid, method = '' } = content
  const id = msgid === undefined ? null : String(msgid)
  const room = topic.room === 'indicate' ? 'indicate' : 'sys'
  const back = { ...(msgid !== undefined && { msgid }), method, sn, timestamp: now, res: 1 }
  const to = `${room}/server/${topic.product}/${sn}`
  switch (method) {
    case 'login':
      return { kind: 'alive', answer: jsonTo(to, back) }
    case 'time':
      return {
        kind: 'alive',
        answer: jsonTo(to, { ...back, payload: { time: stampOf(now, zone) } }),
      }
    case 'transport':
      return passageOf(content, id)
    case 'read':
    case 'data':
    case 'update':
      return reportOf(content, id, jsonTo(to, back), zone)
    default:
      return topic.room === 'data' ? reportOf(content, id, jsonTo(to, back), zone) : ALIVE
  }
}

export const acrelDomesticDialect: Dialect = {
  snOf: (topic) => topicParts(topic)?.sn ?? null,
  filters: (sn) =>
    ['sys/dev', 'indicate/dev', 'data/up'].map((room) => ({ filter: `${room}/+/${sn}`, qos: 1 })),
  grant: (sn) => ({
    publish: ['sys/dev', 'indicate/dev', 'data/up'].map((room) => `${room}/+/${sn}`),
    subscribe: ['sys/server', 'indicate/server'].map((room) => `${room}/+/${sn}`),
    retain: [],
  }),
  hear: ({ topic, payload, retained }, context) => {
    const parts = topicParts(topic)
    if (retained || parts?.sn !== context.sn) return NOTHING
    return hear(parts, parseExactJson(payload), context)
  },
  ask: ({ id, bus, frame, now }, sn, lastTopic) => {
    const product = lastTopic === null ? null : topicParts(lastTopic)?.product
    if (!product) return null
    const payload = { portid: bus, data: frame.toString('hex') }
    const order = { msgid: id, method: 'transport', sn, timestamp: now, payload }
    return jsonTo(`indicate/server/${product}/${sn}`, order)
  },
}
