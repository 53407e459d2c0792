// How fast the ledger sells 售电提交: recharges committed a second, chains and all, against pgbench's
// TPC-B-like transaction on the same server in the same round: in the database, as the product's
// own function sells with all its checks, and through HTTP.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { urlOfDatabase } from '../../src/adapters/embedded-postgres/launcher.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { auditBooks } from '../../src/ledger/audit.ts'
import { must } from '../../src/shared/assert.ts'
import { installed } from '../setup/programs.ts'
import { httpClerk, startSellingServer } from './ledger-http.ts'
import { COMPLEXES, type LedgerWorld, METERS, sellOne, startLedgerWorld } from './ledger-world.ts'

const CLIENTS = [8, 16] as const
const ROUNDS = 3
const SECONDS = 4
const SCALE = 20

const chance = (below: number): number => Math.floor(Math.random() * below)

// Two sales of one amount to one meter within minutes would be asked about.
let sold = 0
const nextFen = (): number => {
  sold += 1
  return sold
}

/** A second's commits of `run`, called by so many clients at once. */
const rateOf = async (clients: number, run: (client: number) => Promise<void>): Promise<number> => {
  const began = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() - began < SECONDS * 1_000) {
        await run(client)
        done++
      }
    }),
  )
  return done / ((performance.now() - began) / 1_000)
}

const pgbench = async (clients: number, url: string): Promise<number> => {
  const run = ['-M', 'prepared', '-n', '-c', `${clients}`, '-j', '2', '-T', `${SECONDS}`]
  const { stdout } = await promisify(execFile)(installed('pgbench'), [...run, url])
  return Number(must(/tps = ([\d.]+)/.exec(stdout)?.[1], 'pgbench says its rate'))
}

const named = (complexes: number): string =>
  complexes === 1 ? 'one complex' : `${complexes} complexes`

type Way = { name: string; rate(clients: number): Promise<number> }

const inDatabase = (world: LedgerWorld, complexes: number): Way => ({
  name: `in the database, ${named(complexes)}`,
  rate: (clients) =>
    rateOf(clients, (clerk) => {
      const sale = { complex: chance(complexes), account: chance(METERS), clerk }
      return sellOne(world, { ...sale, amountFen: nextFen() })
    }),
})

const byHttp = (world: LedgerWorld, url: URL, complexes: number): Way => ({
  name: `HTTP, ${named(complexes)}`,
  rate: async (clients) => {
    const names = world.clerks.slice(0, clients).map(({ username }) => username)
    const clerks = await Promise.all(names.map((name) => httpClerk(url, name)))
    const rate = await rateOf(clients, (client) => {
      const account = 1 + chance(complexes * METERS)
      return must(clerks[client], 'a clerk').sell(account, nextFen())
    })
    for (const clerk of clerks) clerk.leave()
    return rate
  },
})

const median = (values: readonly number[]): number =>
  must([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)], 'a figure')

type Figures = { way: string; clients: number; tps: number; rate: number }

/** TPC-B-like goes right before each way: what else the machine does changes by the minute. */
const measure = async (tpcUrl: string, ways: readonly Way[]): Promise<Figures[]> => {
  const figures: Figures[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (const clients of CLIENTS)
      for (const { name, rate } of ways) {
        const tps = await pgbench(clients, tpcUrl)
        figures.push({ way: name, clients, tps, rate: await rate(clients) })
      }
  return figures
}

const row = (name: string, clients: number, of: readonly Figures[]): string => {
  const [tps, rate] = [median(of.map((f) => f.tps)), median(of.map((f) => f.rate))]
  const ratio = median(of.map((f) => f.rate / f.tps))
  return `| ${name} | ${clients} | ${tps.toFixed(0)} | ${rate.toFixed(0)} | ${ratio.toFixed(2)} |`
}

const table = (figures: readonly Figures[], ways: readonly Way[]): string =>
  [
    '| | clients | TPC-B-like/s | sales/s | ÷ |',
    '|---|---:|---:|---:|---:|',
    ...ways.flatMap(({ name }) =>
      CLIENTS.map((clients) => {
        const of = figures.filter((each) => each.way === name && each.clients === clients)
        return row(name, clients, of)
      }),
    ),
  ].join('\n')

/** Every clerk's till in every complex; then the figures the planner goes by are true. */
const warmUp = async (world: LedgerWorld): Promise<void> => {
  for (const complex of world.complexes.keys())
    for (const clerk of world.clerks.keys())
      await sellOne(world, { complex, clerk, account: clerk, amountFen: nextFen() })
  await withClient(world.ownerUrl, (client) => client.query('vacuum analyze'))
}

export const benchLedger = async (): Promise<string> => {
  const world = await startLedgerWorld()
  try {
    const tpcUrl = urlOfDatabase(world.ownerUrl, 'tpcb')
    await withClient(world.ownerUrl, (client) => client.query('create database tpcb'))
    await promisify(execFile)(installed('pgbench'), ['-i', '-q', '-s', `${SCALE}`, tpcUrl])
    await warmUp(world)
    const own = [1, COMPLEXES].map((complexes) => inDatabase(world, complexes))
    const figures = await measure(tpcUrl, own)
    // The server looks for work all the time, so it runs only where it is measured.
    const server = await startSellingServer(world)
    const http = [1, COMPLEXES].map((complexes) => byHttp(world, server.url, complexes))
    figures.push(...(await measure(tpcUrl, http).finally(server.stop)))
    const sound = (await auditBooks(world.db)).length === 0
    return `${table(figures, [...own, ...http])}\n\nbooks sound afterwards: ${sound ? 'yes' : 'NO'}`
  } finally {
    await world.stop()
  }
}
