// The web role on a fresh database for tests 网页测试台: real HTTP, real PostgreSQL, operators of every
// role, and a client that keeps its cookie as a browser does.

import { systemFiles } from '../src/adapters/files.ts'
import { systemGzip } from '../src/adapters/gzip.ts'
import { listFolder } from '../src/adapters/list-folder.ts'
import { createOutbound } from '../src/adapters/outbound.ts'
import { xlsxSheets } from '../src/adapters/sheets.ts'
import { systemClock, systemIds, systemRng } from '../src/adapters/system.ts'
import { loadAlarmRules } from '../src/alarms/catalog.ts'
import type { Session } from '../src/http/contract/operators.ts'
import { createMetrics } from '../src/http/metrics.ts'
import { startWeb, type Web, type WebDeps } from '../src/http/start-web.ts'
import { MODELS_FOLDER } from '../src/metering/meter-model/meter-model.ts'
import { isMeterModel } from '../src/metering/meter-model/model-check.ts'
import { createOperator, seedRoles } from '../src/operators/create.ts'
import { createPasswords } from '../src/operators/password.ts'
import { writeRole } from '../src/operators/role-store.ts'
import type { Clock } from '../src/ports/clock.ts'
import { systemScope } from '../src/ports/database.ts'
import type { Log } from '../src/ports/log.ts'
import { createComplex } from '../src/registers/complex-store.ts'
import { loadCatalog } from '../src/shared/catalog.ts'
import type { ComplexId } from '../src/shared/ids.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { type TinyComplex, tinyComplex } from './tiny-complex.ts'

export const PASSWORD = 'Correct-horse-7'

export type Logged = { level: 'info' | 'warn' | 'error'; text: string; facts: unknown }

const memoryLog = (lines: Logged[]): Log => ({
  info: (text, facts) => lines.push({ level: 'info', text, facts }),
  warn: (text, facts) => lines.push({ level: 'warn', text, facts }),
  error: (text, facts) => lines.push({ level: 'error', text, facts }),
})

export type Answer = { status: number; headers: Headers; body: unknown }

export type Client = {
  /** Sends as the browser would: cookie, CSRF token, a fresh Idempotency-Key for writes. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  logIn(username: string, password?: string): Promise<Answer>
  readonly cookie: string
  readonly csrfToken: string
}

export type SendOptions = {
  body?: unknown
  headers?: Record<string, string>
  /** Headers that a browser would send and this request leaves out. */
  without?: string[]
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isSession = (body: unknown): body is Session =>
  typeof body === 'object' && body !== null && 'csrfToken' in body

export const createClient = (url: string): Client => {
  let cookie = ''
  let csrfToken = ''
  const send: Client['send'] = async (method, path, options = {}) => {
    const headers = new Headers({ 'accept-language': 'en', ...options.headers })
    if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie)
    if (method !== 'GET' && csrfToken !== '') headers.set('x-csrf-token', csrfToken)
    if (method !== 'GET' && !headers.has('idempotency-key'))
      headers.set('idempotency-key', systemIds.uuid())
    if (options.body !== undefined) headers.set('content-type', 'application/json')
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
    for (const name of options.without ?? []) headers.delete(name)
    const body = options.body === undefined ? undefined : JSON.stringify(options.body)
    const response = await fetch(`${url}${path}`, { method, headers, body })
    const setCookie = response.headers.getSetCookie()[0]
    if (setCookie !== undefined) cookie = setCookie.split(';')[0] ?? ''
    return { status: response.status, headers: response.headers, body: json(await response.text()) }
  }
  return {
    send,
    get: (path, headers) => send('GET', path, { headers }),
    post: (path, body, headers) => send('POST', path, { body, headers }),
    logIn: async (username, password = PASSWORD) => {
      const answer = await send('POST', '/api/v1/session', { body: { username, password } })
      if (isSession(answer.body)) csrfToken = answer.body.csrfToken
      return answer
    },
    get cookie() {
      return cookie
    },
    get csrfToken() {
      return csrfToken
    },
  }
}

export type WebRig = {
  base: TestDatabase
  complex: TinyComplex
  /** A second complex with nothing in it. */
  otherComplex: ComplexId
  web: Web
  deps: WebDeps
  lines: Logged[]
  addOperator(username: string, role: string, complexes: ComplexId[] | null): Promise<void>
  client(): Client
  /** A client that has logged in. */
  as(username: string): Promise<Client>
  stop(): Promise<void>
}

export type RigOptions = {
  meters?: number
  clock?: Clock
  webRoot?: string | null
  ready?: WebDeps['ready']
  outbound?: WebDeps['outbound']
}

export const startWebRig = async (options: RigOptions = {}): Promise<WebRig> => {
  const clock = options.clock ?? systemClock
  const base = await freshDatabase({ clock, poolMax: 6 })
  const complex = await tinyComplex(base.db, { meters: options.meters ?? 4 })
  const lines: Logged[] = []
  const deps: WebDeps = {
    ...complex.deps,
    clock,
    rng: systemRng,
    files: systemFiles,
    gzip: systemGzip,
    log: memoryLog(lines),
    metrics: createMetrics(),
    ready: options.ready ?? (async () => ({ ok: true, checks: { database: true } })),
    alarmRules: await loadAlarmRules(listFolder),
    models: await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel),
    userModels: new Set(),
    modelFaults: [],
    sheets: xlsxSheets,
    outbound: options.outbound ?? createOutbound([]),
    drivers: { of: () => null },
    busFiguresOf: () => null,
    unknownCallers: () => ({ collector: 'rig', callers: [] }),
    modelNameOf: (model) => ({ zh: `表型 ${model}`, en: `Model ${model}` }),
    host: '127.0.0.1',
    port: 0,
    webRoot: options.webRoot ?? null,
  }
  const otherComplex = await base.db.as(systemScope('test'), async (tx) => {
    await seedRoles(tx)
    const nobody = { code: 'nobody', zh: '无权限', en: 'Nobody', permissions: [] }
    await writeRole(tx, nobody)
    const other = { code: 'other', name: '另一综合体', nameEn: 'Other', zone: 'Asia/Shanghai' }
    return createComplex(tx, { ...other, dayCutMinutes: 0 })
  })
  const passwords = createPasswords(systemRng)
  const web = await startWeb(deps)
  const rig: WebRig = {
    base,
    complex,
    otherComplex,
    web,
    deps,
    lines,
    addOperator: async (username, role, complexes) => {
      const operator = { username, name: `操作员 ${username}`, password: PASSWORD, role, complexes }
      await createOperator({ ...deps, passwords }, systemScope('test'), operator)
    },
    client: () => createClient(web.url),
    as: async (username) => {
      const client = createClient(web.url)
      const answer = await client.logIn(username)
      if (answer.status !== 200) throw new Error(`log-in of ${username}: ${answer.status}`)
      return client
    },
    stop: async () => {
      await web.stop()
      await base.drop()
    },
  }
  return rig
}
