// Metrics 指标: counters and gauges in the text form that Prometheus reads. Counters only grow; a
// gauge is asked for its value when somebody looks.

type Labels = Readonly<Record<string, string>>

export type Counter = { add(amount?: number, labels?: Labels): void }
export type Metrics = {
  /** The same name gives the same counter. */
  counter(name: string, help: string): Counter
  gauge(name: string, help: string, read: () => number): void
  text(): string
}

const NAME = /^[a-z_][a-z0-9_]*$/
const SERIES_MAX = 1_000

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const seriesOf = (name: string, labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}

const header = (name: string, help: string, kind: 'counter' | 'gauge'): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`

export const createMetrics = (): Metrics => {
  const counters = new Map<string, { help: string; series: Map<string, number> }>()
  const gauges = new Map<string, { help: string; read: () => number }>()
  const checked = (name: string): string => {
    if (!NAME.test(name)) throw new TypeError(`not a metric name: ${name}`)
    return name
  }
  return {
    counter: (name, help) => {
      const counter = counters.get(checked(name)) ?? { help, series: new Map<string, number>() }
      counters.set(name, counter)
      return {
        add: (amount = 1, labels = {}) => {
          const key = seriesOf(name, labels)
          // Labels come from closed lists; the limit keeps a mistake from filling the memory.
          if (!counter.series.has(key) && counter.series.size >= SERIES_MAX) return
          counter.series.set(key, (counter.series.get(key) ?? 0) + amount)
        },
      }
    },
    gauge: (name, help, read) => {
      gauges.set(checked(name), { help, read })
    },
    text: () => {
      const parts: string[] = []
      for (const [name, { help, series }] of counters) {
        const lines = [...series].map(([key, value]) => `${key} ${value}\n`)
        parts.push(header(name, help, 'counter'), ...(lines.length > 0 ? lines : [`${name} 0\n`]))
      }
      for (const [name, { help, read }] of gauges)
        parts.push(header(name, help, 'gauge'), `${name} ${read()}\n`)
      return parts.join('')
    },
  }
}
