// A complex, its simulated meters and the process that is killed 崩溃试验台. Nobody kills the meters:
// they are the witness.

import { parseDefinition } from '../../sim/definition.ts'
import { type SimulatedComplex, startSimulatedComplex } from '../../sim/simulated-complex.ts'
import { AFTER_REDUCTION } from '../../src/accounts/after-reduction.ts'
import { newCustomerNo } from '../../src/accounts/customer-no.ts'
import { ownerQuery } from '../../src/adapters/owner-query.ts'
import { systemClock } from '../../src/adapters/system.ts'
import { releaseHold } from '../../src/delivery/release.ts'
import type { ComplexDefinition } from '../../src/demo/complex.ts'
import { auditBooks } from '../../src/ledger/audit.ts'
import type { Finding } from '../../src/ledger/finding.ts'
import { ensurePartitions } from '../../src/metering/readings/partitions.ts'
import { systemScope } from '../../src/ports/database.ts'
import { must } from '../../src/shared/assert.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { type TinyComplex, tinyComplex, tinyDefinition } from '../tiny-complex.ts'
import { Cashier, type Program } from './cashier-process.ts'
import type { Order, Setup, Told } from './cashier-words.ts'

export type CrashBench = {
  base: TestDatabase
  complex: TinyComplex
  sim: SimulatedComplex
  cashier: Cashier
  rows<Row>(sql: string, params?: unknown[]): Promise<Row[]>
  end(): Promise<void>
}

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

type Options = { meters: number; protocol?: Setup['protocol']; closes?: boolean }

export const startCrashBench = async (
  program: Program,
  { meters, protocol = 'product', closes = false }: Options,
): Promise<CrashBench> => {
  const base = await freshDatabase()
  await ensurePartitions(ownerQuery(base.ownerUrl), systemClock.now())
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
  const cashier = new Cashier(program, {
    ...{ url: base.appUrl, masterKey: Buffer.alloc(32, 7).toString('hex'), gatewayPort },
    ...{ complexId: complex.complexId, operator: must(complex.clerk.operator, 'a clerk') },
    ...{ protocol, closes },
  })
  return {
    ...{ base, complex, sim, cashier },
    rows: (sql, params = []) => base.db.as(systemScope('test'), (tx) => tx.query(sql, params)),
    end: async () => {
      cashier.stop()
      await sim.stop()
      await base.drop()
    },
  }
}

export const meterAt = ({ complex }: CrashBench, index: number) =>
  must(complex.meters[index], 'a meter')

export const orderOf = (bench: CrashBench, index: number, rest: Partial<Order>): Order => ({
  do: 'open',
  crashAt: null,
  requestId: `open-${index}`,
  meterId: meterAt(bench, index).meterId,
  accountId: null,
  planId: bench.complex.planId,
  amountFen: 1_000 + index,
  ...rest,
})

const whatWaits = ({ rows }: CrashBench) =>
  rows(
    `select (select jsonb_agg(p) from purchase p
        where p.state not in ('DELIVERED', 'CANCELLED', 'VOID')) as purchases,
      (select jsonb_agg(r) from reduction r where r.state not in ('DONE', 'CANCELLED'))
        as reductions,
      (select jsonb_agg(h) from (select * from hold where released_at is null) h) as holds,
      (select jsonb_agg(w) from work w) as work, (select jsonb_agg(k) from closing k) as closings,
      (select jsonb_agg(l) from lease l) as leases, now() as now`,
  )

const ask = async (bench: CrashBench, order: Order): Promise<Told | null> => {
  try {
    return await bench.cashier.ask(order)
  } catch (error) {
    process.stdout.write(`what waits: ${JSON.stringify(await whatWaits(bench))}\n`)
    throw error
  }
}

/** One death: asks, is killed at call `crashAt`, comes back, is asked again under the same id. */
export const dieOnce = async (
  bench: CrashBench,
  order: Order,
): Promise<{ died: boolean; told: Told }> => {
  const told = await ask(bench, order)
  if (told) return { died: false, told }
  const again = await ask(bench, { ...order, crashAt: null })
  return { died: true, told: must(again, 'without a crash it ends') }
}

/** Asked and not killed. */
export const done = async (bench: CrashBench, order: Order): Promise<Told> =>
  must(await ask(bench, { ...order, crashAt: null }), 'without a crash it ends')

/** A person has looked at the meter: what was sent never arrived. */
export const releaseAsNotTaken = async (bench: CrashBench, index: number): Promise<void> => {
  const { complex } = bench
  await releaseHold(
    { ...complex.deps, afterReduction: AFTER_REDUCTION, newCustomerNo },
    complex.clerk,
    {
      complexId: complex.complexId,
      meterId: meterAt(bench, index).meterId,
      requestId: complex.deps.ids.uuid(),
      resolution: 'notTaken',
      reason: '现场核对',
      differenceFen: 0,
    },
  )
}

/** What the witness of a meter has seen go in. */
export const creditsOf = (bench: CrashBench, index: number): number[] =>
  bench.sim.meter(meterAt(bench, index).address).state.credits.map((credit) => credit.amountFen)

/** How often a meter gave money up under an order number. */
export const timesGiven = (bench: CrashBench, index: number, orderNo: string): number =>
  bench.sim
    .meter(meterAt(bench, index).address)
    .state.reductions.filter((each) => each.orderNo === orderNo).length

export const booksAre = async (
  bench: CrashBench,
): Promise<{ states: string[]; findings: Finding[] }> => {
  const states = await bench.rows<{ state: string }>('select distinct state from purchase')
  return { states: states.map((row) => row.state), findings: await auditBooks(bench.base.db) }
}
