import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../../test/tiny-complex.ts'
import { openAccount } from '../../accounts/open.ts'
import { listFolder } from '../../adapters/list-folder.ts'
import { systemClock } from '../../adapters/system.ts'
import type { ImportAnswer, Register } from '../../http/contract/imports.ts'
import { MODELS_FOLDER } from '../../metering/meter-model/meter-model.ts'
import { isMeterModel } from '../../metering/meter-model/model-check.ts'
import type { Cell, NamedSheet, Sheets } from '../../ports/sheets.ts'
import { must } from '../../shared/assert.ts'
import { loadCatalog } from '../../shared/catalog.ts'
import { createProgress } from './progress.ts'
import { importRegisters, type RegisterImportDeps } from './run.ts'

let base: TestDatabase
let complex: TinyComplex
let deps: RegisterImportDeps

type Row = Readonly<Record<string, string | number>>
type Book = Partial<Record<Register, readonly Row[]>>

/** Workbooks as JSON, so that reading them takes no time. */
const asJson: Sheets = {
  read: async () => null,
  readAll: async (file) => JSON.parse(file.toString()),
  write: async () => Buffer.alloc(0),
  writeAll: async () => Buffer.alloc(0),
}

const sheetOf = (name: string, rows: readonly Row[]): NamedSheet => {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = rows.map((row) =>
    fields.map((field): Cell => (row[field] === undefined ? null : String(row[field]) || null)),
  )
  return { name, cells: [fields, ...cells] }
}

const fileOf = (book: Book): string => {
  const sheets = Object.entries(book).map(([name, rows]) => sheetOf(name, rows))
  return Buffer.from(JSON.stringify(sheets)).toString('base64')
}

let asked = 0
const send = (book: Book, more: { dryRun?: boolean; requestId?: string } = {}) => {
  const { dryRun = false, requestId = `import-${asked++}` } = more
  return importRegisters(deps, complex.clerk, {
    ...{ complexId: complex.complexId, requestId, dryRun },
    sheet: { fileName: 'a.xlsx', base64: fileOf(book) },
  })
}

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 2 })
  const models = await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)
  deps = {
    ...{ db: base.db, ids: complex.deps.ids, clock: systemClock, sheets: asJson },
    ...{ vault: complex.deps.vault, progress: createProgress() },
    modelOf: (model) => models.get(model) ?? null,
  }
})
afterAll(() => base.drop())

const SHOPS = 24
const shops = Array.from({ length: SHOPS }, (_, at) => at + 1)
const DLT = 'dlt645-prepaid-1p'
const numberOf = (n: number) => `3026000000${String(n).padStart(2, '0')}`

const good = (): Record<Register, Row[]> => ({
  buildings: [{ name: 'X座' }, { name: 'Y座' }],
  premises: shops.map((n) => ({ building: 'X座', floor: 1, no: `S${n}`, name: `店${n}` })),
  points: shops.map((n) => ({ building: 'X座', premises: `S${n}`, kind: 'lighting' })),
  gateways: [
    ...[1, 2, 3, 4, 5].map((n) => ({
      ...{ code: `X${n}`, name: `${n}号`, linkKind: 'tcp-client', host: `10.0.0.${n}`, port: 4001 },
    })),
    { code: 'L1', name: '来电1', linkKind: 'tcp-listen', port: 5000, registration: 'box-0001' },
    { code: 'L2', name: '来电2', linkKind: 'tcp-listen', port: 5000, registration: 'box-0002' },
    { code: 'L3', name: '来电3', linkKind: 'tcp-listen', port: 5000, registration: 'box-0003' },
  ],
  buses: [1, 2, 3, 4, 5].map((n) => ({ gateway: `X${n}`, bus: 1, baud: 2400, parity: 'even' })),
  devices: shops.map((n) => ({ gateway: 'X1', bus: 1, address: numberOf(n), model: DLT })),
  meters: shops.map((n) => ({
    ...{ no: numberOf(n), gateway: 'X1', bus: 1, address: numberOf(n) },
    ...{ building: 'X座', premises: `S${n}`, kind: 'lighting', multiplier: 1 },
  })),
})

/** The register, the row (from 1 on, or one more at the end), its cells, and what is told. */
type Planted = [Register, number | 'more', Row, field: string, code: string]

const SHOP = { building: 'X座', floor: 1, name: '店' }
const STOCK = { gateway: 'X1', bus: 1 }

const PLANTED: readonly Planted[] = [
  ['buildings', 2, { ordinal: 'abc' }, 'ordinal', 'number'],
  ['buildings', 'more', { name: 'x座' }, 'name', 'twice'],
  ['buildings', 'more', { name: '长'.repeat(101) }, 'name', 'tooLong'],
  ['premises', 1, { floor: 999 }, 'floor', 'range'],
  ['premises', 2, { floor: '一楼' }, 'floor', 'number'],
  ['premises', 3, { areaDm2: '12.345' }, 'areaDm2', 'number'],
  ['premises', 4, { areaDm2: -1 }, 'areaDm2', 'range'],
  ['premises', 5, { name: '' }, 'name', 'required'],
  ['premises', 6, { nameEn: '2026-01-02T00:00:00.000Z' }, 'nameEn', 'date'],
  ['premises', 7, { name: '#REF!' }, 'name', 'cellError'],
  ['premises', 'more', { ...SHOP, no: '' }, 'no', 'required'],
  ['premises', 'more', { ...SHOP, building: 'Z座', no: 'Z1' }, 'building', 'unknown'],
  ['premises', 'more', { ...SHOP, no: 'Ｓ １' }, 'no', 'twice'],
  ['points', 1, { protected: 'perhaps' }, 'protected', 'choice'],
  ['points', 2, { parent: '209912319999' }, 'parent', 'unknown'],
  ['points', 3, { parent: numberOf(3) }, 'parent', 'circular'],
  ['points', 4, { parent: '302600009901' }, 'parent', 'notInstalled'],
  ['points', 'more', { building: 'X座', premises: 'S999', kind: 'power' }, 'premises', 'unknown'],
  ['points', 'more', { premises: 'S1', kind: 'power' }, 'building', 'required'],
  ['points', 'more', { building: 'X座', premises: 'S1', kind: '' }, 'kind', 'required'],
  ['points', 'more', { building: 'X座', premises: 'S1', kind: '照明' }, 'kind', 'twice'],
  ['points', 'more', { id: 99_999, kind: 'power' }, 'id', 'unknown'],
  ['gateways', 1, { enabled: 'x' }, 'enabled', 'choice'],
  ['gateways', 2, { port: 70_000 }, 'port', 'range'],
  ['gateways', 3, { host: 'bad host!' }, 'host', 'link'],
  ['gateways', 4, { path: '/dev/ttyS0' }, 'path', 'unused'],
  ['gateways', 5, { linkKind: 'pigeon' }, 'linkKind', 'choice'],
  ['gateways', 6, { registration: '' }, 'registration', 'link'],
  ['gateways', 7, { registration: 'box-0009' }, 'registration', 'link'],
  ['gateways', 8, { registration: 'box-0009' }, 'registration', 'link'],
  ['gateways', 'more', { code: 'x1', name: 'n', linkKind: 'mqtt' }, 'code', 'twice'],
  ['buses', 2, { baud: 100 }, 'baud', 'range'],
  ['buses', 3, { parity: 'maybe' }, 'parity', 'choice'],
  ['buses', 'more', { gateway: 'X9', bus: 1 }, 'gateway', 'unknown'],
  ['buses', 'more', { gateway: 'X1', bus: 17 }, 'bus', 'range'],
  ['devices', 5, { model: 'no-such' }, 'model', 'unknown'],
  ['devices', 'more', { ...STOCK, address: '2600000077', model: DLT }, 'address', 'zerosLost'],
  [
    ...(['devices', 'more', { ...STOCK, address: '300', model: 'acrel-adf300-12' }] as const),
    ...(['address', 'address'] as const),
  ],
  [
    'devices',
    'more',
    { gateway: 'X1', bus: 9, address: numberOf(90), model: DLT },
    'bus',
    'unknown',
  ],
  ['devices', 'more', { ...STOCK, address: numberOf(1), model: DLT }, 'address', 'twice'],
  ['meters', 6, { multiplier: 0 }, 'multiplier', 'range'],
  ['meters', 7, { multiplier: 40 }, 'side', 'required'],
  ['meters', 8, { side: '三次侧' }, 'side', 'choice'],
  ['meters', 9, { initialWh: -5 }, 'initialWh', 'range'],
  ['meters', 10, { channels: 70 }, 'channels', 'invalid'],
  ['meters', 11, { premises: 'S999' }, 'premises', 'unknown'],
  ['meters', 12, { premises: 'S13' }, 'premises', 'none'],
  ['meters', 14, { address: '209900000000' }, 'address', 'unknown'],
  ['meters', 15, { address: numberOf(16) }, 'address', 'none'],
  ['meters', 'more', { no: numberOf(1), ...STOCK, address: numberOf(1) }, 'no', 'twice'],
]

describe('a file with fifty planted errors', () => {
  const book = good()
  book.meters.push({ no: '302600009901', ...STOCK, address: '302600009901', model: DLT })
  const expected: [string, number, string, string][] = []
  for (const [register, at, cells, field, code] of PLANTED) {
    const rows = book[register]
    const row = at === 'more' ? rows.push(cells) : at
    if (at !== 'more') rows[at - 1] = { ...rows[at - 1], ...cells }
    if (code !== 'none') expected.push([register, row + 1, field, code])
  }
  // Two meters at one point, and two of one circuit: told where the second stands.
  expected.push(['meters', 14, 'premises', 'twice'], ['meters', 17, 'channels', 'channelTaken'])
  const order = (a: readonly unknown[], b: readonly unknown[]) => (`${a}` < `${b}` ? -1 : 1)

  test('reports exactly those fifty, by sheet, row and column, and writes nothing', async () => {
    expect(expected).toHaveLength(50)
    const answer = await send(book)
    const told = answer.wrong.map(({ register, row, problem }) => [
      ...[register, row, problem.field, problem.code],
    ])
    expect(told.sort(order)).toEqual(expected.sort(order))
    expect(answer).toMatchObject({ applied: false, problems: 50 })
    expect(await base.rows("select from building where name = 'X座'")).toEqual([])
    for (const { problem } of answer.wrong) {
      expect(problem.title.zh).toMatch(/\p{Script=Han}/u)
      expect(problem.title.en.replace(/[:：(].*/, '')).not.toMatch(/\p{Script=Han}/u)
    }
  })
  test('without them it goes in whole', async () => {
    const answer = await send(good())
    expect(answer.wrong).toEqual([])
    expect(answer).toMatchObject({ applied: true, problems: 0 })
  })
})

const wrongOf = ({ wrong }: ImportAnswer) =>
  wrong.map(({ register, row, problem }) => [register, row, problem.field, problem.code])

const countsOf = ({ counts }: ImportAnswer) =>
  counts.flatMap(({ register, created, changed }) =>
    created + changed > 0 ? [[register, created, changed]] : [],
  )

describe('a second import', () => {
  test('updates what may change, and tells it before and after', async () => {
    const book: Book = {
      premises: [{ building: 'X座', floor: 2, no: 'S1', name: '新店' }],
      buses: [{ gateway: 'X1', bus: 1, baud: 9600 }],
      gateways: [{ code: 'X2', name: '2号', linkKind: 'serial', path: '/dev/ttyS1' }],
      meters: [{ no: numberOf(2), address: '302600000098' }],
    }
    const tried = await send(book, { dryRun: true })
    expect(tried.wrong).toEqual([])
    const changes = tried.changed.flatMap(({ register, row, changes }) =>
      changes.map(({ field, before, after }) => [register, row, field, before?.en, after?.en]),
    )
    expect(changes).toEqual([
      ['premises', 2, 'floor', '1', '2'],
      ['premises', 2, 'name', '店1', '新店'],
      ['gateways', 2, 'linkKind', 'TCP client', 'Serial port'],
      ['gateways', 2, 'host', '10.0.0.2', undefined],
      ['gateways', 2, 'port', '4001', undefined],
      ['gateways', 2, 'path', undefined, '/dev/ttyS1'],
      ['buses', 2, 'baud', '2400', '9600'],
      ['devices', null, 'address', numberOf(2), '302600000098'],
      ['meters', 2, 'address', numberOf(2), '302600000098'],
    ])
    expect(await send(book)).toMatchObject({ applied: true })
    const [gateway] = await base.rows("select link from gateway where code = 'X2'")
    expect(gateway).toEqual({ link: { kind: 'serial', path: '/dev/ttyS1' } })
    expect(countsOf(await send(book))).toEqual([])
  })
  test('two devices change places by their ids', async () => {
    const rows = await base.rows<{ id: number; address: string }>(
      `select device_id as id, address from device where address in ($1, $2) order by address`,
      [numberOf(20), numberOf(21)],
    )
    const [one, other] = [must(rows[0], 'one'), must(rows[1], 'another')]
    const of = { gateway: 'X1', bus: 1, model: DLT }
    const devices = [
      { id: one.id, ...of, address: other.address },
      { id: other.id, ...of, address: one.address },
    ]
    expect(await send({ devices })).toMatchObject({ applied: true, problems: 0 })
    const after = await base.rows('select address from device where device_id = $1', [one.id])
    expect(after).toEqual([{ address: other.address }])
  })
  test('refuses what would change the meaning of what was read and sold, by its row', async () => {
    const [meter] = complex.meters
    const { meterId, address } = must(meter, 'a meter')
    const opened = await openAccount(complex.deps, complex.clerk, {
      requestId: 'open',
      complexId: complex.complexId,
      tenant: { name: '云裳服饰' },
      meters: [{ meterId, planId: complex.planId, alarm1Fen: 5000, alarm2Fen: 2000 }],
    })
    expect(opened).toBeTruthy()
    await base.rows(
      `update purchase set state = 'ARMED', n = 1, before = '{}', armed_at = now()
       where meter_id = $1`,
      [meterId],
    )
    const [{ no } = { no: '' }] = await base.rows<{ no: string }>(
      'select no from meter where meter_id = $1',
      [meterId],
    )
    const row = { no, address, gateway: 'A', bus: 1 }
    const wrong = await Promise.all(
      [
        { ...row, model: DLT },
        { ...row, address: '302600000097' },
        { ...row, multiplier: 40, side: 'secondary' },
        { ...row, channels: '2' },
        { ...row, building: 'X座', premises: 'S1', kind: 'lighting' },
      ].map(async (one) => wrongOf(await send({ meters: [one] }, { dryRun: true }))),
    )
    expect(wrong).toEqual([
      [['meters', 2, 'model', 'supplied']],
      [['meters', 2, 'address', 'armed']],
      [
        ['meters', 2, 'multiplier', 'fixed'],
        ['meters', 2, 'side', 'fixed'],
      ],
      [['meters', 2, 'channels', 'supplied']],
      [['meters', 2, 'premises', 'meterHangs']],
    ])
  })
  test('with an error in its last row leaves nothing of the others', async () => {
    const buildings = [{ name: 'W座' }, { name: 'V座' }]
    const premises = [{ building: 'V座', floor: 1, no: 'V1', name: '' }]
    expect(await send({ buildings, premises })).toMatchObject({ applied: false, problems: 1 })
    expect(await base.rows("select from building where name in ('W座', 'V座')")).toEqual([])
  })
  test('that dies while it writes leaves nothing either, and may come again', async () => {
    let wrote = 0
    const broken: RegisterImportDeps = {
      ...deps,
      progress: {
        ...deps.progress,
        during: (_operator, _name, run) =>
          run(({ phase }) => {
            if (phase === 'writing' && ++wrote > 2) throw new Error('killed')
          }),
      },
    }
    const book: Book = {
      buildings: [{ name: 'T座' }],
      premises: [{ ...SHOP, building: 'T座', no: 'T1' }],
      points: [{ building: 'T座', premises: 'T1', kind: 'power' }],
    }
    const again = {
      ...{ complexId: complex.complexId, requestId: 'dies', dryRun: false },
      sheet: { fileName: 'a.xlsx', base64: fileOf(book) },
    }
    await expect(importRegisters(broken, complex.clerk, again)).rejects.toThrow('killed')
    expect(wrote).toBeGreaterThan(2)
    expect(await base.rows("select from building where name = 'T座'")).toEqual([])
    expect(await importRegisters(deps, complex.clerk, again)).toMatchObject({ applied: true })
  })
  test('at the same time as another of the same makes nothing twice', async () => {
    const book: Book = {
      buildings: [{ name: 'R座' }],
      premises: shops.map((n) => ({ ...SHOP, building: 'R座', no: `R${n}` })),
      points: shops.map((n) => ({ building: 'R座', premises: `R${n}`, kind: 'power' })),
    }
    const both = await Promise.all([send(book), send(book)])
    expect(both.map(({ applied, problems }) => [applied, problems])).toEqual([
      [true, 0],
      [true, 0],
    ])
    const made = both.flatMap(({ created }) => created)
    expect(made).toHaveLength(1 + 2 * SHOPS)
    const points = await base.rows(
      `select from point p join premises pr using (complex_id, premises_id) where pr.no ~ '^R'`,
    )
    expect(points).toHaveLength(SHOPS)
  })
})
