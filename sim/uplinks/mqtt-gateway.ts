// A gateway that speaks MQTT 物联网网关, in our own convention: readings up, frames down, a last will
// that tells when it is gone. From the published convention (docs/mqtt.md), on its own.

import { randomUUID } from 'node:crypto'
import { connectAsync, type MqttClient } from 'mqtt'

export type MqttMeter = { addr: string; values: Readonly<Record<string, unknown>> }

export type MqttGatewayOptions = {
  url: string
  sn: string
  username?: string
  password?: string
  answer: (bus: number, frame: Buffer) => Buffer | null
}

export type MqttGateway = {
  readonly client: MqttClient
  /** Resolves when the broker has taken it (QoS 1); the same msgid may be sent again. */
  report(meters: readonly MqttMeter[], at: string, msgid?: string): Promise<void>
  /** Ends without a farewell: the broker publishes the last will. */
  vanish(): void
  stop(): Promise<void>
}

type Down = { msgid: string; bus: number; frame: string; expiresAt?: string; method: string }

const isDown = (value: unknown): value is Down =>
  typeof value === 'object' &&
  value !== null &&
  'msgid' in value &&
  'frame' in value &&
  typeof value.frame === 'string'

export const startMqttGateway = async (options: MqttGatewayOptions): Promise<MqttGateway> => {
  const { url, sn, username, password } = options
  const topic = (end: string) => `prewatt/${sn}/${end}`
  const client = await connectAsync(url, {
    clientId: `gateway-${sn}`,
    clean: false,
    reconnectPeriod: 200,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    will: { topic: topic('status'), payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  client.on('error', () => {})
  client.on('connect', () => {
    client.publish(topic('status'), 'online', { qos: 1, retain: true })
  })
  client.publish(topic('status'), 'online', { qos: 1, retain: true })
  client.on('message', (_topic, payload) => {
    const order: unknown = JSON.parse(payload.toString())
    if (!isDown(order)) return
    if (order.expiresAt !== undefined && Date.parse(order.expiresAt) < Date.now()) return
    const reply = options.answer(order.bus, Buffer.from(order.frame, 'hex'))
    if (!reply) return
    const answer = { msgid: order.msgid, res: 1, bus: order.bus, frame: reply.toString('hex') }
    client.publish(topic('answer'), JSON.stringify(answer), { qos: 1 })
  })
  await client.subscribeAsync(topic('down'), { qos: 1 })
  return {
    client,
    report: async (meters, at, msgid = randomUUID()) => {
      await client.publishAsync(topic('up'), JSON.stringify({ msgid, ts: at, meters }), { qos: 1 })
    },
    vanish: () => client.stream.destroy(),
    stop: () => client.endAsync(true),
  }
}
