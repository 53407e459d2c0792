// The Acrel platform outside China 安科瑞平台(海外): `/gw/acrelHW/{product}/{command}/{sn}` up,
// `/server/acrelHW/…` down (A5). Log-in is documented; reports follow what a receiver in the field
// reads (`wh` in kWh of the secondary side), the transparent passage is unverified.

import Type from 'typebox'
import { Compile } from 'typebox/compile'
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
} from './mqtt-dialect.ts'

const Serial = Type.Union([Type.String({ pattern: '^[A-Za-z0-9._-]{1,32}$' }), Type.Integer()])
const Message = Type.Object({
  type: Type.Optional(Type.String({ maxLength: 32 })),
  gwSN: Type.Optional(Serial),
  msgid: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Integer()])),
  data: Type.Optional(Type.Unknown()),
})
const Meter = Type.Object({
  meterSN: Serial,
  time: Type.Optional(Type.String({ maxLength: 20 })),
  meterStatus: Type.Optional(Type.String({ maxLength: 32 })),
  /** The circuit of a meter with several; 0 where it has one. */
  ch: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  wh: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ maxLength: 40 })]),
})
const isMessage = Compile(Message)
const isMeter = Compile(Meter)

type Topic = { product: string; command: string; sn: string }

const topicParts = (topic: string): Topic | null => {
  const [, product, command, sn] = /^\/gw\/acrelHW\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(topic) ?? []
  return product && command && sn ? { product, command, sn } : null
}

const readingOf = (content: unknown, zone: string): BusReading | null => {
  if (!isMeter.Check(content)) return null
  const { meterSN, ch = 0, time, meterStatus = 'normal', wh } = content
  const energyWh = energyWhOfKwh(String(wh))
  if (energyWh === null || meterStatus !== 'normal') return null
  const address = ch === 0 ? String(meterSN) : `${meterSN}-${ch}`
  const deviceAt = time === undefined ? null : instantOfStamp(time, zone)
  return { bus: 1, reading: { ...NO_VALUES, address, deviceAt, energyWh } }
}

const hear = (topic: Topic, content: unknown, { sn, zone, now }: HearContext): Heard => {
  if (!isMessage.Check(content)) return NOTHING
  if (content.gwSN !== undefined && String(content.gwSN) !== sn) return NOTHING
  const { command, product } = topic
  const to = `/server/acrelHW/${product}/${command}/${sn}`
  const { msgid } = content
  const back = { type: command, res: 1, ...(msgid !== undefined && { msgid }) }
  switch (command) {
    case 'login':
    case 'heart':
      return { kind: 'alive', answer: jsonTo(to, back) }
    case 'time':
      return { kind: 'alive', answer: jsonTo(to, { ...back, time: stampOf(now, zone) }) }
    case 'data':
    case 'hstdata': {
      const reading = readingOf(content, zone)
      const id = msgid === undefined ? null : String(msgid)
      const readings = reading ? [reading] : []
      return { kind: 'report', id, readings, refused: reading ? 0 : 1, answer: jsonTo(to, back) }
    }
    case 'transport':
      // Without the number of the question, an answer could be taken for another's.
      if (msgid === undefined) return NOTHING
      return { kind: 'passage', id: String(msgid), bytes: frameOfHex(content.data) }
    default:
      return ALIVE
  }
}

export const acrelOverseasDialect: Dialect = {
  snOf: (topic) => topicParts(topic)?.sn ?? null,
  filters: (sn) => [{ filter: `/gw/acrelHW/+/+/${sn}`, qos: 1 }],
  grant: (sn) => ({
    publish: [`/gw/acrelHW/+/+/${sn}`],
    subscribe: [`/server/acrelHW/+/+/${sn}`],
    retain: [],
  }),
  hear: ({ topic, payload, retained }, context) => {
    const parts = topicParts(topic)
    if (retained || parts?.sn !== context.sn) return NOTHING
    return hear(parts, parseExactJson(payload), context)
  },
  ask: ({ id, bus, frame }, sn, lastTopic) => {
    const product = lastTopic === null ? null : topicParts(lastTopic)?.product
    if (!product) return null
    const order = { type: 'transport', gwSN: sn, msgid: id, port: bus, data: frame.toString('hex') }
    return jsonTo(`/server/acrelHW/${product}/transport/${sn}`, order)
  },
}
