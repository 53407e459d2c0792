// The centre dies by SIGKILL at every call to the world on the way of an opening and of a recharge,
// one after another, and is started again. The simulated meters are the witness: each acknowledged
// amount is in its meter exactly once. The wrong protocol must be caught by the same walk.

import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parseDefinition } from '../../sim/definition.ts'
import { type SimulatedComplex, startSimulatedComplex } from '../../sim/simulated-complex.ts'
import { AFTER_REDUCTION } from '../../src/accounts/after-reduction.ts'
import { newCustomerNo } from '../../src/accounts/customer-no.ts'
import { releaseHold } from '../../src/delivery/release.ts'
import type { ComplexDefinition } from '../../src/demo/complex.ts'
import { auditBooks } from '../../src/ledger/audit.ts'
import { systemScope } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { type TinyComplex, tinyComplex, tinyDefinition } from '../tiny-complex.ts'
import { type Order, type Setup, type Told, toldFrom } from './cashier-words.ts'

const CALLS_MAX = 300
const ENTRY = join(process.cwd(), 'test/crash/cashier.ts')
const DELIVERED_WITHIN_MS = 15_000
/** Claims of the dead run out within half a minute; what waits longer waits for ever. */
const STUCK_MS = 90_000
/** Each kill is a start of the program: every fourth call keeps the walk within half a minute. */
const REFUND_KILL_EVERY = 4

const manyMeters = (count: number): ComplexDefinition => {
  const one = tinyDefinition(1)
  const pattern = must(one.meters[0], 'the demo has meters')
  const meters = Array.from({ length: count }, (_, index) => ({
    ...pattern,
    model: 'dlt645-prepaid-1p' as const,
    // Unlit: what was credited stays in the meter, to the fen.
    ratedW: 0,
    premises: `T-${index}`,
    address: `2099${index.toString().padStart(8, '0')}`,
  }))
  return { ...one, meters }
}

class Cashier {
  readonly #setup: Setup
  #child: ChildProcess | null = null
  #told: ((told: Told) => void) | null = null

  constructor(setup: Setup) {
    this.#setup = setup
  }

  async start(): Promise<void> {
    // Hundreds of starts: what was compiled once is read back.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'prewatt-compile-cache') }
    const child = fork(ENTRY, [JSON.stringify(this.#setup)], { stdio: 'inherit', env })
    child.on('message', (message) => this.#told?.(toldFrom(message)))
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      this.#told = () => resolve()
      child.once('exit', (code, signal) => reject(new Error(`no start: ${code} ${signal}`)))
    })
    child.removeAllListeners('exit')
  }

  /** The answer, or null when the process died before or after giving it. */
  async ask(order: Order, until: () => Promise<boolean>): Promise<Told | null> {
    const child = must(this.#child, 'started')
    const died = new Promise<null>((resolve) => child.once('exit', () => resolve(null)))
    const answered = new Promise<Told>((resolve) => {
      this.#told = resolve
    })
    child.send(order)
    const told = await Promise.race([answered, died])
    if (told?.error) throw new Error(told.error)
    const finished = async (): Promise<Told | null> => {
      const stuckAt = performance.now() + STUCK_MS
      while (child.exitCode === null && child.signalCode === null) {
        if (await until()) return told
        if (performance.now() > stuckAt) throw new Error(`never ends: ${JSON.stringify(order)}`)
        await pause(5)
      }
      return null
    }
    return told && Promise.race([finished(), died])
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
  }
}

type Bench = {
  base: TestDatabase
  complex: TinyComplex
  sim: SimulatedComplex
  cashier: Cashier
  end(): Promise<void>
}

const startBench = async (protocol: Setup['protocol'], meters: number): Promise<Bench> => {
  const base = await freshDatabase()
  const definition = manyMeters(meters)
  const sim = await startSimulatedComplex({
    definition: parseDefinition(definition),
    dataDir: null,
    boundTo: 'crash',
    load: 0,
    pace: 0,
    reactionMs: 0,
  })
  const gatewayPort = must(sim.gateways[0], 'one gateway').port
  const complex = await tinyComplex(base.db, { definition, gatewayPort })
  const cashier = new Cashier({
    url: base.appUrl,
    masterKey: Buffer.alloc(32, 7).toString('hex'),
    complexId: complex.complexId,
    operator: must(complex.clerk.operator, 'a clerk'),
    gatewayPort,
    protocol,
  })
  const end = async () => {
    cashier.stop()
    await sim.stop()
    await base.drop()
  }
  return { base, complex, sim, cashier, end }
}

const whatWaits = (bench: Bench) =>
  bench.base.db.as(systemScope('test'), (tx) =>
    tx.query(
      `select (select jsonb_agg(r) from reduction r
          where r.state not in ('DONE', 'CANCELLED')) as reductions,
        (select jsonb_agg(h) from (select * from hold where released_at is null) h) as holds,
        (select jsonb_agg(w) from work w) as work, now() as now,
        (select jsonb_agg(l) from lease l) as leases`,
    ),
  )

const allEnded = (bench: Bench, meter: number): Promise<boolean> =>
  bench.base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ waiting: number; all: number }>(
      `select count(*) filter (where state in ('QUEUED', 'ARMED', 'SENT'))::int as waiting,
         count(*)::int as all from (select meter_id, state from purchase
           union all select meter_id, state from reduction) done where meter_id = $1`,
      [meter],
    )
    const row = must(rows[0], 'one row')
    return row.all > 0 && row.waiting === 0
  })

/** One death: asks, is killed at call `crashAt`, comes back, asks again under the same id. */
const dieOnce = async (bench: Bench, order: Order): Promise<{ died: boolean; told: Told }> => {
  const until = () => allEnded(bench, order.meterId)
  const told = await bench.cashier.ask(order, until).catch(async (error: unknown) => {
    process.stdout.write(`what waits: ${JSON.stringify(await whatWaits(bench))}\n`)
    throw error
  })
  if (told) return { died: false, told }
  await bench.cashier.start()
  const again = await bench.cashier.ask({ ...order, crashAt: null }, until).catch(async (error) => {
    process.stdout.write(`what waits: ${JSON.stringify(await whatWaits(bench))}\n`)
    throw error
  })
  return { died: true, told: must(again, 'without a crash it ends') }
}

const creditsOf = (bench: Bench, address: string): number[] =>
  bench.sim.meter(address).state.credits.map((credit) => credit.amountFen)

const meterAt = (bench: Bench, index: number) => must(bench.complex.meters[index], 'a meter')

type Walk = { calls: number; doubled: number }

const orderOf = (bench: Bench, index: number, rest: Partial<Order>): Order => ({
  do: 'open',
  crashAt: null,
  requestId: `open-${index}`,
  meterId: meterAt(bench, index).meterId,
  accountId: null,
  planId: bench.complex.planId,
  amountFen: 1_000 + index,
  ...rest,
})

/** Opens one meter after another, dying one call later each time. */
const walkOpenings = async (bench: Bench, meters: number): Promise<Walk> => {
  await bench.cashier.start()
  let doubled = 0
  for (let crashAt = 1; crashAt < meters; crashAt++) {
    const { died } = await dieOnce(bench, orderOf(bench, crashAt, { crashAt }))
    const credits = creditsOf(bench, meterAt(bench, crashAt).address)
    if (credits.join() !== String(1_000 + crashAt)) doubled++
    if (!died) return { calls: crashAt - 1, doubled }
  }
  return { calls: meters - 1, doubled }
}

/** Recharges the one meter, the n-th time, dying at a call; whether its meter got it once. */
const rechargesOf = (bench: Bench, accountId: number) => async (n: number, crashAt: number) => {
  const { address } = meterAt(bench, 0)
  const before = creditsOf(bench, address).length
  const amountFen = 10_000 + n
  const asked = { do: 'recharge', crashAt, requestId: `recharge-${n}`, accountId } as const
  const { died } = await dieOnce(bench, orderOf(bench, 0, { ...asked, amountFen }))
  return { died, once: creditsOf(bench, address).slice(before).join() === String(amountFen) }
}

/** Recharges one meter again and again, dying one call later each time. */
const walkRecharges = async (bench: Bench, most: number): Promise<Walk> => {
  await bench.cashier.start()
  const opening = await dieOnce(bench, orderOf(bench, 0, { amountFen: 500 }))
  const accountId = must(opening.told.accountId, 'opened')
  const recharge = rechargesOf(bench, accountId)
  let doubled = 0
  for (let crashAt = 1; crashAt <= most; crashAt++) {
    const { died, once } = await recharge(crashAt, crashAt)
    if (!once) doubled++
    if (!died) return { calls: crashAt - 1, doubled }
  }
  return { calls: most, doubled }
}

/**
 * Which call falls between a credit and its note varies where nothing is noted before it is sent:
 * the walk goes round until it has met that moment.
 */
const walkUntilDoubled = async (bench: Bench, most: number): Promise<boolean> => {
  await bench.cashier.start()
  const opening = await dieOnce(bench, orderOf(bench, 0, { amountFen: 500 }))
  const recharge = rechargesOf(bench, must(opening.told.accountId, 'opened'))
  let crashAt = 1
  for (let n = 1; n <= most; n++) {
    const { died, once } = await recharge(n, crashAt)
    if (!once) return true
    crashAt = died ? crashAt + 1 : 1
  }
  return false
}

type RefundWalk = { calls: number; ends: string[]; wrong: string[] }

const reductionOf = (bench: Bench, requestId: string) =>
  bench.base.db.as(systemScope('test'), async (tx) => {
    const rows = await tx.query<{ state: string; sends: number; orderNo: string }>(
      `select state, sends, order_no as "orderNo" from reduction where request_id = $1`,
      [requestId],
    )
    return must(rows[0], 'the refund was queued')
  })

/** A person has looked at the meter: what was sent never arrived. */
const releaseAsNotTaken = (bench: Bench, index: number) =>
  releaseHold(
    { ...bench.complex.deps, afterReduction: AFTER_REDUCTION, newCustomerNo },
    bench.complex.clerk,
    {
      complexId: bench.complex.complexId,
      meterId: meterAt(bench, index).meterId,
      requestId: bench.complex.deps.ids.uuid(),
      resolution: 'notTaken',
      reason: '现场核对',
      differenceFen: 0,
    },
  )

/** Refunds from one meter again and again, dying some calls later each time. */
const walkRefunds = async (bench: Bench, every: number): Promise<RefundWalk> => {
  await bench.cashier.start()
  const opening = await dieOnce(bench, orderOf(bench, 0, { amountFen: 1_000_000 }))
  const accountId = must(opening.told.accountId, 'opened')
  const { address } = meterAt(bench, 0)
  const walk: RefundWalk = { calls: 0, ends: [], wrong: [] }
  for (let crashAt = 1; crashAt < CALLS_MAX; crashAt += every) {
    const requestId = `refund-${crashAt}`
    const asked = { do: 'refund', crashAt, requestId, accountId, amountFen: 1_000 } as const
    const { died } = await dieOnce(bench, orderOf(bench, 0, asked))
    const { state, sends, orderNo } = await reductionOf(bench, requestId)
    const given = bench.sim.meter(address).state.reductions
    const times = given.filter((each) => each.orderNo === orderNo).length
    const fits = state === 'DONE' ? times === 1 && sends === 1 : times === 0
    if (!fits) walk.wrong.push(`killed at ${crashAt}: ${state}, taken ${times} times`)
    walk.ends.push(state)
    if (state === 'HOLD') await releaseAsNotTaken(bench, 0)
    if (!died) return walk
    walk.calls = crashAt
  }
  return walk
}

const booksAre = async (bench: Bench) => {
  const states = await bench.base.db.as(systemScope('test'), (tx) =>
    tx.query<{ state: string }>('select distinct state from purchase'),
  )
  return { states: states.map((row) => row.state), findings: await auditBooks(bench.base.db) }
}

describe.concurrent('killed at every call to the world and started again', () => {
  test('an opening reaches its meter exactly once', async () => {
    const bench = await startBench('product', CALLS_MAX)
    try {
      const walk = await walkOpenings(bench, CALLS_MAX)
      process.stdout.write(`  opening: killed at each of ${walk.calls} calls\n`)
      expect(walk.calls).toBeGreaterThan(40)
      expect(walk.calls).toBeLessThan(CALLS_MAX - 1)
      expect(walk.doubled).toBe(0)
      expect(await booksAre(bench)).toEqual({ states: ['DELIVERED'], findings: [] })
    } finally {
      await bench.end()
    }
  }, 600_000)

  test('a recharge reaches its meter exactly once', async () => {
    const bench = await startBench('product', 1)
    try {
      const walk = await walkRecharges(bench, CALLS_MAX)
      process.stdout.write(`  recharge: killed at each of ${walk.calls} calls\n`)
      expect(walk.calls).toBeGreaterThan(40)
      expect(walk.calls).toBeLessThan(CALLS_MAX)
      expect(walk.doubled).toBe(0)
      expect(await booksAre(bench)).toEqual({ states: ['DELIVERED'], findings: [] })
    } finally {
      await bench.end()
    }
  }, 600_000)

  test('a refund takes money out of its meter once, or is held', async () => {
    const bench = await startBench('product', 1)
    try {
      const walk = await walkRefunds(bench, REFUND_KILL_EVERY)
      process.stdout.write(`  refund: killed at every fourth of ${walk.calls} calls\n`)
      expect(walk.wrong).toEqual([])
      expect(walk.calls).toBeGreaterThan(40)
      expect(walk.ends).toContain('DONE')
      expect(walk.ends.filter((end) => end !== 'DONE' && end !== 'HOLD')).toEqual([])
      expect(await auditBooks(bench.base.db)).toEqual([])
    } finally {
      await bench.end()
    }
  }, 600_000)

  test(
    'a protocol that sends again in doubt is caught',
    async () => {
      const bench = await startBench('resend', 1)
      try {
        expect(await walkUntilDoubled(bench, CALLS_MAX)).toBe(true)
      } finally {
        await bench.end()
      }
    },
    DELIVERED_WITHIN_MS * 20,
  )
})
