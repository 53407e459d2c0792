import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../../test/web-rig.ts'
import { xlsxSheets } from '../../adapters/sheets.ts'
import type { ImportAnswer } from '../../http/contract/imports.ts'
import { must } from '../../shared/assert.ts'

let rig: WebRig
let admin: Client
let complexId: number
let empty: number

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  await rig.addOperator('admin', 'administrator', null)
  admin = await rig.as('admin')
  complexId = rig.complex.complexId
  empty = rig.otherComplex
  file = await base64Of(BOOK)
})
afterAll(() => rig.stop())

type Rows = readonly (readonly (string | number)[])[]
type Book = Readonly<Record<string, Rows>>

const base64Of = async (book: Book): Promise<string> => {
  const sheets = Object.entries(book).map(([name, rows]) => ({ name, rows }))
  return (await xlsxSheets.writeAll(sheets)).toString('base64')
}

let file = ''

const isAnswer = (body: unknown): body is ImportAnswer =>
  typeof body === 'object' && body !== null && 'counts' in body

const answerOf = ({ status, body }: { status: number; body: unknown }): ImportAnswer => {
  expect({ status, body }).toMatchObject({ status: 200 })
  return must(isAnswer(body) ? body : null, 'it is a report')
}

const send = async (complex: number, base64: string, query = '', key?: string) =>
  answerOf(
    await admin.send('POST', `/api/v1/import${query}`, {
      body: { complexId: complex, sheet: { fileName: 'a.xlsx', base64 } },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    }),
  )

const sums = ({ counts }: ImportAnswer) =>
  Object.fromEntries(
    counts.map(({ register, created, changed, same, wrong }) => [
      register,
      [created, changed, same, wrong],
    ]),
  )

const exported = async (complex: number, rest = ''): Promise<string> => {
  const path = `/api/v1/import/export?complexId=${complex}${rest}`
  const { status, body } = await admin.get(path)
  expect(status).toBe(200)
  return typeof body === 'object' && body !== null && 'base64' in body ? String(body.base64) : ''
}

const audits = (complex: number) =>
  rig.base.rows<{ action: string; n: number }>(
    `select action, count(*)::int as n from audit
     where complex_id = $1 and action !~ '^(operator|session)'
     group by 1 order by 1`,
    [complex],
  )

const BOOK: Book = {
  楼栋: [
    ['名称 *', '英文名'],
    ['A座', 'Building A'],
  ],
  Premises: [
    ['Building', 'Floor', 'Premises no.', 'Name', 'English name', 'Area (m²)'],
    ['A座', 1, '１０１', '=1+1', '+cmd|x', '86.5'],
    ['a座', -1, 'B1-01', "'@x", '-5', ''],
  ],
  计量点: [
    ['楼栋', '商铺号', '类型', '名称', '上级表', '保护'],
    ['A座', '101', '照明', '', '000000000009', ''],
    ['A座', '101', '空调', '二路', '000000000009', '否'],
    ['A座', 'B1-01', '公共', '', '', '是'],
    ['', '', '总表', 'A座总表', '', ''],
  ],
  通讯管理机: [
    ['编号', '名称', '链路类型', '地址', '端口'],
    ['G1', '一号机', 'TCP 客户端', '10.0.0.1', 4001],
    ['G2', '二号机', 'tcp-listen', '', 5000],
  ],
  总线: [
    ['通讯管理机', '总线', '规约', '波特率', '校验', '注册包'],
    ['G1', 1, 'DL/T 645', 2400, '偶', ''],
    ['G1', 2, 'Modbus', 9600, 'N', ''],
    ['G2', 1, '', '', '', 'hex:A1B2C3D4'],
  ],
  设备: [
    ['通讯管理机', '总线', '通讯地址', '表型'],
    ['G1', 2, 3, 'acrel-adf300-12'],
  ],
  电表: [
    [
      '表号',
      '通讯管理机',
      '总线',
      '通讯地址',
      '表型',
      '回路号',
      '楼栋',
      '商铺号',
      '计量点类型',
    ].concat(['计量点名称', '倍率', '读数侧', '底度（kWh）']),
    ['000000000001', 'G1', 1, '000000000001', 'dlt645-prepaid-1p', '', 'A座', '101', '照明'].concat(
      ['', '1', '', '12.345'],
    ),
    ['000000000002', 'G1', 2, 3, '', '4-6', 'A座', '101', 'aircon', '二路', 40, '二次侧', ''].map(
      String,
    ),
    ['000000000003', 'g1', 1, '00 0000 000 003', 'dlt645-prepaid-1p'],
    ['000000000009', 'G1', 1, '000000000009', 'dlt645-prepaid-3p', '', '', '', '总表', 'A座总表'],
  ],
}

describe('a workbook into an empty complex', () => {
  test('a dry run tells what would come of it, and writes nothing', async () => {
    const answer = await send(empty, file, '?dryRun=true')
    expect(answer.wrong).toEqual([])
    expect(answer).toMatchObject({ dryRun: true, applied: false, problems: 0 })
    expect(sums(answer)).toEqual({
      ...{ buildings: [1, 0, 0, 0], premises: [2, 0, 0, 0], points: [4, 0, 0, 0] },
      ...{ gateways: [2, 0, 0, 0], buses: [3, 0, 0, 0], devices: [4, 0, 0, 0] },
      meters: [4, 0, 0, 0],
    })
    expect(await audits(empty)).toEqual([])
  })
  test('the import writes all of it, under audit, once per key', async () => {
    const first = await send(empty, file, '', 'import-1')
    expect(first).toMatchObject({ applied: true, problems: 0 })
    expect(await send(empty, file, '', 'import-1')).toEqual(first)
    expect(await audits(empty)).toEqual([
      { action: 'building.create', n: 1 },
      { action: 'device.create', n: 4 },
      { action: 'gateway.create', n: 2 },
      { action: 'installation.create', n: 3 },
      { action: 'meter.create', n: 4 },
      { action: 'point.create', n: 4 },
      { action: 'premises.create', n: 2 },
      { action: 'register.import', n: 1 },
    ])
  })
  test('what was entered stands there as it was meant', async () => {
    const meters = await rig.base.rows(
      `select m.no, d.address, d.model, m.channels, bus.ordinal, g.code, pr.no as premises, p.kind,
         p.name, i.multiplier, i.side, i.initial_wh as initial, up.name as feeder
       from meter m join device d on d.device_id = m.device_id
       join bus on bus.bus_id = d.bus_id join gateway g on g.gateway_id = bus.gateway_id
       left join installation i on i.meter_id = m.meter_id
       left join point p on p.point_id = i.point_id
       left join point up on up.point_id = p.parent_point_id
       left join premises pr on pr.premises_id = p.premises_id
       where m.complex_id = $1 order by m.no`,
      [empty],
    )
    const dlt = { model: 'dlt645-prepaid-1p', channels: [1], ordinal: 1, code: 'G1' }
    const hung = { multiplier: 1, side: 'primary', initial: null, feeder: null }
    expect(meters).toEqual([
      {
        ...{ no: '000000000001', address: '000000000001', ...dlt, ...hung, initial: 12_345 },
        ...{ premises: '101', kind: 'lighting', name: '', feeder: 'A座总表' },
      },
      {
        ...{ no: '000000000002', address: '3', model: 'acrel-adf300-12', channels: [4, 5, 6] },
        ...{ ordinal: 2, code: 'G1', premises: '101', kind: 'aircon', name: '二路', ...hung },
        ...{ multiplier: 40, side: 'secondary', feeder: 'A座总表' },
      },
      {
        ...{ no: '000000000003', address: '000000000003', ...dlt, ...hung },
        ...{ premises: null, kind: null, name: null, multiplier: null, side: null },
      },
      {
        ...{ no: '000000000009', address: '000000000009', ...dlt, model: 'dlt645-prepaid-3p' },
        ...{ ...hung, premises: null, kind: '总表', name: 'A座总表' },
      },
    ])
    const [gateway] = await rig.base.rows(
      `select g.link, bus.settings from gateway g join bus on bus.gateway_id = g.gateway_id
       where g.complex_id = $1 and g.code = 'G2'`,
      [empty],
    )
    expect(gateway).toMatchObject({
      link: { kind: 'tcp-listen', port: 5000, buses: { 1: { registration: 'hex:A1B2C3D4' } } },
    })
  })
  test('the same file again changes nothing', async () => {
    const before = await audits(empty)
    const answer = await send(empty, file)
    expect(answer).toMatchObject({ applied: true, problems: 0, changed: [], created: [] })
    expect(answer.counts.every(({ created, changed }) => created + changed === 0)).toBe(true)
    const after = await audits(empty)
    expect(after.filter(({ action }) => action !== 'register.import')).toEqual(
      before.filter(({ action }) => action !== 'register.import'),
    )
  })
})

describe('an export', () => {
  test.each(['zh', 'en'])('comes back with nothing to change (%s)', async (language) => {
    const complex = language === 'zh' ? complexId : empty
    const again = await exported(complex, `&language=${language}`)
    const answer = await send(complex, again, '?dryRun=true')
    expect(answer).toMatchObject({ wrong: [], changed: [], created: [] })
    const same = answer.counts.map((one) => [one.register, one.same])
    expect(same).toEqual(answer.counts.map((one) => [one.register, one.rows]))
    expect(answer.counts.some(({ rows }) => rows > 0)).toBe(true)
  })
  test.each(['buildings', 'premises', 'points', 'gateways', 'buses', 'devices', 'meters'])(
    'of %s comes back as .csv too, formulas and all',
    async (register) => {
      const base64 = await exported(empty, `&format=csv&register=${register}`)
      const { body, status } = await admin.send('POST', '/api/v1/import?dryRun=true', {
        body: { complexId: empty, register, sheet: { fileName: 'a.csv', base64 } },
      })
      const answer = answerOf({ body, status })
      expect(answer).toMatchObject({ wrong: [], changed: [], created: [] })
      expect(answer.counts.reduce((sum, { same }) => sum + same, 0)).toBeGreaterThan(0)
    },
  )
  test('names that would be formulas stay texts', async () => {
    const text = Buffer.from(await exported(empty, '&format=csv&register=premises'), 'base64')
    expect(text.toString()).toContain(",'=1+1,'+cmd|x,")
    expect(text.toString()).toContain(",''@x,-5,")
  })
})

describe('a template', () => {
  test('has examples that an import leaves out', async () => {
    const { body } = await admin.get('/api/v1/import/template?language=en')
    const base64 = typeof body === 'object' && body !== null && 'base64' in body ? body.base64 : ''
    const answer = await send(empty, String(base64), '?dryRun=true')
    expect(answer.wrong.map(({ problem }) => problem.code)).toEqual(['noRows'])
    expect(answer.counts.every(({ examples, rows }) => examples > 0 && rows === 0)).toBe(true)
  })
})

test('how far an import is, only who sent it may ask', async () => {
  const path = `/api/v1/import/progress/${crypto.randomUUID()}`
  expect(await admin.get(path)).toMatchObject({ body: { phase: 'unknown', done: 0, total: 0 } })
})

test.each([
  ['a .csv file whose register nobody can tell', 'a.csv', 'x,y\n1,2\n', 'whichRegister'],
  ['no workbook at all', 'a.xlsx', 'no workbook', 'notReadable'],
  ['a .csv file told by its headings', 'a.csv', '楼栋,楼层,商铺号,名称\nA座,1,201,x\n', null],
])('%s', async (_what, fileName, text, code) => {
  const base64 = Buffer.from(text).toString('base64')
  const { body, status } = await admin.send('POST', '/api/v1/import?dryRun=true', {
    body: { complexId: empty, sheet: { fileName, base64 } },
  })
  expect(answerOf({ body, status }).wrong.map(({ problem }) => problem.code)).toEqual(
    code === null ? [] : [code],
  )
})
