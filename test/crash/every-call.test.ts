// The centre dies by SIGKILL at calls to the world on the way of each money flow, one after another
// call, and is started again. The simulated meters are the witness: what was sold is in its meter
// exactly once, what came out was paid once. The wrong protocol must be caught by the same walk.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../src/shared/assert.ts'
import { bundleCashier, type Program } from './cashier-process.ts'
import { booksAre, type CrashBench, startCrashBench } from './crash-bench.ts'
import { type Stride, strideOf } from './stride.ts'
import { tenantAfterTenant } from './tenant-after-tenant.ts'
import {
  type Walk,
  walkOpenings,
  walkRecharges,
  walkRefunds,
  walkReversals,
  walkUntilDoubled,
} from './walks.ts'
import { walkClosings, walkSwaps } from './walks-of-meters.ts'

const TIMEOUT_MS = 600_000
/** On a machine that does much else a death, a start and the end of what was begun take so long. */
const KILL_MS = 30_000
/** A flow of money makes more calls than this; one that makes fewer was not walked. */
const CALLS_MIN = 40
const CALLS_MAX = 300
/** Orders to relays, questions and polls come on top. */
const CALLS_MAX_ORDERS = 900

let program: Program | null = null
beforeAll(async () => {
  program = await bundleCashier()
})
afterAll(() => program?.remove())

type Flow = {
  name: string
  every: number
  /** One at a time on one meter, or each time on another. */
  meters: number | 'each'
  /** Meters are told to switch off on the way. */
  orders?: boolean
  walk: (bench: CrashBench, stride: Stride) => Promise<Walk>
}

const FLOWS: readonly Flow[] = [
  { name: 'an opening', every: 4, meters: 'each', walk: walkOpenings },
  { name: 'a recharge', every: 4, meters: 1, walk: walkRecharges },
  { name: 'a refund', every: 4, meters: 1, walk: walkRefunds },
  { name: 'a reversal', every: 5, meters: 1, walk: walkReversals },
  { name: 'a swap', every: 12, meters: 2, orders: true, walk: walkSwaps },
  { name: 'a closing', every: 16, meters: 'each', orders: true, walk: walkClosings },
]

const strideOfFlow = ({ every, orders }: Flow): Stride =>
  strideOf(every, orders ? CALLS_MAX_ORDERS : CALLS_MAX)

const walkFlow = async (flow: Flow, stride: Stride): Promise<void> => {
  const { orders = false, meters } = flow
  const bench = await startCrashBench(must(program, 'bundled'), {
    meters: meters === 'each' ? stride.calls.length : meters,
    closes: orders,
  })
  try {
    const began = performance.now()
    const { kills, calls, ended, ends, wrong } = await flow.walk(bench, stride)
    const seconds = Math.round((performance.now() - began) / 1_000)
    const held = ends.filter((end) => /hold/i.test(end)).length
    const came = `up to call ${calls}${ended ? ', after which it was done' : ''}`
    const said = `${kills} kills ${came}, ${held} held, ${seconds} s`
    process.stdout.write(`  ${flow.name}: ${said} (${stride.says})\n`)
    expect(wrong).toEqual([])
    if (!stride.piece) expect(calls).toBeGreaterThan(CALLS_MIN)
    expect(held).toBeLessThan(ends.length)
    const { states, findings } = await booksAre(bench)
    expect(findings).toEqual([])
    expect(states).toEqual(['DELIVERED'])
  } finally {
    await bench.end()
  }
}

/** `-t 'a refund'` walks one flow alone. */
describe.concurrent('killed at calls to the world and started again', () => {
  for (const flow of FLOWS) {
    const stride = strideOfFlow(flow)
    test(
      `${flow.name} moves its money exactly once, or is held`,
      () => walkFlow(flow, stride),
      // A run that kills at every call takes as long as it takes.
      Math.max(TIMEOUT_MS, stride.calls.length * KILL_MS),
    )
  }

  test(
    'what a tenant leaves unused is paid to him, and the next one sees nothing of it',
    async () => {
      const bench = await startCrashBench(must(program, 'bundled'), { meters: 1, closes: true })
      try {
        const { first, next } = await tenantAfterTenant(bench)
        expect(first).toMatchObject({ usedFen: expect.any(Number), relayOpen: true, leftFen: 0 })
        expect(first.usedFen).toBeGreaterThan(0)
        expect(first.paidFen).toBe(first.soldFen - first.usedFen)
        expect(first.incomeFen).toBe(first.usedFen)
        expect(next).toEqual({
          inMeterFen: 2_000,
          sales: [2_000],
          purchases: [2_000],
          money: 2_000,
        })
        expect((await booksAre(bench)).findings).toEqual([])
      } finally {
        await bench.end()
      }
    },
    TIMEOUT_MS,
  )

  test(
    'a protocol that sends again in doubt is caught',
    async () => {
      const bench = await startCrashBench(must(program, 'bundled'), {
        meters: 1,
        protocol: 'resend',
      })
      try {
        expect(await walkUntilDoubled(bench, CALLS_MAX)).toBe(true)
      } finally {
        await bench.end()
      }
    },
    TIMEOUT_MS,
  )
})
