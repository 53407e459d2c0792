import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('counters add up by label, gauges are asked when somebody looks', () => {
  const metrics = createMetrics()
  let open = 0
  metrics.gauge('streams_open', 'Open streams', () => open)
  metrics.counter('requests_total', 'Requests').add(2, { status: '200' })
  metrics.counter('requests_total', 'Requests').add(1, { status: '200' })
  metrics.counter('requests_total', 'Requests').add(1, { status: '5"00' })
  metrics.counter('polls_total', 'Polls')
  open = 3
  expect(metrics.text()).toBe(
    [
      '# HELP requests_total Requests',
      '# TYPE requests_total counter',
      'requests_total{status="200"} 3',
      'requests_total{status="5\\"00"} 1',
      '# HELP polls_total Polls',
      '# TYPE polls_total counter',
      'polls_total 0',
      '# HELP streams_open Open streams',
      '# TYPE streams_open gauge',
      'streams_open 3',
      '',
    ].join('\n'),
  )
})

test('a name that Prometheus cannot read is refused', () => {
  expect(() => createMetrics().counter('http-requests', 'x')).toThrow('not a metric name')
})
