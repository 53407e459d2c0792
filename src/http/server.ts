// The HTTP server 服务器: built from the rows of routes. It guards, parses, answers and tells errors;
// it decides nothing about the business.

import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify'
import type { Sessions } from '../operators/sessions.ts'
import type { Clock } from '../ports/clock.ts'
import type { Gzip } from '../ports/gzip.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { must } from '../shared/assert.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { answerClientError } from './client-error.ts'
import { sendJson } from './compression.ts'
import { contentSecurityPolicy, PERMISSIONS_POLICY } from './csp.ts'
import { csvOf, type Sheet } from './csv.ts'
import { documented, schemaOf } from './docs.ts'
import { callerOf, guard, operatorCallerOf } from './guard.ts'
import type { Checked } from './input.ts'
import { languageFor } from './language.ts'
import type { Metrics } from './metrics.ts'
import { problemFor } from './problem.ts'
import { type Buckets, callerOfAddress, createBuckets } from './rate-limit.ts'
import { NoContent, type Route } from './route.ts'
import { createEventStream } from './stream.ts'

const BODY_MAX_BYTES = 1024 * 1024
const OPEN_BODY_MAX_BYTES = 16 * 1024
const REQUEST_TIMEOUT_MS = 30_000
const STREAM_RETRY_MS = 2_000
const DRAIN_MAX_MS = 10_000
const DRAIN_STEP_MS = 20
const HSTS_SECONDS = 365 * 24 * 3600
const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
const SHEET_TYPE = 'text/csv; charset=utf-8'
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies of the nginx kind would otherwise hold events back.
  'x-accel-buffering': 'no',
}

export type ServerDeps = {
  clock: Clock
  gzip: Gzip
  ids: Ids
  log: Log
  metrics: Metrics
  sessions: Sessions
  /** After a write of an operator, which may have queued work: any, or of one kind only. */
  wrote?: (queued?: Route['queues']) => void
  edge?: Edge
}

/** Where the server stands; left out: plain HTTP for a proxy on this machine, and no limit. */
export type Edge = {
  /** Makes the server that listens. */
  create: FastifyServerFactory
  /** Ends what it has not handed over to the server yet as well. */
  destroyAll: () => void
  trustProxy: readonly string[]
  requestsPerMinute: number
}

export type NotFound = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>

const tellProblem = (
  deps: ServerDeps,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) => {
  const language = languageFor(request.headers['accept-language'], request.signedIn)
  const { problem, unexpected } = problemFor(error, language, request.id)
  if (unexpected) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    deps.log.error('request failed', { requestId: request.id, url: request.url, detail })
  }
  const wait = problem.facts.retryAfterS
  if (typeof wait === 'number') reply.header('retry-after', wait)
  return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
}

const sendChecked = (
  deps: ServerDeps,
  route: Route,
  checked: Checked,
  request: FastifyRequest,
  reply: FastifyReply,
) => {
  if (checked.wrong !== null)
    deps.log.error('answer does not fit its contract', {
      requestId: request.id,
      route: `${route.method} ${route.path}`,
      detail: checked.wrong,
    })
  reply.header('cache-control', 'no-store')
  if (route.answer === NoContent) return reply.code(204).send()
  reply.type(JSON_TYPE)
  return sendJson(deps.gzip, route, JSON.stringify(checked.sent), request, reply)
}

const sendSheet = (sheet: Sheet, reply: FastifyReply) =>
  reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${sheet.fileName}"`)
    .type(SHEET_TYPE)
    .send(csvOf(sheet))

const openStream = (reply: FastifyReply) => {
  const stream = createEventStream(STREAM_RETRY_MS)
  reply.headers(STREAM_HEADERS)
  reply.send(stream.readable)
  return stream
}

const answer = async (
  deps: ServerDeps,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const raw = { params: request.params, query: request.query, body: request.body }
  const signedIn = () => must(request.signedIn, 'the guard let an operator pass')
  switch (route.kind) {
    case 'text':
      return reply.type(METRICS_TYPE).send(await route.run())
    case 'public':
      return sendChecked(
        deps,
        route,
        await route.run(callerOf(request, reply), raw),
        request,
        reply,
      )
    case 'operator': {
      const caller = operatorCallerOf(request, reply, signedIn())
      const checked = await route.run(caller, raw)
      if (route.method !== 'GET') deps.wrote?.(route.queues)
      return sendChecked(deps, route, checked, request, reply)
    }
    case 'sheet': {
      const caller = operatorCallerOf(request, reply, signedIn())
      return sendSheet(await route.run(caller, raw), reply)
    }
    case 'stream': {
      const caller = operatorCallerOf(request, reply, signedIn())
      await route.run(caller, raw, () => openStream(reply))
      return reply
    }
  }
}

type Limits = { ofAddress: Buckets; ofCaller: Buckets }

/** Behind one address many may sit: an office, or everybody behind a proxy that hides them. */
const CALLERS_OF_ADDRESS = 10

const limitsOf = ({ edge }: ServerDeps): Limits => {
  const perMinute = edge?.requestsPerMinute ?? 0
  return {
    ofAddress: createBuckets(perMinute * CALLERS_OF_ADDRESS),
    ofCaller: createBuckets(perMinute),
  }
}

const refuseHaste = (buckets: Buckets, caller: string, clock: Clock): void => {
  const retryAfterS = buckets.take(caller, clock.mono())
  refuseIf(retryAfterS !== null, 'too_many_attempts', { retryAfterS })
}

/** Refuses: too_many_attempts. A token counts by itself, else the operator with all his windows. */
const refuseHastyCaller = ({ ofCaller }: Limits, clock: Clock, request: FastifyRequest): void => {
  const { signedIn } = request
  if (signedIn === null) return
  const { tokenId, operatorId } = signedIn
  const caller = tokenId === null ? `operator/${operatorId}` : `token/${tokenId}`
  refuseHaste(ofCaller, caller, clock)
}

/** What anybody may send is no longer than a log-in: reading JSON costs more than sending it. */
const bodyMaxOf = ({ bodyMaxBytes, permission }: Route): number =>
  bodyMaxBytes ?? (permission === 'public' ? OPEN_BODY_MAX_BYTES : BODY_MAX_BYTES)

const addRoute = (app: FastifyInstance, deps: ServerDeps, limits: Limits, route: Route): void => {
  app.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(route),
    bodyLimit: bodyMaxOf(route),
    config: {
      rateLimit: route.perMinute ? { max: route.perMinute, timeWindow: 60_000 } : false,
    },
    onRequest: async (request) => {
      await guard(route, deps.sessions, request)
      refuseHastyCaller(limits, deps.clock, request)
    },
    handler: (request, reply) => answer(deps, route, request, reply),
  })
}

/** A proxy in front may have gone by the other one (RFC 9112 §3.2). Refuses: invalid_input. */
const refuseTwoHosts = ({ raw: { rawHeaders } }: FastifyRequest): void => {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  refuseIf(hosts.length > 1, 'invalid_input', { where: 'headers', field: 'host' })
}

const addSafety = async (app: FastifyInstance, deps: ServerDeps, limits: Limits): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: false,
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', contentSecurityPolicy())
    reply.header('permissions-policy', PERMISSIONS_POLICY)
    // Files and pages say otherwise; whatever else is answered is nobody's to keep.
    reply.header('cache-control', 'no-store')
    // Over plain HTTP it says nothing (RFC 6797 §7.2).
    if (request.protocol === 'https')
      reply.header('strict-transport-security', `max-age=${HSTS_SECONDS}; includeSubDomains`)
    refuseTwoHosts(request)
    refuseHaste(limits.ofAddress, callerOfAddress(request.ip), deps.clock)
  })
  await app.register(cookie)
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      new Refusal('too_many_attempts', { retryAfterS: Math.ceil(context.ttl / 1_000) }),
  })
}

const addMetrics = (app: FastifyInstance, deps: ServerDeps): void => {
  const requests = deps.metrics.counter('prewatt_http_requests_total', 'HTTP requests answered')
  const seconds = deps.metrics.counter('prewatt_http_seconds_total', 'Seconds spent answering')
  app.addHook('onResponse', async (request, reply) => {
    requests.add(1, { method: request.method, status: String(reply.statusCode) })
    seconds.add(reply.elapsedTime / 1_000)
  })
}

/**
 * Returns what waits until every request has its answer, or long enough. Browsers open connections
 * that they may never use, and those would keep a server from closing for half a minute.
 */
const countRequests = (app: FastifyInstance, clock: Clock): (() => Promise<void>) => {
  let running = 0
  app.addHook('onRequest', async (_request, reply) => {
    running++
    // Unlike the end of an answer, this also comes when the browser has gone away.
    reply.raw.once('close', () => running--)
  })
  return async () => {
    for (let waitedMs = 0; running > 0 && waitedMs < DRAIN_MAX_MS; waitedMs += DRAIN_STEP_MS)
      await clock.sleep(DRAIN_STEP_MS)
  }
}

const trustedBy = (edge: Edge | undefined): string[] | false => {
  if (edge === undefined) return ['loopback']
  return edge.trustProxy.length === 0 ? false : [...edge.trustProxy]
}

export type Server = { app: FastifyInstance; drained(): Promise<void> }

/** The server of these routes; `otherwise` may answer what no route does (the pages). */
export const buildServer = async (
  deps: ServerDeps,
  routes: readonly Route[],
  otherwise: NotFound | null,
): Promise<Server> => {
  const app = Fastify({
    logger: false,
    genReqId: () => deps.ids.uuid(),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // It may say for whom it asks, and that he came by TLS.
    trustProxy: trustedBy(deps.edge),
    ...(deps.edge && { serverFactory: deps.edge.create }),
    exposeHeadRoutes: false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => tellProblem(deps, error, request, reply),
  })
  app.decorateRequest('signedIn', null)
  // What is no JSON is not read at all.
  app.removeContentTypeParser('text/plain')
  // The rows parse by themselves; the schemas in Fastify's hands only make the document.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler((error, request, reply) => tellProblem(deps, error, request, reply))
  app.setNotFoundHandler(async (request, reply) => {
    if (otherwise && (await otherwise(request, reply))) return reply
    return tellProblem(deps, new Refusal('not_found', { path: request.url }), request, reply)
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  const drained = countRequests(app, deps.clock)
  const limits = limitsOf(deps)
  await addSafety(app, deps, limits)
  addMetrics(app, deps)
  await app.register(async (documentedApp) => {
    await documented(documentedApp)
    for (const route of routes) addRoute(documentedApp, deps, limits, route)
  })
  return { app, drained }
}
