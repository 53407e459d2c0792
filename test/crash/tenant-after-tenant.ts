// One tenant after another at the same meter 前后租户: opened, sold to, electricity used, closed and
// paid out; then the next one, who must see nothing of it.

import { setTimeout as pause } from 'node:timers/promises'
import { must } from '../../src/shared/assert.ts'
import { type CrashBench, done, meterAt, orderOf } from './crash-bench.ts'

const FIRST_FEN = 1_000
const MORE_FEN = 50_000
const NEXT_FEN = 2_000
/** A few fen in a moment: more would be a jump that a person has to look at. */
const LOAD_W = 1_000_000
const USING_MS = 200

const useElectricity = async (bench: CrashBench): Promise<void> => {
  const meter = bench.sim.meter(meterAt(bench, 0).address)
  meter.site.fixedW = LOAD_W
  await pause(USING_MS)
  meter.advance(Date.now())
  meter.site.fixedW = 0
}

const sumOf = async ({ rows }: CrashBench, path: string): Promise<number> => {
  const found = await rows<{ fen: number }>(
    `select coalesce(-sum(e.fen), 0)::integer as fen from ledger_account a
     join entry e on e.complex_id = a.complex_id and e.ledger_account_id = a.ledger_account_id
     where a.path like $1`,
    [path],
  )
  return must(found[0], 'a sum').fen
}

const seenBy = async (bench: CrashBench, account: number) => {
  const sales = await bench.rows<{ fen: number }>(
    'select paid_fen as fen from sale where account_id = $1',
    [account],
  )
  const bought = await bench.rows<{ fen: number; supply: number }>(
    `select amount_fen as fen, supply_id as supply from purchase
     where supply_id in (select supply_id from supply where account_id = $1)`,
    [account],
  )
  const supply = must(bought[0], 'he has bought').supply
  return {
    inMeterFen: bench.sim.meter(meterAt(bench, 0).address).state.remainingFen,
    sales: sales.map(({ fen }) => fen),
    purchases: bought.map(({ fen }) => fen),
    money: await sumOf(bench, `supply/${supply}/credit`),
  }
}

export const tenantAfterTenant = async (bench: CrashBench) => {
  const { accountId } = await done(bench, orderOf(bench, 0, { amountFen: FIRST_FEN }))
  const account = must(accountId, 'opened')
  const sale = { do: 'recharge', requestId: 'more', amountFen: MORE_FEN } as const
  await done(bench, orderOf(bench, 0, { ...sale, accountId: account }))
  await useElectricity(bench)
  const meter = bench.sim.meter(meterAt(bench, 0).address)
  const usedFen = FIRST_FEN + MORE_FEN - meter.state.remainingFen
  const close = { do: 'close', requestId: 'close', accountId: account } as const
  const { paidFen } = await done(bench, orderOf(bench, 0, close))
  const first = {
    ...{ soldFen: FIRST_FEN + MORE_FEN, usedFen, paidFen: must(paidFen, 'paid out') },
    ...{ relayOpen: meter.state.relay.open, leftFen: meter.state.remainingFen },
    incomeFen: await sumOf(bench, 'income/energy'),
  }
  const opened = await done(bench, orderOf(bench, 0, { requestId: 'next', amountFen: NEXT_FEN }))
  return { first, next: await seenBy(bench, must(opened.accountId, 'opened')) }
}
