// What a collector shows to machines that watch over it 采集指标: gateways, buses, links and readings,
// each since the start of the process.

import { createMetrics, type Metrics } from '../http/metrics.ts'
import type { Collector } from '../metering/collector.ts'
import { READING_FLAG_NAMES, READING_FLAGS } from '../metering/readings/reading-flags.ts'

const BUS = ['requests', 'replies', 'timeouts', 'lateFrames', 'discardedBytes'] as const
const CALLS = ['taken', 'unknown', 'silent', 'replaced', 'crowded'] as const
const AWT100 = ['passed', 'refused', 'unknown', 'silent', 'crowded', 'badFrames'] as const
const MQTT = [
  'reports',
  'repeated',
  'notUnderstood',
  'refusedMeters',
  'unplaced',
  'lateAnswers',
] as const

const addLinks = (metrics: Metrics, { links }: Collector): void => {
  for (const name of CALLS)
    metrics.gauge(
      `prewatt_calls_${name}`,
      `Calls of gateways on listening ports: ${name}`,
      () => links.callers.counters[name],
    )
  for (const name of AWT100)
    metrics.gauge(
      `prewatt_awt100_${name.toLowerCase()}`,
      `Calls of data gateways: ${name}`,
      () => links.awt100.counters[name],
    )
  for (const name of MQTT)
    metrics.gauge(
      `prewatt_mqtt_${name.toLowerCase()}`,
      `Messages of gateways: ${name}`,
      () => links.mqtt?.counters[name] ?? 0,
    )
}

export const gaugesOf = (collector: Collector): Metrics => {
  const metrics = createMetrics()
  const gateways = () => collector.gateways()
  const buses = () => gateways().flatMap((gateway) => gateway.buses)
  metrics.gauge('prewatt_gateways', 'Gateways this process is master of', () => gateways().length)
  metrics.gauge(
    'prewatt_gateways_online',
    'Gateways whose link is up',
    () => gateways().filter((gateway) => gateway.online === true).length,
  )
  for (const name of BUS)
    metrics.gauge(`prewatt_bus_${name.toLowerCase()}`, `Bus ${name} since the start`, () =>
      buses().reduce((sum, { counters }) => sum + counters[name], 0),
    )
  metrics.gauge('prewatt_pushes', 'Readings that gateways sent by themselves', () =>
    buses().reduce((sum, bus) => sum + bus.pushes, 0),
  )
  metrics.gauge('prewatt_pushes_stray', 'Of those, tied to no meter', () =>
    buses().reduce((sum, bus) => sum + bus.strayPushes, 0),
  )
  metrics.gauge(
    'prewatt_unknown_callers',
    'Callers that belong to no gateway',
    () => collector.links.unknownCallers().length,
  )
  addLinks(metrics, collector)
  for (const name of READING_FLAG_NAMES)
    metrics.gauge(
      `prewatt_readings_${name}`,
      `Readings stored since the start: ${READING_FLAGS[name].words.en}`,
      () => collector.counters.flagged[name],
    )
  return metrics
}
