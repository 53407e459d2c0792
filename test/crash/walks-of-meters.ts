// Walks that take a meter away 换表与销户的逐调用崩溃: swapped for another with its money, or closed,
// switched off, emptied and paid out.

import { systemClock } from '../../src/adapters/system.ts'
import { must } from '../../src/shared/assert.ts'
import type { Order, Told } from './cashier-words.ts'
import {
  type CrashBench,
  dieOnce,
  done,
  meterAt,
  orderOf,
  releaseAsNotTaken,
} from './crash-bench.ts'
import type { Stride } from './stride.ts'
import { openFirst, type Round, type Walk, walk } from './walks.ts'

const remainingFen = (bench: CrashBench, index: number): number =>
  bench.sim.meter(meterAt(bench, index).address).state.remainingFen

const pointOf = async ({ rows }: CrashBench, meterId: number): Promise<number> => {
  const found = await rows<{ id: number }>(
    'select point_id as id from installation where meter_id = $1 and until is null',
    [meterId],
  )
  return must(found[0], 'it hangs somewhere').id
}

const hangs = async ({ rows }: CrashBench, pointId: number): Promise<number> => {
  const found = await rows<{ id: number }>(
    'select meter_id as id from installation where point_id = $1 and until is null',
    [pointId],
  )
  return must(found[0], 'one hangs there').id
}

/** Nothing but prepaid was ever desired of it by a person. */
const isPrepaid = async ({ rows }: CrashBench, pointId: number): Promise<boolean> => {
  const found = await rows<{ mode: string }>('select mode from control where point_id = $1', [
    pointId,
  ])
  return found.every(({ mode }) => mode === 'prepaid')
}

/** In use again at another point, as a fitter puts it there. */
const switchOn = (bench: CrashBench, index: number): void =>
  bench.sim.meter(meterAt(bench, index).address).change(systemClock.now(), (state) => {
    state.relay = { open: false, ordered: 'closed', cause: 'operator' }
  })

/** Somebody emptied it by hand, as is asked for where it could not be switched off in time. */
const emptyBarred = async (bench: CrashBench, index: number): Promise<boolean> => {
  const freed = await bench.rows(
    `update meter set barred_at = null, barred_reason = null
     where meter_id = $1 and barred_at is not null returning 1`,
    [meterAt(bench, index).meterId],
  )
  if (freed.length > 0)
    bench.sim.meter(meterAt(bench, index).address).change(systemClock.now(), (state) => {
      state.remainingFen = 0
    })
  return freed.length > 0
}

/**
 * Two meters take turns at one point; the old one is switched off, and nothing stays in it. Where a
 * rest stays it is barred, and what it held is in the new one all the same, once.
 */
export const walkSwaps = async (bench: CrashBench, stride: Stride): Promise<Walk> => {
  const amountFen = 30_000
  await bench.rows('delete from installation where meter_id = $1', [meterAt(bench, 1).meterId])
  await openFirst(bench, amountFen)
  const pointId = await pointOf(bench, meterAt(bench, 0).meterId)
  return walk(stride, async (crashAt) => {
    const old = (await hangs(bench, pointId)) === meterAt(bench, 0).meterId ? 0 : 1
    const asked = { do: 'swap', crashAt, requestId: `swap-${crashAt}`, amountFen } as const
    const newMeterId = meterAt(bench, 1 - old).meterId
    switchOn(bench, old)
    const { died, told } = await dieOnce(
      bench,
      orderOf(bench, old, { ...asked, pointId, newMeterId }),
    )
    const now = told.held ? old : 1 - old
    const [left, there] = [remainingFen(bench, 1 - now), remainingFen(bench, now)]
    if (told.held) await releaseAsNotTaken(bench, old)
    const moved = (await hangs(bench, pointId)) === meterAt(bench, now).meterId
    const off = bench.sim.meter(meterAt(bench, 1 - now).address).state.relay.open
    const barred = await emptyBarred(bench, 1 - now)
    const other = `${left} in the other${barred ? ', barred' : ''}`
    const end = `${told.held ? 'HOLD' : 'DONE'}, ${there} fen in the meter, ${other}`
    const fits = moved && there === amountFen && ((left === 0 && off) || barred)
    return { died, end, fits: fits && (await isPrepaid(bench, pointId)) }
  })
}

type ClosedRow = { state: string; paid: number | null; payouts: number; free: boolean }

const closedAs = async ({ rows }: CrashBench, accountId: number): Promise<ClosedRow> => {
  const found = await rows<ClosedRow>(
    `select k.state, (select sum(paid_fen)::integer from payout o where o.account_id = $1) as paid,
       (select count(*)::integer from payout o where o.account_id = $1) as payouts,
       not exists (select from supply s where s.account_id = $1 and s.until is null) as free
     from closing k where k.account_id = $1`,
    [accountId],
  )
  return must(found[0], 'the closing was begun')
}

/** A person looks where the wallet did not show its order; then it goes on. */
const closeOnce = async (bench: CrashBench, index: number, order: Order) => {
  const { died, told } = await dieOnce(bench, order)
  if (!told.held) return { died, told, held: false }
  await releaseAsNotTaken(bench, index)
  const again: Told = await done(bench, order)
  return { died, told: again, held: true }
}

/** Trip, the wallet to zero, the read-back, and then the cash: what went in, once. */
const judgeClosed = async (
  bench: CrashBench,
  index: number,
  accountId: number,
  told: Told,
): Promise<Omit<Round, 'died'>> => {
  const { state, paid, payouts, free } = await closedAs(bench, accountId)
  const meter = bench.sim.meter(meterAt(bench, index).address).state
  const given = meter.reductions.map((each) => each.amountFen).join()
  const due = 1_000 + index
  const empty = meter.remainingFen === 0 && meter.relay.open && given === String(due)
  const once = paid === due && payouts === 1 && told.paidFen === due
  const end = `${state}, ${meter.remainingFen} fen left, gave ${given}, paid ${paid} in ${payouts}`
  return { end, fits: state === 'closed' && free && empty && once }
}

/** Closes one account after another, each with money in its meter. */
export const walkClosings = (bench: CrashBench, stride: Stride): Promise<Walk> =>
  walk(stride, async (crashAt, n) => {
    const opened = await done(bench, orderOf(bench, n, {}))
    const accountId = must(opened.accountId, 'opened')
    const order = orderOf(bench, n, { do: 'close', requestId: `close-${n}`, crashAt, accountId })
    const { died, told, held } = await closeOnce(bench, n, order)
    const { end, fits } = await judgeClosed(bench, n, accountId, told)
    return { died, end: held ? `after a hold: ${end}` : end, fits }
  })
