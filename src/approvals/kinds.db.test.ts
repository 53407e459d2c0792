import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import { refusalOf } from '../../test/money-back.ts'
import { clerkOn } from '../../test/tiny-complex.ts'
import { startWebRig, type WebRig } from '../../test/web-rig.ts'
import { APPROVED_OPERATIONS, type ApprovedOperation } from '../http/contract/approvals.ts'
import type { Scope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { OperatorId } from '../shared/ids.ts'
import { askApproval, decideApproval, withdrawApproval } from './ask.ts'
import { boundHash, KINDS } from './kinds.ts'
import { agreeOn } from './require.ts'
import { SUGGESTED, UNSET, writeApprovalSettings } from './settings-store.ts'
import type { Tried } from './try.ts'

const NEED = { why: 'always', amountFen: null, limitFen: null } as const
const MINUTE_MS = 60_000

let rig: WebRig
let clock: ManualClock
let asker: Scope
let colleague: Scope
let third: Scope
let stranger: Scope
beforeAll(async () => {
  clock = createManualClock()
  rig = await startWebRig({ meters: 1, clock })
  const { complexId } = rig.complex
  asker = await clerkOn(rig.deps.db, complexId, '申请人')
  colleague = await clerkOn(rig.deps.db, complexId, '复核人')
  third = await clerkOn(rig.deps.db, complexId, '第三人')
  stranger = { ...(await clerkOn(rig.deps.db, complexId, '外人')), complexes: [rig.otherComplex] }
  await rig.addOperator('nobody', 'nobody', null)
})
afterAll(() => rig.stop())

let requests = 0
const nextId = () => `kind-${++requests}`

type Content = Record<string, unknown>

/** A value of its own for each field that is agreed to. */
const contentOf = (operation: ApprovedOperation): Content =>
  Object.fromEntries(KINDS[operation].bound.map((field) => [field, `${field} as asked`]))

const triedOf = (operation: ApprovedOperation, more: Partial<Tried> = {}): Tried => ({
  complexId: rig.complex.complexId,
  content: contentOf(operation),
  ...{ amountFen: null, summary: {}, changes: [], ...more },
})

const ask = async (operation: ApprovedOperation, more: Partial<Tried> = {}, by = asker) => {
  const request = { operation, requestId: nextId() }
  return (await askApproval(rig.deps, by, request, triedOf(operation, more))).approvalId
}
const decide = (approvalId: string, by = colleague, agreed = true) =>
  decideApproval(rig.deps, by, { approvalId, agreed, note: 'x', requestId: nextId() })
const withdraw = (approvalId: string, by = asker) =>
  withdrawApproval(rig.deps, by, { approvalId, requestId: nextId() })

/** The act, as far as its agreement. */
const act = (operation: ApprovedOperation, approvalId?: string, content?: Content, by = asker) =>
  rig.deps.db.as(by, async (tx) => {
    const asked = { operation, need: NEED, content: content ?? contentOf(operation) }
    const wanted = { ...asked, summary: {}, changes: [] }
    const { complexId } = rig.complex
    return (await agreeOn(tx, rig.deps.ids, complexId, wanted, { approvalId })).approved
  })
const why = async (attempt: Promise<unknown>) => {
  const refused = await refusalOf(attempt)
  return refused?.facts.why ?? refused?.code ?? null
}

describe.each(APPROVED_OPERATIONS.map((operation) => [operation]))('%s', (operation) => {
  test('is not done alone, nor on one’s own agreement', async () => {
    expect(await refusalOf(act(operation))).toMatchObject({ code: 'approval_required' })
    const approvalId = await ask(operation)
    expect(await why(act(operation, approvalId))).toBe('open')
    expect(await why(decide(approvalId, asker))).toBe('approval_by_another')
  })
  test('is done once, on another’s agreement', async () => {
    const approvalId = await ask(operation)
    await decide(approvalId)
    expect(await act(operation, approvalId)).toEqual({ approvalId, by: '复核人' })
    expect(await why(act(operation, approvalId))).toBe('used')
    expect(await why(decide(approvalId))).toBe('approval_not_open')
  })
  test('is not done once it was refused, or was taken back', async () => {
    const refused = await ask(operation)
    await decide(refused, colleague, false)
    expect(await why(act(operation, refused))).toBe('refused')
    const taken = await ask(operation)
    await decide(taken)
    await withdraw(taken)
    expect(await why(act(operation, taken))).toBe('withdrawn')
  })
  test('is not done later than the agreement lasts', async () => {
    const [agreed, open] = [await ask(operation), await ask(operation)]
    await decide(agreed)
    await clock.advance(UNSET.lastMinutes * MINUTE_MS)
    expect(await why(act(operation, agreed))).toBe('expired')
    expect(await why(decide(open))).toBe('approval_not_open')
  })
  test('is not done with anything else than was agreed to', async () => {
    const approvalId = await ask(operation)
    await decide(approvalId)
    const asked = contentOf(operation)
    const hash = boundHash(operation, asked)
    const others = KINDS[operation].bound.map((field) => ({ ...asked, [field]: 'another' }))
    for (const other of others) expect(boundHash(operation, other)).not.toEqual(hash)
    expect(await why(act(operation, approvalId, others[0]))).toBe('other-content')
    const unbound = { ...contentOf(operation), nothingOfIt: 'another' }
    expect(await why(act(operation, approvalId, unbound))).toBeNull()
  })
  test('is neither decided from another complex nor done by another person', async () => {
    const approvalId = await ask(operation)
    expect(await why(decide(approvalId, stranger))).toBe('not_found')
    await decide(approvalId)
    expect(await why(act(operation, approvalId, undefined, colleague))).toBe('not-yours')
    expect(await why(withdraw(approvalId, third))).toBe('not_found')
  })
})

test('no kind is asked for by who may not do it', async () => {
  const nobody = await rig.as('nobody')
  const refused = await Promise.all(
    APPROVED_OPERATIONS.map((operation) => nobody.post('/api/v1/approvals', { operation })),
  )
  const wanted = APPROVED_OPERATIONS.map((operation) => ({
    status: 403,
    body: { code: 'not_permitted', facts: { permission: KINDS[operation].permission } },
  }))
  expect(refused).toMatchObject(wanted)
})

test('an agreement for one kind is none for another', async () => {
  const approvalId = await ask('role.edit')
  await decide(approvalId)
  expect(await why(act('operator.edit', approvalId))).toBe('other-content')
})

test('nobody decides what would give him something', async () => {
  const benefits = [must(colleague.operator, 'a person')]
  const approvalId = await ask('role.edit', { benefits })
  expect(await why(decide(approvalId))).toBe('approval_benefits')
  expect(await why(decide(approvalId, third))).toBeNull()
})

test('what is of the whole installation is decided by who reaches all of it', async () => {
  const approvalId = await ask('role.edit', { everywhere: true })
  expect(await why(decide(approvalId))).toBe('approval_beyond_reach')
  expect(await why(decide(approvalId, { ...colleague, complexes: 'all' }))).toBeNull()
})

test('of two who decide at once one is heard; so it is with whoever takes it back', async () => {
  for (const rival of [(id: string) => decide(id, third, false), (id: string) => withdraw(id)]) {
    const approvalId = await ask('sale.reverse')
    const ends = await Promise.all([why(decide(approvalId)), why(rival(approvalId))])
    const used = await why(act('sale.reverse', approvalId))
    const agreed = ends[0] === null
    // What was agreed to may still be taken back; nothing else happens twice.
    if (agreed && ends[1] === null) expect(used).toBe('withdrawn')
    else expect([agreed, used === null]).toEqual([agreed, agreed])
  }
})

test('one agreement used twice at the same time is used once', async () => {
  const approvalId = await ask('sale.reverse')
  await decide(approvalId)
  const ends = await Promise.all([0, 1].map(() => why(act('sale.reverse', approvalId))))
  expect(ends.sort()).toEqual([null, 'used'].sort())
})

describe('whoever has lost the right to decide', () => {
  test('has not agreed to what is still to be done', async () => {
    const { complexId } = rig.complex
    const leaving = await clerkOn(rig.deps.db, complexId, `离职 ${nextId()}`)
    const approvalId = await ask('account.refund')
    await decide(approvalId, leaving)
    await rig.deps.db.as({ ...asker, complexes: 'all' }, (tx) =>
      tx.query('update operator set disabled_at = $2 where operator_id = $1', [
        leaving.operator,
        sqlTime(clock.now()),
      ]),
    )
    expect(await why(act('account.refund', approvalId))).toBe('decider-gone')
  })
})

describe('where one person is all there is', () => {
  const alone = { ...SUGGESTED, alone: true }
  const inOther = async (run: (scope: Scope) => Promise<void>) => {
    const only = { ...(await clerkOn(rig.deps.db, rig.otherComplex, `一人 ${nextId()}`)) }
    await run({ ...only, complexes: 'all' })
  }
  const lockOthers = (but: OperatorId | null) =>
    rig.deps.db.as({ ...asker, complexes: 'all' }, (tx) =>
      tx.query('update operator set disabled_at = now() where operator_id <> $1', [but]),
    )
  const doneAlone = (scope: Scope) =>
    rig.deps.db.as(scope, async (tx) => {
      const asked = { operation: 'plan.version' as const, need: NEED, content: {} }
      const wanted = { ...asked, summary: {}, changes: [] }
      return agreeOn(tx, rig.deps.ids, rig.otherComplex, wanted, {})
    })

  test('he acts alone if the complex says so, and the log warns of it', async () => {
    await inOther(async (scope) => {
      const set = (settings: typeof alone) =>
        rig.deps.db.as(scope, (tx) => writeApprovalSettings(tx, rig.otherComplex, settings))
      await set(alone)
      expect(await refusalOf(doneAlone(scope))).toMatchObject({ code: 'approval_required' })
      await lockOthers(scope.operator)
      expect(await doneAlone(scope)).toEqual({ approved: null, need: null })
      const logged = await rig.deps.db.as(scope, (tx) =>
        tx.query('select after from audit where operator_id = $1 and action = $2', [
          scope.operator,
          'approval.alone',
        ]),
      )
      expect(logged).toMatchObject([{ after: { operation: 'plan.version', why: 'always' } }])
      await set({ ...alone, alone: false })
      expect(await refusalOf(doneAlone(scope))).toMatchObject({ code: 'approval_required' })
    })
  })
})
