// MQTT behind its port: the broker inside this program, and the user's own.

import type { Mqtt } from '../ports/mqtt.ts'
import { serveMqtt } from './mqtt-broker.ts'
import { dialMqtt } from './mqtt-client.ts'

export const systemMqtt: Mqtt = { dial: dialMqtt, serve: serveMqtt }
