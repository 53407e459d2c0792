// A fuzz of the API from its own document 接口模糊测试: requests that it allows and the same spoilt, by
// callers of two scopes. PREWATT_FUZZ_RUNS makes it longer, PREWATT_FUZZ_SEED another one.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTwoBuildings, type TwoBuildings } from '../two-buildings.ts'
import { type Operation, operationsOf } from './api-document.ts'
import { wrongWith } from './api-judge.ts'
import { type FuzzRequest, requestsOf } from './api-requests.ts'
import { type FuzzCaller, knownIn, plantedCallers, revive } from './api-world.ts'
import type { Known } from './from-schema.ts'

const RUNS = Number(process.env.PREWATT_FUZZ_RUNS ?? 6)
const SEED = Number(process.env.PREWATT_FUZZ_SEED ?? 20_261_123)
/** Only operations whose name fits this. */
const ONLY = new RegExp(process.env.PREWATT_FUZZ_ONLY ?? '')
const WITHIN_MS = 300_000 + RUNS * 30_000

let world: TwoBuildings
let callers: FuzzCaller[]
let operations: Operation[]
let knownFor: (path: string) => Known
let requests = 0
let accepted = 0

beforeAll(async () => {
  world = await startTwoBuildings()
  callers = await plantedCallers(world)
  knownFor = await knownIn(world)
  const { body } = await world.rig.client().get('/api/v1/openapi.json')
  operations = operationsOf(body).filter(({ method, path }) => ONLY.test(`${method} ${path}`))
})
afterAll(() => world.stop())

const STREAM = 'text/event-stream'

const send = async (caller: FuzzCaller, request: FuzzRequest) => {
  requests += 1
  const headers = new Headers(caller.headers)
  headers.set('accept-language', 'en')
  // Limits by address are proved elsewhere.
  headers.set('x-forwarded-for', `10.2.${(requests >> 8) & 255}.${requests & 255}`)
  headers.set('idempotency-key', `fuzz-${requests}`)
  if (request.body !== null) headers.set('content-type', 'application/json')
  const abort = new AbortController()
  const { method, url, body } = request
  const mayCarry = method !== 'GET'
  const response = await fetch(`${world.rig.web.url}${url}`, {
    ...{ method, headers, signal: abort.signal, redirect: 'manual' },
    body: mayCarry ? body : null,
  })
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  const text = type === STREAM ? '' : await response.text()
  abort.abort()
  return { status: response.status, type, text }
}

const SHUT_OUT = new Set([401, 403])

/** What is wrong with the answer to one request, or with what the server wrote about it. */
const judged = async (
  operation: Operation,
  caller: FuzzCaller,
  request: FuzzRequest,
): Promise<string | null> => {
  world.rig.lines.length = 0
  const told = await send(caller, request)
  if (told.status < 300) accepted += 1
  if (told.status === 401 || (SHUT_OUT.has(told.status) && /_required"/.test(told.text)))
    await revive(world, caller)
  const logged = world.rig.lines.find(({ level }) => level === 'error')
  const wrong = wrongWith(operation, told, caller.hidden)
  return logged ? `${wrong ?? told.status}; ${JSON.stringify(logged).slice(0, 900)}` : wrong
}

/** The first thing found wrong with an operation, with the request that shows it. */
const fuzzed = async (operation: Operation): Promise<string | null> => {
  const asked = fc.tuple(
    fc.constantFrom(...callers),
    requestsOf(operation, knownFor(operation.path)),
  )
  let wrong: string | null = null
  const property = fc.asyncProperty(asked, async ([caller, request]) => {
    const found = await judged(operation, caller, request)
    wrong = found ?? wrong
    return found === null
  })
  const options = { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: WITHIN_MS }
  const report = await fc.check(property, { ...options, endOnFailure: RUNS > 50 })
  if (!report.failed || report.counterexample === null) return null
  const [[caller, request]] = report.counterexample
  const { method, url, body } = request
  const shown = `${method} ${url.slice(0, 300)} ${body?.slice(0, 600) ?? ''} by ${caller.username}`
  const what = `${operation.method} ${operation.path} (seed ${SEED})`
  return `${what}: ${wrong ?? report.errorInstance}\n    ${shown}`
}

test(
  'whatever is asked of it, the API answers as its document says, and of its own',
  async () => {
    const began = process.cpuUsage()
    const found: string[] = []
    for (const operation of operations) {
      const wrong = await fuzzed(operation)
      if (wrong !== null) found.push(wrong)
    }
    const { user, system } = process.cpuUsage(began)
    process.stdout.write(
      `${requests} requests to ${operations.length} operations, ${accepted} accepted, ` +
        `seed ${SEED}, ${Math.round((user + system) / 1e6)} s of CPU\n`,
    )
    expect(found.join('\n')).toBe('')
    expect(accepted).toBeGreaterThan(requests / 20)
  },
  WITHIN_MS,
)
