import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { SOUND_METER, type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import type { SheetAnswer } from '../http/contract/sheets.ts'
import { auditBooks } from '../ledger/audit.ts'
import { must } from '../shared/assert.ts'
import { OPEN_COLUMNS } from './account-columns.ts'
import { bulkOpen } from './accounts.ts'
import { templateRows } from './sheet.ts'

const METERS = 12
let base: TestDatabase
let complex: TinyComplex
let plan = ''
let requests = 0

const rows = <T>(sql: string): Promise<T[]> => base.rows<T>(sql)

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: METERS })
  const [found] = await rows<{ name: string }>('select name from plan order by plan_id limit 1')
  plan = must(found, 'there is a plan').name
})
afterAll(() => base.drop())

const deps = () => ({
  ...{ ...complex.deps, sheets: xlsxSheets },
  capabilitiesOf: () => ({ ...SOUND_METER, settings: true }),
})
const noOf = async (at: number): Promise<string> => {
  const found = await rows<{ no: string }>('select no from meter order by meter_id')
  return must(found[at], 'it is there').no
}
const open = (list: { rows?: object[]; sheet?: { fileName: string; base64: string } }) =>
  bulkOpen(deps(), complex.clerk, {
    ...{ complexId: complex.complexId, requestId: `list-${++requests}`, method: 'cash' as const },
    ...(list.sheet && { sheet: list.sheet }),
    ...(list.rows && { rows: list.rows.map((row) => ({ ...BASE(), ...row })) }),
  })
const BASE = () => ({ tenant: '百味面馆', plan, alarm1Fen: 5_000, alarm2Fen: 2_000 })
const factsOf = (answer: SheetAnswer) => answer.report.map((row) => row.facts)

describe('a prepared list', () => {
  test('opens each shop with its purchase and deposit, and names the receipts', async () => {
    const [headings = []] = templateRows(OPEN_COLUMNS, 'zh')
    const line = async (at: number, first: string, deposit: string) => {
      const values: Record<string, string> = {
        ...{ 商户: `商户${at}`, 表号: await noOf(at), 电价方案: plan },
        ...{ '报警金额1（元）': '50', '报警金额2（元）': '20' },
        ...{ '首次购电（元）': first, '押金（元）': deposit },
      }
      return headings.map((heading) => values[heading.replace(' *', '')] ?? '')
    }
    const lines = [await line(0, '１００', '500'), await line(1, '', '500'), await line(2, '', '')]
    const book = await xlsxSheets.write([headings, ...lines], '名单')
    const sheet = { fileName: '名单.xlsx', base64: book.toString('base64') }
    const answer = await open({ sheet })
    expect(answer).toMatchObject({ applied: true, rows: 3, bad: 0, problems: [] })
    const facts = factsOf(answer)
    expect(facts.map((one) => one.accountNo)).toEqual(['000001', '000002', '000003'])
    const receipts = facts.flatMap((one) => one.receiptNos)
    expect(receipts.toSorted()).toHaveLength(3)
    expect(new Set(receipts).size).toBe(3)
    expect(facts[2]).toMatchObject({ receiptNos: [] })
    const money = await rows(
      `select path, balance_fen as fen from ledger_account where balance_fen <> 0
       order by balance_fen`,
    )
    expect(money).toMatchObject([{ fen: -50_000 }, { fen: -50_000 }, { fen: -10_000 }])
    expect(await auditBooks(base.db)).toEqual([])
  })

  test('of two clerks with the same list one opens it, the other is told of each row', async () => {
    const list = { rows: [{ meterNo: await noOf(3) }, { meterNo: await noOf(4) }] }
    const answers = await Promise.all([open(list), open(list)])
    expect(answers.map(({ applied }) => applied).toSorted()).toEqual([false, true])
    const late = must(
      answers.find(({ applied }) => !applied),
      'one came later',
    )
    expect(late.report.map((row) => row.problems[0])).toMatchObject([
      { field: 'meterNo', code: 'premises_occupied' },
      { field: 'meterNo', code: 'premises_occupied' },
    ])
    const found = await rows('select from account')
    expect(found).toHaveLength(5)
  })

  test('sent twice at once is opened once, and both are told so', async () => {
    const meterNo = await noOf(11)
    const send = (tenant: string) =>
      bulkOpen(deps(), complex.clerk, {
        ...{ complexId: complex.complexId, requestId: 'twins', method: 'cash' as const },
        rows: [{ ...BASE(), meterNo, tenant }],
      })
    const [one, other] = await Promise.all([send('百味面馆'), send('百味面馆')])
    expect(one).toMatchObject({ applied: true, bad: 0 })
    expect(other).toEqual(one)
    await expect(send('别家')).rejects.toThrow('request_id_reused')
  })

  test('is opened at the pace of its lines: who pays meanwhile need not wait for it', async () => {
    const numbers = await Promise.all([5, 6, 7, 8, 9, 10].map(noOf))
    await open({ rows: numbers.map((meterNo) => ({ accountRef: 'K1', meterNo })) })
    const due = await rows(
      `select w.kind, extract(epoch from w.due_at - a.opened_at)::int as late, count(*)::int as n,
         case w.kind when 'control' then k.deadline - w.due_at = '24:00' end as whole
       from account a join supply s using (account_id)
       join installation i on i.point_id = s.point_id
       left join command k on k.meter_id = i.meter_id
       join work w on w.key in ('meter/' || i.meter_id, k.command_id::text)
       where a.no = '000007' group by 1, 2, 4 order by 1, 2`,
    )
    expect(due).toEqual(
      // However late an order is due, it has its whole day to reach the meter.
      [
        { kind: 'control', whole: true },
        { kind: 'delivery', whole: null },
      ].flatMap((work) => [
        { ...work, late: 0, n: 4 },
        { ...work, late: 6, n: 1 },
        { ...work, late: 12, n: 1 },
      ]),
    )
  })
})
