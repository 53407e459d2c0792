// MQTT links under test 物联网链路试验台: hubs over a broker, what each bus of a gateway heard, and
// clients that play gateways.

import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { systemMqtt } from '../src/adapters/mqtt.ts'
import { systemClock, systemRng } from '../src/adapters/system.ts'
import type { Wire } from '../src/metering/bus/exchange.ts'
import type { MqttDialect, PushedReading, UserBroker } from '../src/metering/links/link.ts'
import { createMqttHub, type MqttDeps } from '../src/metering/links/mqtt.ts'

const ZONE = 'Asia/Shanghai'

export const mqttRig = (standard: MqttDeps['standard'], clientId = 'prewatt-test') => {
  const closing: (() => unknown)[] = []
  const hub = createMqttHub({
    clock: systemClock,
    rng: systemRng,
    mqtt: systemMqtt,
    clientId,
    standard,
    serveAtOnce: !('url' in standard),
  })
  return {
    hub,
    bus: (gatewayNo: string, more: { busOrdinal?: number; dialect?: MqttDialect } = {}) => {
      const heard: string[] = []
      const wires: Wire[] = []
      const pushed: PushedReading[] = []
      let store = (): Promise<void> => Promise.resolve()
      const broker: UserBroker | null = null
      const password = Buffer.from(`password of ${gatewayNo}`)
      const dialect = more.dialect ?? 'prewatt'
      const link = hub.attach(
        { gatewayNo, busOrdinal: more.busOrdinal ?? 1, dialect, broker, password },
        ZONE,
        {
          up: (wire) => {
            wires.push(wire)
            heard.push('up')
          },
          bytes: (bytes) => heard.push(bytes.toString('hex')),
          down: ({ reason }) => heard.push(reason),
          pushed: (readings) => {
            pushed.push(...readings)
            return store()
          },
        },
      )
      const storeBy = (how: () => Promise<void>): void => {
        store = how
      }
      return { heard, wires, pushed, link, storeBy }
    },
    /** A client at that broker, by default with the password of its gateway. */
    gateway: async (port: number, sn: string, more: IClientOptions = {}) => {
      const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${port}`, {
        clientId: `gateway-${sn}`,
        username: sn,
        password: Buffer.from(`password of ${sn}`),
        reconnectPeriod: 0,
        connectTimeout: 60_000,
        ...more,
      })
      client.on('error', () => {})
      closing.push(() => client.end(true))
      const got: { topic: string; text: string }[] = []
      client.on('message', (topic, payload) => got.push({ topic, text: payload.toString() }))
      return { client, got }
    },
    close: async () => {
      for (const close of closing.splice(0)) close()
      await hub.stop()
    },
  }
}
