import { expect, test } from 'vitest'
import { fen } from '../../ledger/money.ts'
import { instant, plusMs } from '../../shared/clock.ts'
import { wh } from '../../shared/energy.ts'
import { gatewayId, meterId } from '../../shared/ids.ts'
import type { Fault, FaultReason, StatusReading } from '../driver.ts'
import { NOTHING_KNOWN } from './judge-rows.ts'
import type { PollResult } from './poll-result.ts'
import { pollRows } from './poll-rows.ts'
import { readingCandidates } from './reading-rows.ts'

const AT = instant(1_790_000_000_000)
const about = { meterId: meterId(1), gatewayId: gatewayId(1), onDemand: false }

type Overrides = Partial<Pick<StatusReading, 'powerW' | 'energyWh' | 'electrical' | 'money'>>
const status = (atMs: number, overrides: Overrides = {}): PollResult => ({
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
const rowsOf = (results: PollResult[], keepsStatus = () => true) =>
  pollRows(results, readingCandidates(results, keepsStatus), NOTHING_KNOWN)
const patchOf = (...results: PollResult[]) => rowsOf(results).latest[0]

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
  const rows = rowsOf([energy(0, 100), status(1), energy(2, 110)])
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
  expect(rowsOf([status(0)], never).readings).toEqual([])
  expect(rowsOf([{ ...status(0), onDemand: true }], never).readings).toMatchObject([{ source: 5 }])
})

test('a register that comes with the status is shown, and becomes a row only in its turn', () => {
  const rows = rowsOf([status(0, { energyWh: wh(500) })], () => false)
  expect(rows.readings).toEqual([])
  expect(rows.latest[0]).toMatchObject({ energyWh: 500, energyAt: AT })
  expect(rowsOf([status(0, { energyWh: wh(500) })]).readings).toMatchObject([
    { source: 2, energyWh: 500, balanceFen: 1_000 },
  ])
})

test('a meter without money has no balance, and its other figures all the same', () => {
  const patch = patchOf(status(0, { money: null, energyWh: wh(500) }))
  expect(patch).toMatchObject({ balanceFen: null, walletAt: null, relay: 'closed', energyWh: 500 })
})

test('voltages and currents carry their own time', () => {
  const electrical = { voltagesDv: [2_301], currentsMa: [1_500], powerFactorE3: 990 }
  expect(patchOf(status(0, { electrical }))).toMatchObject({ electrical, electricalAt: AT })
  expect(patchOf(status(0))).toMatchObject({ electrical: null, electricalAt: null })
})

test('what a gateway kept while it was cut off is history: the latest values stay', () => {
  const old: PollResult = { ...status(0), pushed: true, at: plusMs(AT, 600_001) }
  expect(patchOf(old)).toMatchObject({ balanceFen: null, answeredAt: null })
  expect(rowsOf([old]).readings).toMatchObject([{ source: 8, at: AT, receivedAt: old.at }])
  const fresh: PollResult = { ...status(0), pushed: true, at: plusMs(AT, 5_000) }
  expect(patchOf(fresh)).toMatchObject({ balanceFen: 1_000, balanceAt: AT })
})
