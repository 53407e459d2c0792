import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import type { Tx } from '../ports/database.ts'
import { Refusal } from '../shared/refusal.ts'
import { once } from './request.ts'

let base: Awaited<ReturnType<typeof freshDatabase>>
let complex: TinyComplex
beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 1 })
})
afterAll(() => base.drop())

const LOCK = 'select pg_advisory_xact_lock(4711)'

test('a twin that finds the work done gets the first answer, a stranger is refused', async () => {
  const done = new Set<string>()
  const close = (requestId: string) =>
    once(
      base.db,
      complex.clerk,
      { complexId: complex.complexId, requestId, operation: 'test.close', content: {} },
      async (tx) => {
        await tx.query(LOCK)
        if (done.size > 0) throw new Refusal('account_closed')
        done.add(requestId)
        return { closedBy: requestId }
      },
    )
  const twins = await Promise.all([close('twin'), close('twin'), close('twin')])
  expect(twins).toEqual(Array(3).fill({ closedBy: 'twin' }))
  await expect(close('stranger')).rejects.toThrow('account_closed')
})

test('of two that wait for each other one gives way, and runs again', async () => {
  const lock = (tx: Tx, key: number) => tx.query('select pg_advisory_xact_lock($1)', [key])
  const holding = new Set<number>()
  const both = Promise.withResolvers<void>()
  let runs = 0
  const ask = (first: number, then: number) =>
    once(
      base.db,
      complex.clerk,
      {
        ...{ complexId: complex.complexId, requestId: `crossed-${first}` },
        ...{ operation: 'test.cross', content: {} },
      },
      async (tx) => {
        runs += 1
        await lock(tx, first)
        if (holding.add(first).size === 2) both.resolve()
        await both.promise
        await lock(tx, then)
        return { first }
      },
    )
  expect(await Promise.all([ask(1, 2), ask(2, 1)])).toEqual([{ first: 1 }, { first: 2 }])
  expect(runs).toBe(3)
})
