import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../test/database.ts'
import { systemScope, type Tx } from '../ports/database.ts'

let base: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  base = await freshDatabase()
})
afterAll(() => base.drop())

const as = <T>(run: (tx: Tx) => Promise<T>) => base.db.as(systemScope('test'), run)
const ROLE = `insert into role (code, name, name_en, permissions) values ($1, '角色', 'Role', '{}')
  returning code`
const codes = () => as((tx) => tx.query('select code from role order by code'))

test('a statement that travels behind one that failed tells its failure', async () => {
  const behind = as(async (tx) => {
    tx.query('select 1 / 0').catch(() => {})
    await tx.query('select 1')
  })
  await expect(behind).rejects.toMatchObject({ code: '22012' })
})

test('the last statement commits, and its rows are told', async () => {
  const told = await as((tx) => tx.last<{ code: string }>(ROLE, ['last']))
  expect(told).toEqual([{ code: 'last' }])
  expect(await codes()).toEqual([{ code: 'last' }])
})

test('a last statement that fails leaves nothing, and tells why', async () => {
  const twice = as(async (tx) => {
    await tx.query(ROLE, ['first'])
    return tx.last(ROLE, ['last'])
  })
  await expect(twice).rejects.toMatchObject({ code: '23505' })
  expect(await codes()).toEqual([{ code: 'last' }])
})
