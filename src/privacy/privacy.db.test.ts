import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import { auditBooks } from '../ledger/audit.ts'
import { systemScope } from '../ports/database.ts'
import { fixedMasters } from '../secrets/masters.ts'
import { createVault } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import { type TidyDeps, tidyComplex, tidySessions } from './tidy.ts'

const NAME = '老王"火锅"'
const PHONE = '13912345678'
const DAY_MS = 86_400_000

let rig: WebRig
let manager: Client
let clerk: Client
let now: Instant
let deps: TidyDeps

beforeAll(async () => {
  now = systemClock.now()
  const clock = { ...systemClock, now: () => now }
  rig = await startWebRig({ meters: 3, clock })
  const { complexId } = rig.complex
  await rig.addOperator('admin', 'administrator', [complexId])
  await rig.addOperator('clerk', 'finance-clerk', [complexId])
  manager = await rig.as('admin')
  clerk = await rig.as('clerk')
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  deps = { db: rig.base.db, ids: rig.deps.ids, clock, log }
})
afterAll(() => rig.stop())

const sql = <Row>(text: string, values: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query<Row>(text, values))
const field = (answer: Answer, name: string): unknown => Object(answer.body)[name]

type Shop = { accountId: number; tenantId: number; saleId: string }

const shop = async (index: number, name: string): Promise<Shop> => {
  const { complexId, planId, meters } = rig.complex
  const { meterId } = must(meters[index], 'a meter')
  const opened = await clerk.post('/api/v1/accounts', {
    ...{ complexId, tenant: { name, phone: PHONE } },
    meters: [{ meterId, planId, alarm1Fen: 5_000, alarm2Fen: 2_000 }],
  })
  const accountId = Number(field(opened, 'accountId'))
  const recharge = { meterId, amountFen: 12_300, method: 'cash' }
  const sold = await clerk.post(`/api/v1/accounts/${accountId}/recharge`, recharge)
  const account = await clerk.get(`/api/v1/accounts/${accountId}`)
  const { saleId } = Object(field(sold, 'receipt'))
  return { accountId, tenantId: Number(field(account, 'tenantId')), saleId: String(saleId) }
}

/** As a closing leaves it. */
const leave = async ({ accountId }: Shop): Promise<void> => {
  await sql('update account_tenant set until = now() where account_id = $1', [accountId])
  await sql('update account set closed_at = now() where account_id = $1', [accountId])
}
const erase = ({ tenantId }: Shop, body: object = {}) =>
  manager.post(`/api/v1/privacy/departed/${tenantId}/erase`, {
    complexId: rig.complex.complexId,
    ...body,
  })
const everywhere = async (text: string): Promise<string[]> => {
  const tables = ['tenant', 'sale', 'payout', 'request', 'approval']
  const found = await Promise.all(
    tables.map(async (table) => {
      const rows = await sql(`select from ${table} t where strpos(t::text, $1) > 0`, [text])
      return rows.length > 0 ? [table] : []
    }),
  )
  return found.flat()
}

describe('erasing who left', () => {
  let gone: Shop
  let namesake: Shop
  beforeAll(async () => {
    gone = await shop(0, NAME)
    namesake = await shop(1, NAME)
  })

  test('is refused while he has an account', async () => {
    expect(await erase(gone)).toMatchObject({ status: 409, body: { code: 'tenant_not_departed' } })
  })

  test('a dry run tells what would go, and nothing goes', async () => {
    await leave(gone)
    expect(await erase(gone, { dryRun: true })).toMatchObject({
      status: 200,
      body: { dryRun: true, fields: ['name', 'phone'], documents: 1 },
    })
    const path = `/api/v1/privacy/departed?complexId=${rig.complex.complexId}`
    expect(await manager.get(path)).toMatchObject({
      body: { items: [{ name: NAME, phoneMasked: '139****5678', dueAt: null, erasedAt: null }] },
    })
    expect((await clerk.get(path)).status).toBe(403)
  })

  test('all that is kept of him comes as a workbook, and the log says so', async () => {
    const { tenantId } = gone
    const body = { complexId: rig.complex.complexId }
    const path = `/api/v1/privacy/tenants/${tenantId}/everything`
    const { base64 } = Object((await manager.post(path, body)).body)
    const cells = await rig.deps.sheets.read(Buffer.from(String(base64), 'base64'))
    expect(JSON.stringify(cells)).toContain(PHONE)
    expect(JSON.stringify(cells)).toContain('123.00')
    expect(await sql(`select from audit where action = 'privacy.export'`)).toHaveLength(1)
  })

  test('replaces his name on receipts, and leaves money and namesakes alone', async () => {
    const answer = await erase(gone)
    expect(answer).toMatchObject({ status: 200, body: { dryRun: false, documents: 1 } })
    const reference = String(field(answer, 'reference'))
    const receipts = await sql<{ id: string; tenant: string; paid: number }>(
      `select sale_id as id, receipt->>'tenant' as tenant, paid_fen as paid from sale`,
    )
    expect(receipts).toEqual(
      expect.arrayContaining([
        { id: gone.saleId, tenant: reference, paid: 12_300 },
        { id: namesake.saleId, tenant: NAME, paid: 12_300 },
      ]),
    )
    expect(await auditBooks(rig.base.db)).toEqual([])
    expect(await erase(gone)).toMatchObject({ status: 409, body: { code: 'tenant_erased' } })
    expect(await clerk.get(`/api/v1/accounts/${namesake.accountId}`)).toMatchObject({
      body: { tenant: NAME, phoneMasked: '139****5678' },
    })
    const vault = createVault(fixedMasters(Buffer.alloc(32, 7)), systemRng)
    const found = await rig.base.db.as(systemScope('test'), async (tx) => {
      const indexes = await vault.blindIndexes(tx, rig.complex.complexId, PHONE)
      return tx.query('select from tenant where phone_index = any ($1::bytea[])', [indexes])
    })
    expect(found).toHaveLength(1)
  })

  test('waits while money is to be paid to him', async () => {
    await leave(namesake)
    await sql(
      `insert into ledger_account (complex_id, path, balance_fen) select complex_id, $1, -500
       from complex limit 1`,
      [`account/${namesake.accountId}/payable`],
    )
    expect(await erase(namesake)).toMatchObject({
      ...{ status: 409, body: { code: 'tenant_has_money', facts: { amountFen: 500 } } },
    })
  })
})

describe('at night', () => {
  test('who left long enough ago is erased, with a line in the log', async () => {
    const { complexId } = rig.complex
    const left = await shop(2, '过客商行')
    await leave(left)
    const body = { complexId, departedMonths: 12, doneDays: 30 }
    expect(await manager.send('PUT', '/api/v1/privacy/retention', { body })).toMatchObject({
      status: 200,
      body,
    })
    await tidyComplex(deps, complexId)
    expect(await everywhere('过客商行')).toEqual(['tenant', 'sale', 'request'])
    now = plusMs(now, 370 * DAY_MS)
    await sql(`update work set done_at = now() - interval '1 day' where done_at is null`)
    await tidyComplex(deps, complexId)
    expect(await everywhere('过客商行')).toEqual([])
    expect(await sql('select from work where done_at is not null')).toEqual([])
    const [line] = await sql<{ after: { tenants: number } }>(
      `select after from audit where action = 'privacy.tidy' order by at desc limit 1`,
    )
    expect(line?.after.tenants).toBeGreaterThanOrEqual(1)
    await tidyComplex(deps, complexId)
    expect(await sql(`select from audit where action = 'privacy.tidy'`)).toHaveLength(1)
  })

  test('sessions that ended long ago go, the others stay', async () => {
    const before = await sql('select from session')
    await sql(`update session set ended_at = now() - interval '300 days'
      where session_hash = (select session_hash from session limit 1)`)
    now = systemClock.now()
    expect(await tidySessions(deps)).toBe(1)
    expect(await sql('select from session')).toHaveLength(before.length - 1)
  })
})
