// Routes for machines that watch over us 健康检查: alive, ready, and figures.

import { Type } from 'typebox'
import type { Metrics } from './metrics.ts'
import { publicRoute, type Route, textRoute } from './route.ts'

export type Readiness = { ok: boolean; checks: Readonly<Record<string, boolean>> }

const Ready = Type.Object({
  ok: Type.Boolean(),
  checks: Type.Record(Type.String(), Type.Boolean()),
})

export const healthRoutes = (deps: {
  ready: () => Promise<Readiness>
  metrics: Metrics
}): Route[] => [
  publicRoute({
    method: 'GET',
    path: '/healthz',
    permission: 'public',
    summary: { zh: '进程存活', en: 'The process is alive' },
    answer: Type.Object({ ok: Type.Boolean() }),
    handler: async () => ({ ok: true }),
  }),
  publicRoute({
    method: 'GET',
    path: '/readyz',
    permission: 'public',
    summary: { zh: '服务就绪', en: 'Database, migrations and collector are up; 503 otherwise' },
    answer: Ready,
    handler: async ({ reply }) => {
      const { ok, checks } = await deps.ready()
      if (!ok) reply.status(503)
      return { ok, checks: { ...checks } }
    },
  }),
  textRoute({
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    summary: { zh: '运行指标', en: 'Metrics in the text form of Prometheus' },
    handler: async () => deps.metrics.text(),
  }),
]
