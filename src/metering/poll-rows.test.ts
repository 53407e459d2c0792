import { expect, test } from 'vitest'
import { fen } from '../ledger/money.ts'
import { instant, plusMs } from '../shared/clock.ts'
import { wh } from '../shared/energy.ts'
import { gatewayId, meterId } from '../shared/ids.ts'
import type { Fault, FaultReason } from './driver.ts'
import type { PollResult } from './poll-result.ts'
import { pollRows } from './poll-rows.ts'

const AT = instant(1_790_000_000_000)
const about = { meterId: meterId(1), gatewayId: gatewayId(1), onDemand: false }
const keepAll = () => true

const status = (atMs: number, overrides: { powerW?: number | null } = {}): PollResult => ({
  ...about,
  at: plusMs(AT, atMs),
  kind: 'status',
  outcome: {
    ok: true,
    value: {
      at: plusMs(AT, atMs),
      money: {
        remainingFen: fen(1_000),
        overdraftFen: fen(0),
        balanceFen: fen(1_000),
        count: 3,
        customerNo: '000000000042',
        opened: true,
      },
      electrical: null,
      energyWh: null,
      relay: 'closed',
      kept: false,
      statusWord: 0x0200,
      powerW: 500,
      ...overrides,
    },
  },
})
const energy = (atMs: number, energyWh: number): PollResult => ({
  ...about,
  at: plusMs(AT, atMs),
  kind: 'energy',
  outcome: {
    ok: true,
    value: { at: plusMs(AT, atMs), energyWh: wh(energyWh), tariffsWh: null, reverseWh: null },
  },
})
const fault = (reason: FaultReason): Fault => ({ ok: false, reason, detail: '', mayRetry: true })
const failed = (atMs: number, reason: FaultReason, kind: 'status' | 'clock' = 'status') => ({
  ...about,
  at: plusMs(AT, atMs),
  kind,
  outcome: fault(reason),
})
const patchOf = (...results: PollResult[]) => pollRows(results, keepAll).latest[0]

test('a status reading carries its own time into every figure it holds', () => {
  expect(patchOf(status(0))).toMatchObject({
    balanceFen: 1_000,
    balanceAt: AT,
    purchaseCount: 3,
    walletAt: AT,
    relay: 'closed',
    relayAt: AT,
    powerW: 500,
    powerAt: AT,
    answeredAt: AT,
    energyWh: null,
    energyAt: null,
  })
})

test('power that was not read keeps its old value and its old time', () => {
  expect(patchOf(status(0, { powerW: null }))).toMatchObject({ powerW: null, powerAt: null })
})

test.each<[FaultReason]>([['timeout'], ['bad-reply'], ['gateway-offline']])(
  'a reading that fails with %s changes no value and says since when it is silent',
  (reason) => {
    const patch = patchOf(failed(5, reason), failed(9, reason))
    expect(patch).toMatchObject({ silentSince: plusMs(AT, 5), fault: reason, answeredAt: null })
    expect(patch).toMatchObject({ balanceFen: null, relay: null, energyWh: null })
  },
)

test('a meter that refuses has answered: it is not silent', () => {
  expect(patchOf(failed(5, 'refused-by-meter'))).toMatchObject({
    silentSince: null,
    fault: 'refused-by-meter',
    answeredAt: plusMs(AT, 5),
  })
})

test('an answer ends the silence, and a silence after it begins anew', () => {
  expect(patchOf(failed(1, 'timeout'), status(2))).toMatchObject({ silentSince: null, fault: null })
  expect(patchOf(status(2), failed(3, 'timeout'))).toMatchObject({
    silentSince: plusMs(AT, 3),
    answeredAt: plusMs(AT, 2),
    balanceFen: 1_000,
  })
})

test('a clock that cannot be read is no reason to call the meter silent', () => {
  expect(patchOf(failed(1, 'timeout', 'clock'))).toMatchObject({ silentSince: null, fault: null })
})

test('results of one meter fold into one patch, and each energy reading is a row', () => {
  const rows = pollRows([energy(0, 100), status(1), energy(2, 110)], keepAll)
  expect(rows.latest).toHaveLength(1)
  expect(rows.latest[0]).toMatchObject({
    energyWh: 110,
    energyAt: plusMs(AT, 2),
    balanceFen: 1_000,
  })
  expect(rows.readings.map(({ source, energyWh }) => [source, energyWh])).toEqual([
    [1, 100],
    [2, null],
    [1, 110],
  ])
})

test('of the status round only chosen readings become rows; what was asked for always does', () => {
  const never = () => false
  expect(pollRows([status(0)], never).readings).toEqual([])
  expect(pollRows([{ ...status(0), onDemand: true }], never).readings).toMatchObject([
    { source: 5 },
  ])
})
