import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SwapRig, swapRig } from '../../test/swap-rig.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { cancelSwap } from '../accounts/swap/commands.ts'
import { xlsxSheets } from '../adapters/sheets.ts'
import type { SheetAnswer } from '../http/contract/sheets.ts'
import { auditBooks } from '../ledger/audit.ts'
import { must } from '../shared/assert.ts'
import type { MeterId } from '../shared/ids.ts'
import { IMPORT_COLUMNS } from './account-columns.ts'
import { bulkOpen, importAccounts } from './accounts.ts'
import { templateRows } from './sheet.ts'
import { swapBulk } from './swaps.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
})
afterAll(() => rig.base.drop())

const deps = () => ({ ...rig.bench.complex.deps, sheets: xlsxSheets })
const common = () => ({
  complexId: rig.bench.complex.complexId,
  requestId: rig.request(),
})
const clerk = () => rig.bench.complex.clerk
const clean = async () => expect(await auditBooks(rig.base.db)).toEqual([])

const noOf = async (meter: MeterId): Promise<string> => {
  const found = await rig.rows<{ no: string }>('select no from meter where meter_id = $1', [meter])
  return must(found[0], 'it is there').no
}
const planName = async (): Promise<string> => {
  const found = await rig.rows<{ name: string }>('select name from plan order by plan_id limit 1')
  return must(found[0], 'there is a plan').name
}
/** A meter at a point that supplies nobody. */
const free = async (): Promise<{ meterId: MeterId; meterNo: string }> => {
  const found = await rig.rows<{ meterId: MeterId; meterNo: string }>(
    `select m.meter_id as "meterId", m.no as "meterNo" from meter m
     join installation i on i.meter_id = m.meter_id and i.until is null
     where not exists (select from supply s where s.point_id = i.point_id)
     order by m.meter_id desc limit 1`,
  )
  return must(found[0], 'one is free')
}
const counts = () =>
  rig.rows(`select (select count(*) from account) as accounts, (select count(*) from swap) as swaps,
    (select count(*) from posting) as postings, (select count(*) from request) as requests`)
const codes = (answer: SheetAnswer) =>
  answer.report.map((row) => row.problems.map((one) => `${one.field}:${one.code}`))

describe('a renovation by sheet', () => {
  test('is done whole: each old meter gives its money to its new one', async () => {
    const a = await rig.shop(10_000)
    const b = await rig.shop(5_000)
    const [newA, newB] = [await rig.spare(), await rig.spare()]
    const rows = [
      { oldMeterNo: await noOf(a.meterId), newMeterNo: await noOf(newA), newInitialWh: 0 },
      {
        ...{ oldMeterNo: await noOf(b.meterId), newMeterNo: await noOf(newB), newInitialWh: 0 },
        ...{ dead: true, finalWh: 100_000, remainingFen: 5_000, photoNote: '照片' },
      },
    ]
    const asked = { ...common(), rows, note: '项目改造' }
    const dry = await swapBulk(deps(), clerk(), { ...asked, dryRun: true })
    expect(dry).toMatchObject({ dryRun: true, applied: false, bad: 0, rows: 2 })
    expect(dry.report.map((row) => row.facts)).toEqual([
      { swapState: 'taking', claimFen: null, lastBalanceFen: null },
      { swapState: 'opening', claimFen: 5_000, lastBalanceFen: null },
    ])
    const before = await counts()
    expect(before).toMatchObject([{ swaps: 0 }])
    const done = await swapBulk(deps(), clerk(), asked)
    expect(done).toMatchObject({ applied: true, bad: 0 })
    expect(await swapBulk(deps(), clerk(), asked)).toEqual(done)
    await rig.deliverAll(a)
    const [hungA, hungB] = [await rig.connect(a, newA), await rig.connect(b, newB)]
    expect([hungA.meter.balanceFen, hungB.meter.balanceFen]).toEqual([10_000, 5_000])
    await clean()
  })

  test('switches all off as one batch; one called off leaves the others alone', async () => {
    await rig.rows('update point set protected = false')
    const [a, b] = [await rig.shop(10_000), await rig.shop(5_000)]
    const [newA, newB] = [await rig.spare(), await rig.spare()]
    const rows = [
      { oldMeterNo: await noOf(a.meterId), newMeterNo: await noOf(newA), newInitialWh: 0 },
      { oldMeterNo: await noOf(b.meterId), newMeterNo: await noOf(newB), newInitialWh: 0 },
    ]
    const done = await swapBulk(deps(), clerk(), { ...common(), rows, note: '项目改造' })
    expect(done.applied).toBe(true)
    const trips = () =>
      rig.rows<{ batch: string; state: string }>(
        `select batch_id as batch, state from command where kind = 'setMode'
           and meter_id = any ($1) order by meter_id`,
        [[a.meterId, b.meterId]],
      )
    expect(new Set((await trips()).map(({ batch }) => batch)).size).toBe(1)
    await cancelSwap(rig.bench.complex.deps, clerk(), {
      swapId: String(done.report[0]?.facts.swapId),
      ...{ reason: '商户不在', requestId: rig.request() },
    })
    expect((await trips()).map(({ state }) => state)).toEqual(['cancelled', 'queued'])
    await rig.deliverAll(a)
    await rig.deliverAll(b)
    expect([a.meter.balanceFen, b.meter.balanceFen]).toEqual([10_000, 0])
    expect((await rig.connect(b, newB)).meter.balanceFen).toBe(5_000)
    await clean()
  })

  test('a claim above what the clerk may agree to alone is told when it is tried', async () => {
    const dead = await rig.shop(10_000)
    await rig.rows(
      'insert into operator_limit (complex_id, operator_id, payout_fen) values ($1, $2, 1)',
      [rig.bench.complex.complexId, clerk().operator],
    )
    const row = {
      ...{ oldMeterNo: await noOf(dead.meterId), newMeterNo: await noOf(await rig.spare()) },
      ...{ newInitialWh: 0, dead: true, finalWh: 100_000, remainingFen: 5_000, photoNote: '照片' },
    }
    const asked = { ...common(), note: '项目改造', rows: [row] }
    const tried = await swapBulk(deps(), clerk(), { ...asked, dryRun: true })
    expect(codes(tried)).toEqual([['remainingFen:approval_required']])
    await rig.rows('delete from operator_limit')
    expect(await swapBulk(deps(), clerk(), asked)).toMatchObject({ applied: true })
  })

  test('one bad row and nothing is done; mended, the same request goes through', async () => {
    const a = await rig.shop(10_000)
    const fresh = await rig.spare()
    const good = {
      ...{ oldMeterNo: await noOf(a.meterId), newMeterNo: await noOf(fresh), newInitialWh: 0 },
    }
    const spare = await noOf(await rig.spare())
    const bad = { oldMeterNo: 'nowhere', newMeterNo: spare, newInitialWh: 0 }
    const twice = { ...good, oldMeterNo: await noOf((await rig.shop(100)).meterId) }
    const asked = { ...common(), note: '项目改造' }
    const before = await counts()
    const refused = await swapBulk(deps(), clerk(), { ...asked, rows: [good, bad, twice] })
    expect(refused).toMatchObject({ applied: false, rows: 3, bad: 2 })
    expect(codes(refused)).toEqual([[], ['oldMeterNo:unknown'], ['newMeterNo:twice']])
    expect(await counts()).toEqual(before)
    expect(await swapBulk(deps(), clerk(), { ...asked, rows: [good] })).toMatchObject({
      applied: true,
    })
  })
})

describe('accounts from another system', () => {
  const listed = async () => ({
    ...{ tenant: '云裳服饰', plan: await planName(), alarm1Fen: 5_000, alarm2Fen: 2_000 },
  })

  test('from a workbook: the opening carries the money, and is not ours by a sale', async () => {
    const { meterId, meterNo } = await free()
    const [headings = []] = templateRows(IMPORT_COLUMNS, 'zh')
    const values: Record<string, string> = {
      ...{ 商户: '老王面馆', 手机: '138 0000 0000', 表号: meterNo, 电价方案: await planName() },
      ...{ '报警金额1（元）': '50', '报警金额2（元）': '20', '期初余额（元）': '88.80' },
    }
    const row = headings.map((heading) => values[heading.replace(' *', '')] ?? '')
    const book = await xlsxSheets.write([headings, row], '用户')
    const sheet = { fileName: '用户.xlsx', base64: book.toString('base64') }
    const asked = { ...common(), sheet }
    const answer = await importAccounts(deps(), clerk(), asked)
    expect(answer.problems).toEqual([])
    expect(answer.report).toMatchObject([
      { row: 2, subject: '老王面馆', ok: true, facts: { openingBalanceFen: 8_880 } },
    ])
    expect(answer.applied).toBe(true)
    const opening = await rig.rows(
      `select kind, state, amount_fen as fen, sale_id as sale from purchase where meter_id = $1`,
      [meterId],
    )
    expect(opening).toEqual([{ kind: 'open', state: 'QUEUED', fen: 8_880, sale: null }])
    await clean()
  })

  test('already in the meter: what is read there is posted, the difference is named', async () => {
    const { meterId, meterNo } = await free()
    const row = { ...(await listed()), meterNo, openingBalanceFen: 9_000, balanceInMeter: true }
    const asked = { ...common(), rows: [row] }
    const unread = await importAccounts(deps(), clerk(), asked)
    expect(codes(unread)).toEqual([['balanceInMeter:balance_unknown']])
    await rig.rows(
      `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at)
       values ($1, $2, 0, 8750, to_timestamp($3 / 1000.0))`,
      [rig.bench.complex.complexId, meterId, rig.clock.now()],
    )
    const answer = await importAccounts(deps(), clerk(), asked)
    expect(answer.report).toMatchObject([
      { facts: { openingBalanceFen: 8_750, differenceFen: -250 } },
    ])
    await clean()
  })

  test('rows of one former number are one account; what differs is named', async () => {
    const a = await free()
    const base = { ...(await listed()), accountRef: 'K1' }
    const differs = await importAccounts(deps(), clerk(), {
      ...common(),
      rows: [
        { ...base, meterNo: a.meterNo },
        { ...base, meterNo: a.meterNo, tenant: '别家' },
      ],
    })
    expect(differs.applied).toBe(false)
    expect(codes(differs)[1]).toEqual(['tenant:differs'])
  })

  test('a bad plan, meter, phone or alarm is named by its field; nothing is written', async () => {
    const { meterNo } = await free()
    const good = { ...(await listed()), meterNo }
    const before = await counts()
    const answer = await importAccounts(deps(), clerk(), {
      ...common(),
      rows: [
        good,
        { ...good, meterNo: '0' },
        { ...good, plan: '没有的方案' },
        { ...good, phone: 'none' },
        { ...good, alarm1Fen: 1_000 },
      ],
    })
    expect(codes(answer).slice(1, 4)).toEqual([
      ['meterNo:unknown'],
      ['plan:unknown'],
      ['phone:invalid'],
    ])
    expect(answer).toMatchObject({ applied: false, bad: 4 })
    expect(await counts()).toEqual(before)
  })

  test('a tenant who owes: carried in meter mode, a negative balance in centre mode', async () => {
    const owed = async (mode: 'meter' | 'centre') => {
      const { meterId, meterNo } = await free()
      const can = { ...SOUND_METER, prepaid: mode === 'meter' }
      const some = { ...deps(), capabilitiesOf: () => can }
      const row = { ...(await listed()), meterNo, mode, openingBalanceFen: -1_250 }
      const rows = [{ ...row, ...(mode === 'centre' && { initialWh: 2_000 }) }]
      if (mode === 'centre') {
        await rig.rows(
          `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at)
           values ($1, $2, 1, 2000, now(), now()) on conflict (complex_id, meter_id) do update
           set energy_wh = 2000, energy_at = now()`,
          [rig.bench.complex.complexId, meterId],
        )
        const below = { ...common(), rows: [{ ...row, initialWh: 1_999 }] }
        const refused = await importAccounts(some, clerk(), below)
        expect(codes(refused)).toEqual([['initialWh:register_below_last']])
      }
      const answer = await importAccounts(some, clerk(), { ...common(), rows })
      expect(answer.report).toMatchObject([{ ok: true, facts: { openingBalanceFen: -1_250 } }])
      return rig.rows(
        `select regexp_replace(la.path, '[0-9]+', 'n') as path, la.balance_fen as fen
         from ledger_account la join supply s on la.path like 'account/' || s.account_id || '/%'
         join installation i on i.point_id = s.point_id
         where i.meter_id = $1 and la.balance_fen <> 0`,
        [meterId],
      )
    }
    expect(await owed('meter')).toEqual([{ path: 'account/n/carry', fen: 1_250 }])
    expect(await owed('centre')).toEqual([{ path: 'account/n/balance', fen: 1_250 }])
    await clean()
  })

  test('a prepared list obeys what the operator may sell alone, as the counter does', async () => {
    const { meterNo } = await free()
    const limit = `insert into operator_limit (complex_id, operator_id, sale_fen)
      values ($1, $2, 2000)`
    await rig.rows(limit, [rig.bench.complex.complexId, clerk().operator])
    const row = { ...(await listed()), meterNo, firstPurchaseFen: 3_000 }
    const asked = { ...common(), method: 'cash' as const, rows: [row] }
    const answer = await bulkOpen(deps(), clerk(), asked)
    expect(codes(answer)).toEqual([['firstPurchaseFen:approval_required']])
    await rig.rows('delete from operator_limit')
  })

  test('a prepared list opens with first purchases, each with its receipt', async () => {
    const { meterNo } = await free()
    const row = { ...(await listed()), meterNo, firstPurchaseFen: 3_000 }
    const answer = await bulkOpen(deps(), clerk(), { ...common(), method: 'cash', rows: [row] })
    expect(answer.applied).toBe(true)
    expect(answer.report[0]?.facts.receiptNos).toHaveLength(1)
    await clean()
  })
})
