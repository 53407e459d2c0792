import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askFor } from '../../../test/ask-approval.ts'
import { type SwapRig, stepsOf, swapRig } from '../../../test/swap-rig.ts'
import { decideApproval } from '../../approvals/ask.ts'
import { sellTo } from '../../delivery/explorer/delivery-bench.ts'
import { auditBooks } from '../../ledger/audit.ts'
import { must } from '../../shared/assert.ts'
import { operatorId } from '../../shared/ids.ts'

let rig: SwapRig

beforeAll(async () => {
  rig = await swapRig()
})
afterAll(() => rig.base.drop())

const clean = async () => expect(await auditBooks(rig.base.db)).toEqual([])

describe('a dead meter', () => {
  test('its claim goes to the new meter, what was sold meanwhile with it, in order', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    s.meter.silent = true
    await sellTo(rig.bench, s, 3_000)
    const fresh = await rig.spare()
    const done = await rig.swap(point, fresh, {
      state: 'dead',
      finalWh: 140_000,
      remainingFen: 6_000,
      photoNote: '照片 IMG_0412',
    })
    expect(done).toMatchObject({
      state: 'opening',
      claimFen: 6_000,
      waitingFen: 3_000,
      voidedFen: 0,
      finalWh: 140_000,
    })
    expect(await rig.money(s)).toEqual({ transit: 9_000 })
    const hung = await rig.connect(s, fresh)
    expect(hung.meter.taken.map((order) => order.amountFen)).toEqual([6_000, 3_000])
    expect(await rig.again(done)).toMatchObject({ state: 'done' })
    expect(stepsOf(await rig.again(done))).toEqual([
      'asked',
      'finalReading',
      'changed',
      'transferred',
      'moved',
      'opened',
    ])
    expect(await rig.money(s)).toEqual({ credit: 9_000 })
    expect(await rig.purchases(s)).toMatchObject([
      { meter: s.meterId, kind: 'open', state: 'DELIVERED', no: 1 },
      { meter: fresh, kind: 'open', state: 'DELIVERED', no: 1, fen: 6_000 },
      { meter: fresh, kind: 'recharge', state: 'DELIVERED', no: 2, fen: 3_000 },
    ])
    await clean()
  })

  test('a purchase on its way ends VOID, its money in the claim or used, never both', async () => {
    const s = await rig.shop(10_000)
    const point = await rig.pointOf(s.meterId)
    await sellTo(rig.bench, s, 5_000)
    s.meter.lies = ['heldInGateway']
    await rig.deliverOnce(s)
    const fresh = await rig.spare()
    const done = await rig.swap(point, fresh, {
      state: 'dead',
      finalWh: 100_000,
      remainingFen: 12_000,
      photoNote: '照片',
    })
    expect(done).toMatchObject({ claimFen: 12_000, voidedFen: 5_000 })
    expect(stepsOf(done)).toContain('voided')
    expect(await rig.money(s)).toEqual({ transit: 12_000 })
    // The frame arrives after all: the old meter takes it, and nobody is credited for it.
    s.meter.flush()
    expect(s.meter.balanceFen).toBe(15_000)
    expect(await rig.deliverOnce(s)).toBe(0)
    await rig.connect(s, fresh)
    expect(await rig.money(s)).toEqual({ credit: 12_000 })
    const voids = (await rig.purchases(s)).filter((one) => one.state === 'VOID')
    expect(voids).toMatchObject([{ meter: s.meterId, fen: 5_000 }])
    await clean()
  })

  test('is barred: it is neither opened nor swapped in, before it is reinitialised', async () => {
    const s = await rig.shop(1_000)
    const other = await rig.shop(1_000)
    const fresh = await rig.spare()
    const dead = { state: 'dead', finalWh: 100_000, remainingFen: 0, photoNote: '照片' } as const
    await rig.swap(await rig.pointOf(s.meterId), fresh, dead)
    const barred = await rig.rows<{ barred: boolean }>(
      'select barred_at is not null as barred from meter where meter_id = $1',
      [s.meterId],
    )
    expect(barred).toEqual([{ barred: true }])
    const refused = rig.swap(await rig.pointOf(other.meterId), s.meterId, dead)
    await expect(refused).rejects.toThrow('meter_barred')
  })

  test('more than was bought and not used cannot be claimed', async () => {
    const s = await rig.shop(1_000)
    const refused = rig.swap(await rig.pointOf(s.meterId), await rig.spare(), {
      state: 'dead',
      finalWh: 100_000,
      remainingFen: 1_001,
      photoNote: '照片',
    })
    await expect(refused).rejects.toThrow('claim_above_paid')
  })

  test('above what the clerk may move alone, a second person has to agree', async () => {
    const s = await rig.shop(50_000)
    const { complexId, clerk, deps } = rig.bench.complex
    await rig.rows(
      `insert into operator_limit (complex_id, operator_id, payout_fen) values ($1, $2, 10000)
       on conflict (complex_id, operator_id) do update set payout_fen = 10000`,
      [complexId, clerk.operator],
    )
    const point = await rig.pointOf(s.meterId)
    const fresh = await rig.spare()
    const dead = {
      state: 'dead',
      finalWh: 100_000,
      remainingFen: 40_000,
      photoNote: '照片',
    } as const
    await expect(rig.swap(point, fresh, dead)).rejects.toThrow('approval_required')
    const { approvalId } = await askFor(deps, clerk, {
      operation: 'meter.swap',
      ...{ pointId: point, newMeterId: fresh, finalWh: 100_000, amountFen: 40_000 },
      note: '照片',
      requestId: rig.request(),
    })
    const second = await rig.rows<{ id: number }>(
      `insert into operator (username, name, password_hash, role_id)
       select 'second', 'second', 'x', role_id from role limit 1 returning operator_id as id`,
    )
    const boss = { ...clerk, operator: operatorId(must(second[0], 'written').id) }
    await decideApproval(deps, boss, {
      ...{ approvalId, agreed: true, note: '', requestId: rig.request() },
    })
    const done = await rig.swap(point, fresh, { ...dead, approvalId })
    expect(done).toMatchObject({ claimFen: 40_000, state: 'opening' })
    await rig.rows('delete from operator_limit')
    await clean()
  })
})
