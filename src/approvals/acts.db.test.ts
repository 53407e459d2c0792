import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { APPROVED_OPERATIONS, type ApprovedOperation } from '../http/contract/approvals.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { KINDS } from './kinds.ts'
import { SUGGESTED, writeApprovalSettings } from './settings-store.ts'

const V1 = '/api/v1'
const RULES = { ...SUGGESTED, tripMeters: 0, alone: false }
const FLAT = { kind: 'flat', priceE8: 80_000_000 }
const DEARER = { kind: 'flat', priceE8: 160_000_000 }

let rig: WebRig
let asker: Client
let decider: Client
beforeAll(async () => {
  rig = await startWebRig({ meters: 2 })
  const { complexId } = rig.complex
  for (const name of ['asker', 'decider']) await rig.addOperator(name, 'administrator', null)
  await rig.addOperator('limited', 'finance-clerk', [complexId])
  ;[asker, decider] = [await rig.as('asker'), await rig.as('decider')]
  for (const id of [complexId, rig.otherComplex])
    await rig.deps.db.as(systemScope('test'), (tx) => writeApprovalSettings(tx, id, RULES))
})
afterAll(() => rig.stop())

const idIn = (body: unknown, name: string): number => {
  const value = Object.entries(Object(body)).find(([key]) => key === name)?.[1]
  return typeof value === 'number' ? value : 0
}
const textIn = (body: unknown, name: string): string =>
  `${Object.entries(Object(body)).find(([key]) => key === name)?.[1] ?? ''}`

type Act = {
  method: 'POST' | 'PUT' | 'PATCH'
  path: string
  body: Record<string, unknown>
  /** As it is asked for, where that is not the body. */
  asked?: Record<string, unknown>
  targetId?: number
  /** Selected before it is sent. */
  select?: true
}

const newPlan = async (definition: unknown): Promise<number> => {
  const { complexId } = rig.complex
  const name = `方案 ${Math.round(performance.now() * 1_000)}`
  const { body } = await asker.post(`${V1}/plans`, { complexId, name, definition })
  return idIn(body, 'planId')
}

const limited = async (): Promise<number> => {
  const { body } = await asker.get(`${V1}/operators`)
  const items: unknown = Object(body).items
  const found = Array.isArray(items) ? items.find((one) => one.username === 'limited') : null
  return idIn(found, 'operatorId')
}

const command = (mode: string): Act => ({
  ...{ method: 'POST', path: '/commands', select: true },
  body: {
    ...{ kind: 'setMode', params: { mode, reason: '检修' } },
    meterIds: [must(rig.complex.meters[mode === 'kept' ? 0 : 1], 'a meter').meterId],
  },
})

/** Each act that is not of one account, by its own route; money's are proved in their own rooms. */
const ACTS: Partial<Record<ApprovedOperation, () => Promise<Act>>> = {
  'command.keep': async () => command('kept'),
  'command.trip': async () => command('tripped'),
  'plan.version': async () => {
    const targetId = await newPlan(FLAT)
    const body = { effectiveFrom: '2040-01-01', definition: DEARER }
    return { method: 'POST', path: `/plans/${targetId}/versions`, body, targetId }
  },
  'plan.assign': async () => {
    const { complexId, planId } = rig.complex
    const { meterId } = must(rig.complex.meters[0], 'a meter')
    const meters = [{ meterId, planId, alarm1Fen: 5_000, alarm2Fen: 2_000 }]
    await asker.post(`${V1}/accounts`, { complexId, tenant: { name: '蜀香' }, meters })
    const { body: list } = await asker.get(`${V1}/supply-plans?complexId=${complexId}`)
    const supplyIds = [idIn(Object(list).items[0], 'supplyId')]
    const targetId = await newPlan({ kind: 'flat', priceE8: 990_000_000 })
    const body = { effectiveFrom: '2040-01-01', supplyIds }
    return { method: 'POST', path: `/plans/${targetId}/assign`, body, targetId }
  },
  'priceCap.save': async () => ({
    ...{ method: 'POST', path: '/price-cap' },
    body: {
      ...{ complexId: rig.complex.complexId, since: '2040-01', marginE6: 0, serviceFee: false },
      ...{ basis: { kind: 'catalogue', priceE8: 70_000_000 }, act: 'warn' },
    },
  }),
  'role.create': async () => ({
    ...{ method: 'POST', path: '/roles' },
    body: { code: 'night', name: '夜班', permissions: ['approval.decide'] },
  }),
  'role.edit': async () => {
    const quiet = { code: 'quiet', name: '普通', permissions: ['sale.view'] }
    const targetId = idIn((await asker.post(`${V1}/roles`, quiet)).body, 'roleId')
    const body = { permissions: ['sale.view', 'payout.make'] }
    return { method: 'PATCH', path: `/roles/${targetId}`, body, targetId }
  },
  'operator.create': async () => {
    const asked = { username: 'newcomer', name: '新人', role: 'manager', complexes: null }
    const body = { ...asked, password: 'a first word of 2026!' }
    return { method: 'POST', path: '/operators', body, asked }
  },
  'operator.edit': async () => {
    const targetId = await limited()
    return { method: 'PATCH', path: `/operators/${targetId}`, body: { role: 'manager' }, targetId }
  },
  'operator.limit': async () => {
    const { complexId } = rig.complex
    const body = { complexId, operatorId: await limited(), saleFen: 1_000, payoutFen: 1_000 }
    await asker.send('PUT', `${V1}/operator-limits`, { body: { ...body, payoutFen: 500 } })
    return { method: 'PUT', path: '/operator-limits', body }
  },
  'gateway.secret': async () => {
    const link = { kind: 'acrel-awt100', port: 5_010, gatewayNo: 'AWT-1' }
    const { complexId } = rig.complex
    const whole = {
      complexId,
      code: 'GW-9',
      name: '九号',
      link: { ...link, secret: '0123456789abcdef' },
    }
    const targetId = idIn((await asker.post(`${V1}/gateways`, whole)).body, 'gatewayId')
    const body = { link: { ...link, secret: 'fedcba9876543210' } }
    const asked = { change: { link }, secrets: ['secret'] }
    return { method: 'PATCH', path: `/gateways/${targetId}`, body, asked, targetId }
  },
  'approval.settings': async () => {
    const settings = { ...RULES, pricePercent: null }
    const path = `/complexes/${rig.complex.complexId}/approval-settings`
    return { method: 'PUT', path, body: { settings }, asked: settings }
  },
}

const carryOut = async ({ method, path, body, select }: Act, approvalId?: string) => {
  const within = `${V1}${path}?complexId=${rig.complex.complexId}`
  const address = select ? within : `${V1}${path}`
  const dry = select ? await asker.send(method, address, { body: { ...body, dryRun: true } }) : null
  const token = dry ? textIn(Object(dry.body).selection, 'token') : undefined
  const whole = { ...body, ...(token && { token }), ...(approvalId && { approvalId }) }
  return asker.send(method, address, { body: whole })
}

describe.each(Object.entries(ACTS).map(([name, act]) => [name, act] as const))(
  '%s',
  (name, make) => {
    test('waits for a second person, and is carried out with both names in the log', async () => {
      const act = await must(make, 'an act')()
      const alone = await carryOut(act)
      expect(alone).toMatchObject({ status: 409, body: { code: 'approval_required' } })
      expect(alone.body).toMatchObject({ facts: { operation: name } })
      const { complexId } = rig.complex
      const asked = await asker.post(`${V1}/approvals`, {
        ...{ operation: name, complexId, note: '理由', body: act.asked ?? act.body },
        ...(act.targetId !== undefined && { targetId: act.targetId }),
      })
      const approvalId = textIn(asked.body, 'approvalId')
      expect({ status: asked.status, body: asked.body }).toMatchObject({ status: 200 })
      const seen = await decider.get(`${V1}/approvals/${approvalId}`)
      expect(seen.body).toMatchObject({ hindrance: null, request: null, summary: { note: '理由' } })
      expect(Object(seen.body).changes).not.toEqual([])
      const waiting = await decider.get(`${V1}/approvals/waiting?complexId=${complexId}`)
      expect(waiting.body).toEqual({ toDecide: 1, agreed: 0 })
      await decider.post(`${V1}/approvals/${approvalId}/decide`, { agreed: true })
      const done = await carryOut(act, approvalId)
      expect({ status: done.status, body: done.body }).toMatchObject({ status: 200 })
      const after = await asker.get(`${V1}/approvals/${approvalId}`)
      expect(after.body).toMatchObject({ state: 'used', decidedBy: '操作员 decider' })
      const [row] = await rig.deps.db.as(systemScope('test'), (tx) =>
        tx.query<{ by: string | null }>(
          `select after->>'approvedBy' as by from audit
         where after ? 'approvedBy' order by at desc, audit_id desc limit 1`,
        ),
      )
      expect(row).toEqual({ by: '操作员 decider' })
    })
  },
)

test('whoever has no secret to change asks nobody', async () => {
  const { complexId } = rig.complex
  const { body } = await asker.get(`${V1}/gateways?complexId=${complexId}`)
  const gateway: unknown = Object(body).items[0]
  const targetId = idIn(gateway, 'gatewayId')
  const asked = await asker.post(`${V1}/approvals`, {
    ...{ operation: 'gateway.secret', complexId, targetId },
    body: { change: { name: '新名' }, secrets: [] },
  })
  expect(asked).toMatchObject({ status: 409, body: { code: 'approval_not_needed' } })
})

test('each kind that is not of one account has its act here', () => {
  const other = APPROVED_OPERATIONS.filter((name) => !KINDS[name].money)
  expect(other.filter((name) => !(name in ACTS)).sort()).toEqual([])
})
