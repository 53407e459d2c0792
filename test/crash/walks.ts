// Walks 逐调用崩溃: one money flow again and again, dying some calls later each time, until it is done
// before it would have died. After each death the meter is the witness.

import { must } from '../../src/shared/assert.ts'
import type { Order, Told } from './cashier-words.ts'
import {
  type CrashBench,
  creditsOf,
  dieOnce,
  done,
  orderOf,
  releaseAsNotTaken,
  timesGiven,
} from './crash-bench.ts'
import type { Stride } from './stride.ts'

export type Walk = {
  kills: number
  /** The last call that a process died at. */
  calls: number
  /** The flow was done before the next call to die at. */
  ended: boolean
  /** How each time ended. */
  ends: string[]
  /** What the witness says against it. */
  wrong: string[]
}

export type Round = { died: boolean; end: string; fits: boolean }

export const walk = async (
  { calls, piece }: Stride,
  round: (crashAt: number, n: number) => Promise<Round>,
): Promise<Walk> => {
  const walked: Walk = { kills: 0, calls: 0, ended: false, ends: [], wrong: [] }
  for (const [n, crashAt] of calls.entries()) {
    const { died, end, fits } = await round(crashAt, n)
    walked.ends.push(end)
    if (!fits) walked.wrong.push(`killed at ${crashAt}: ${end}`)
    if (!died) return { ...walked, ended: true }
    walked.kills++
    walked.calls = crashAt
  }
  if (piece) return walked
  throw new Error('the flow never ends before it is killed')
}

/** Opens one meter after another. */
export const walkOpenings = (bench: CrashBench, stride: Stride): Promise<Walk> =>
  walk(stride, async (crashAt, n) => {
    const order = orderOf(bench, n, { crashAt })
    const { died } = await dieOnce(bench, order)
    const credits = creditsOf(bench, n).join()
    return { died, end: credits, fits: credits === String(order.amountFen) }
  })

/** The account of the first meter, opened with an amount. */
export const openFirst = async (bench: CrashBench, amountFen: number): Promise<number> => {
  const opened = await done(bench, orderOf(bench, 0, { amountFen }))
  return must(opened.accountId, 'opened')
}

/** Recharges the one meter, the n-th time, dying at a call. */
export const rechargesOf =
  (bench: CrashBench, accountId: number) =>
  async (crashAt: number, n: number): Promise<Round> => {
    const before = creditsOf(bench, 0).length
    const amountFen = 10_000 + n
    const asked = { do: 'recharge', crashAt, requestId: `recharge-${n}`, accountId } as const
    const { died } = await dieOnce(bench, orderOf(bench, 0, { ...asked, amountFen }))
    const credits = creditsOf(bench, 0).slice(before).join()
    return { died, end: credits, fits: credits === String(amountFen) }
  }

export const walkRecharges = async (bench: CrashBench, stride: Stride): Promise<Walk> =>
  walk(stride, rechargesOf(bench, await openFirst(bench, 500)))

/**
 * Which call falls between a credit and its note varies where nothing is noted before it is sent:
 * the walk goes round until it has met that moment.
 */
export const walkUntilDoubled = async (bench: CrashBench, most: number): Promise<boolean> => {
  const recharge = rechargesOf(bench, await openFirst(bench, 500))
  let crashAt = 1
  for (let n = 1; n <= most; n++) {
    const { died, fits } = await recharge(crashAt, n)
    if (!fits) return true
    crashAt = died ? crashAt + 1 : 1
  }
  return false
}

type ReductionRow = { state: string; sends: number; orderNo: string; paid: number | null }

const reductionOf = async ({ rows }: CrashBench, requestId: string): Promise<ReductionRow> => {
  const found = await rows<ReductionRow>(
    `select r.state, r.sends, r.order_no as "orderNo",
       (select sum(o.paid_fen)::integer from payout o where o.reduction_id = r.reduction_id) as paid
     from reduction r where r.request_id = $1`,
    [requestId],
  )
  return must(found[0], 'it was queued')
}

/** DONE: given once and paid once. On hold: not given, not paid, and a person says so. */
const judgeTaken = async (
  bench: CrashBench,
  order: Order,
  told: Told,
): Promise<Omit<Round, 'died'>> => {
  const { state, sends, orderNo, paid } = await reductionOf(bench, order.requestId)
  const given = timesGiven(bench, 0, orderNo)
  const end = `${state}, given ${given}×, paid ${paid ?? 0} fen`
  if (!told.held) {
    const once = state === 'DONE' && given === 1 && sends === 1
    return { end, fits: once && paid === order.amountFen && told.paidFen === order.amountFen }
  }
  await releaseAsNotTaken(bench, 0)
  return { end, fits: state === 'HOLD' && given === 0 && paid === null }
}

/** Refunds from one meter. */
export const walkRefunds = async (bench: CrashBench, stride: Stride): Promise<Walk> => {
  const accountId = await openFirst(bench, 1_000_000)
  return walk(stride, async (crashAt) => {
    const asked = { do: 'refund', crashAt, requestId: `refund-${crashAt}`, accountId } as const
    const order = orderOf(bench, 0, { ...asked, amountFen: 1_000 })
    const { died, told } = await dieOnce(bench, order)
    return { died, ...(await judgeTaken(bench, order, told)) }
  })
}

const saleOf = async ({ rows }: CrashBench, requestId: string): Promise<string> => {
  const found = await rows<{ id: string }>('select sale_id as id from sale where request_id = $1', [
    requestId,
  ])
  return must(found[0], 'it was sold').id
}

/** Sells and, delivered, strikes it out again. */
export const walkReversals = async (bench: CrashBench, stride: Stride): Promise<Walk> => {
  const accountId = await openFirst(bench, 500)
  return walk(stride, async (crashAt) => {
    const sale = { do: 'recharge', requestId: `sale-${crashAt}`, accountId } as const
    const amountFen = 2_000 + crashAt
    await done(bench, orderOf(bench, 0, { ...sale, amountFen }))
    const asked = { do: 'reverse', crashAt, requestId: `reversal-${crashAt}`, accountId } as const
    const saleId = await saleOf(bench, sale.requestId)
    const order = orderOf(bench, 0, { ...asked, amountFen, saleId })
    const { died, told } = await dieOnce(bench, order)
    return { died, ...(await judgeTaken(bench, order, told)) }
  })
}
