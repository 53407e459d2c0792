import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import { createReadRound } from '../control/read-rounds.ts'
import type { StepRequest } from '../http/contract/commissioning.ts'
import { must } from '../shared/assert.ts'
import { busId, gatewayId, type Uuid } from '../shared/ids.ts'
import { checkRows, neighboursOf, stepsOf } from './check-store.ts'
import { beginCheck, recordStep } from './checks.ts'
import { loadCheckCredit } from './credit.ts'
import { exchangePoints } from './exchange.ts'
import { insertJob, saveJob } from './line-job-store.ts'
import { startBusScan } from './line-jobs.ts'

let rig: ControlRig
let keys = 0
const key = () => `commissioning-${++keys}`

beforeAll(async () => {
  rig = await controlRig(40)
})
afterAll(() => rig.drop())

const idOf = (meter: LyingMeter) => meter.driver.meterId
const clerk = () => rig.complex.clerk
const begin = (meter: LyingMeter) => beginCheck(rig.deps, clerk(), key(), { meterId: idOf(meter) })
const step = (check: Uuid, asked: StepRequest) => recordStep(rig.deps, clerk(), key(), check, asked)
const history = async (check: Uuid) =>
  rig.deps.db.as(clerk(), async (tx) => {
    const { complexId } = rig.complex
    return must((await stepsOf(tx, complexId, [check], 'UTC')).get(check), 'steps')
  })
const last = async (check: Uuid) => must((await history(check)).at(-1), 'a step')

/** A meter whose power can be told. */
const hang = (powerW: (meter: LyingMeter) => number): LyingMeter => {
  const meter = rig.hang()
  const { readStatus } = meter.driver
  meter.driver.readStatus = async (priority) => {
    const read = await readStatus(priority)
    return read.ok ? { ok: true, value: { ...read.value, powerW: powerW(meter) } } : read
  }
  return meter
}
const whileClosed = (w: number) => (meter: LyingMeter) => (meter.relay === 'closed' ? w : 0)

/** A test read that has ended, as the worker leaves it. */
const readDone = (meter: LyingMeter, ok = true): Promise<string> =>
  rig.deps.db.as(clerk(), async (tx) => {
    const jobId = rig.deps.ids.uuid()
    const [way] = await tx.query<{ gatewayId: number; busId: number }>(
      `select b.gateway_id as "gatewayId", b.bus_id as "busId" from meter m
       join device d using (complex_id, device_id) join bus b using (complex_id, bus_id)
       where m.meter_id = $1`,
      [idOf(meter)],
    )
    const place = must(way, 'its way')
    const { complexId } = rig.complex
    const asked = { complexId, jobId, meterId: idOf(meter), asked: {} }
    const at = { gatewayId: gatewayId(place.gatewayId), busId: busId(place.busId) }
    await insertJob(tx, { ...asked, kind: 'read', ...at })
    const parts = [{ part: 'status', ok, reason: '', values: { powerW: 1_000 }, exchanges: [] }]
    await saveJob(tx, { complexId, jobId }, { state: 'done', result: { parts } })
    return jobId
  })

const roundOf = async (meters: readonly LyingMeter[]): Promise<string> => {
  const round = await createReadRound(rig.deps, clerk(), key(), {
    complexId: rig.complex.complexId,
    unit: { meterIds: meters.map(idOf) },
    what: ['status'],
  })
  await settle()
  return round
}
const settle = async () => {
  for (let i = 0; i < 40; i++) if (!(await rig.round())) break
}

type Walk = { meter: LyingMeter; others: LyingMeter[]; seen?: boolean }

const tripped = async ({ meter, others, seen = true }: Walk) => {
  const beforeRoundId = await roundOf([meter, ...others])
  rig.clock.skip(1_000)
  const command = await rig.order(meter, 'tripped')
  await rig.ended(command)
  rig.clock.skip(1_000)
  const afterRoundId = await roundOf([meter, ...others])
  const { commandId } = command
  return { step: 'trip', commandId, beforeRoundId, afterRoundId, seen } satisfies StepRequest
}

const closed = async (meter: LyingMeter, others: LyingMeter[]) => {
  const command = await rig.order(meter, 'prepaid')
  await rig.ended(command)
  rig.clock.skip(1_000)
  const afterRoundId = await roundOf([meter, ...others])
  return { step: 'close', commandId: command.commandId, afterRoundId, seen: true } as const
}

test('a search of a bus is one at a time', async () => {
  const [bus] = await rig.rows<{ busId: number }>('select min(bus_id) as "busId" from bus')
  const asked = { busId: must(bus, 'a bus').busId }
  await startBusScan(rig.deps, clerk(), key(), asked)
  await expect(startBusScan(rig.deps, clerk(), key(), asked)).rejects.toThrow('scan_under_way')
})

describe('the check of a meter', () => {
  test('goes from reading to signing, and its evidence is kept', async () => {
    const meter = hang(whileClosed(1_000))
    const other = hang(() => 500)
    const check = await begin(meter)
    await step(check, { step: 'read', testReadId: await readDone(meter) })
    await step(check, { step: 'credit' })
    expect(await last(check)).toMatchObject({ result: 'skipped', reason: 'notOpened' })
    await expect(step(check, { step: 'sign' })).rejects.toThrow('check_incomplete')
    await step(check, await tripped({ meter, others: [other] }))
    expect(await last(check)).toMatchObject({
      result: 'passed',
      facts: { beforeW: { [idOf(meter)]: 1_000 }, afterW: { [idOf(meter)]: 0 } },
    })
    meter.relay = 'closed'
    await step(check, await closed(meter, [other]))
    expect(await last(check)).toMatchObject({ result: 'passed', reason: '' })
    await step(check, { step: 'sign' })
    const [row] = await rig.deps.db.as(clerk(), (tx) =>
      checkRows(tx, { complexId: rig.complex.complexId, zone: 'UTC' }, { meterId: idOf(meter) }),
    )
    expect(row).toMatchObject({ state: 'passed', endedBy: expect.any(String) })
    expect(row?.steps.map((one) => one.step)).toEqual(['read', 'credit', 'trip', 'close', 'sign'])
    await expect(step(check, { step: 'sign' })).rejects.toThrow('check_ended')
  })

  test('names the meter whose load dropped instead', async () => {
    const other = rig.hang()
    const meter = hang(() => 800)
    const crossed = hang(() => (meter.relay === 'closed' ? 600 : 0))
    void other
    const check = await begin(meter)
    await step(check, await tripped({ meter, others: [crossed], seen: false }))
    expect(await last(check)).toMatchObject({
      result: 'failed',
      reason: 'otherLoadDropped',
      facts: { partners: [idOf(crossed)], meters: expect.stringMatching(/^\d{12}$/) },
    })
    await step(check, { step: 'fault', reason: 'wiring', note: 'contactors' })
    await step(check, { step: 'sign', withFaults: true, note: 'to be rewired' })
    const again = await begin(meter)
    expect(again).not.toBe(check)
  })

  test('is gone on with by a second engineer, who does not begin another', async () => {
    const meter = hang(whileClosed(100))
    expect(await begin(meter)).toBe(await begin(meter))
  })

  test('takes no evidence from before it began, nor of another meter, nor unfinished', async () => {
    const [meter, other] = [hang(whileClosed(900)), hang(whileClosed(900))]
    const early = await tripped({ meter, others: [] })
    rig.clock.skip(60_000)
    const check = await begin(meter)
    await expect(step(check, early)).rejects.toThrow('check_evidence_old')
    const theirs = await tripped({ meter: other, others: [meter] })
    await expect(step(check, theirs)).rejects.toThrow('not_found')
    const foreign = { step: 'read' as const, testReadId: await readDone(other) }
    await expect(step(check, foreign)).rejects.toThrow('not_found')
    await expect(step(check, { step: 'trip' })).rejects.toThrow('invalid_input')
    const order = await rig.order(meter, 'prepaid')
    const open = { step: 'close' as const, commandId: order.commandId, seen: true }
    await expect(step(check, open)).rejects.toThrow('check_not_ended')
    await rig.ended(order)
  })
})

describe('the commissioning credit', () => {
  test('goes into an opened meter by its delivery, once, out of commissioning', async () => {
    const meter = hang(whileClosed(100))
    const check = await begin(meter)
    const load = (requestId = key()) =>
      loadCheckCredit(rig.complex.deps, clerk(), requestId, check, { amountFen: 50 })
    await expect(load()).rejects.toThrow('meter_not_opened')
    await rig.openAccount(meter)
    const requestId = key()
    const credit = await load(requestId)
    expect(await load(requestId)).toEqual(credit)
    await expect(load()).rejects.toThrow('check_credit_loaded')
    await expect(step(check, { step: 'credit' })).rejects.toThrow('check_not_ended')
    const entries = await rig.rows<{ path: string; fen: number }>(
      `select a.path, e.fen::int as fen from entry e
       join posting p using (complex_id, posting_id)
       join ledger_account a using (complex_id, ledger_account_id)
       where p.kind = 'commissioning' order by e.fen`,
    )
    expect(entries).toMatchObject([{ fen: -50 }, { path: 'commissioning', fen: 50 }])
    await rig.rows(
      `update purchase set state = 'DELIVERED', n = 1, ended_at = queued_at where purchase_id = $1`,
      [credit.purchaseId],
    )
    await step(check, { step: 'credit' })
    expect(await last(check)).toMatchObject({ result: 'passed', facts: { amountFen: 50 } })
  })
})

describe('points of two meters', () => {
  const hungAt = async (meter: LyingMeter) =>
    must(
      (
        await rig.rows<{ pointId: number }>(
          `select point_id as "pointId" from installation
           where meter_id = $1 and until is null`,
          [idOf(meter)],
        )
      )[0],
      'it hangs',
    ).pointId

  test('are exchanged while nobody is supplied, and then no more', async () => {
    const [one, other] = [hang(whileClosed(1)), hang(whileClosed(1))]
    const before = [await hungAt(one), await hungAt(other)]
    const check = await begin(one)
    rig.clock.skip(1_000)
    await exchangePoints(rig.deps, clerk(), key(), check, { withMeterId: idOf(other) })
    expect([await hungAt(other), await hungAt(one)]).toEqual(before)
    await rig.openAccount(other)
    const again = exchangePoints(rig.deps, clerk(), key(), check, { withMeterId: idOf(other) })
    await expect(again).rejects.toThrow('premises_occupied')
  })
})

test('the neighbours of a meter are those of its bus and its floor', async () => {
  const meter = hang(whileClosed(1))
  const { complexId } = rig.complex
  const near = await rig.deps.db.as(clerk(), (tx) => neighboursOf(tx, complexId, idOf(meter)))
  expect(near.length).toBeGreaterThan(0)
  expect(near.map((one) => one.meterId)).not.toContain(idOf(meter))
})
