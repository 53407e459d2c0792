import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
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
