import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { aDayOfMoney } from '../../test/day-of-money.ts'
import { installed } from '../../test/setup/programs.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { systemIds } from '../adapters/system.ts'
import { day } from '../shared/clock.ts'
import { contentHash } from './chain.ts'
import { type ExportFormat, exportLedger } from './export.ts'
import { parseYuan } from './money.ts'
import { post } from './post.ts'
import { trialBalance } from './read-store.ts'

let base: TestDatabase
let complex: TinyComplex

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 2 })
  await aDayOfMoney(base.db, complex)
  await base.db.as(complex.clerk, (tx) =>
    post(tx, {
      complexId: complex.complexId,
      postingId: systemIds.uuid(),
      requestId: 'a-strange-reason',
      kind: 'variance',
      businessDate: day('2030-01-01'),
      reason: '=1+1; (x) | "quoted",\n第二行',
      contentHash: contentHash('x'),
      lines: [
        { path: 'waiver', fen: 1 },
        { path: 'income/energy', fen: -1 },
      ],
    }),
  )
})
afterAll(() => base.drop())

const exported = async (format: ExportFormat): Promise<string> => {
  const pieces: string[] = []
  await exportLedger(base.db, { format, complex: complex.complexId }, (text) => pieces.push(text))
  return pieces.join('')
}

/** The books as we sum them ourselves; what is zero hledger leaves out. */
const ours = async () => {
  const rows = await base.db.as(complex.clerk, (tx) => trialBalance(tx, complex.complexId))
  return new Map(
    rows.filter((row) => row.balanceFen !== 0).map((row) => [row.path, row.balanceFen]),
  )
}

test('hledger reproduces every balance to the fen', async () => {
  const balances = execFileSync(
    installed('hledger'),
    ['-f', '-', 'balance', '--flat', '--no-total', '-O', 'csv'],
    { input: await exported('hledger'), encoding: 'utf8', env: { LANG: 'C.UTF-8' } },
  )
  const theirs = new Map(
    balances
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [account = '', amount = ''] = line.replaceAll('"', '').split(',')
        const path = account.replace(`complex-${complex.complexId}:`, '').replaceAll(':', '/')
        return [path, parseYuan(amount.replace(' CNY', ''))] as const
      }),
  )
  const books = await ours()
  expect(books.size).toBeGreaterThan(4)
  expect(theirs).toEqual(books)
})

test('hledger finds fault with a journal from which a fen is missing', async () => {
  const crooked = (await exported('hledger')).replace('50.00 CNY', '50.01 CNY')
  expect(() =>
    execFileSync(installed('hledger'), ['-f', '-', 'check'], {
      input: crooked,
      encoding: 'utf8',
      env: { LANG: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  ).toThrow(/could not balance|unbalanced/)
})

test('CSV has a line for each entry, and no cell that a spreadsheet would reckon', async () => {
  const text = await exported('csv')
  const rows = await base.db.as(complex.clerk, (tx) =>
    tx.query<{ entries: number }>('select count(*)::int as entries from entry'),
  )
  expect(text.match(/\d\r\n/g)?.length).toBe(rows[0]?.entries)
  expect(text).toContain(`"'=1+1; (x) | ""quoted"",\n第二行"`)
})
