// The real centre is killed at random moments while eight sellers make two hundred recharges on
// the demonstration complex. Afterwards the simulator, which nobody killed, tells what its meters
// hold.

import { execFileSync } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Board, BoardItem, ListOf, Purchase } from '../../src/http/contract.ts'
import { must } from '../../src/shared/assert.ts'
import { type ApiClient, logIn } from '../api-client.ts'
import { startCentre, type TestCentre } from '../centre.ts'
import { centreLog } from '../setup/centre-log.ts'

const RECHARGES = 140
const SELLERS = 8
const KILLS = 5
const DELIVERED_WITHIN_MS = 240_000

let centre: TestCentre
let api: ApiClient

beforeAll(async () => {
  centre = await startCentre({ logTo: centreLog(String(expect.getState().testPath)) })
  api = await logIn(centre.url, centre.adminPassword)
}, 120_000)
afterAll(() => centre.stop())

const boardItems = async (): Promise<BoardItem[]> =>
  (await api.get<Board>('/api/v1/board?complexId=1')).body.items

type Sold = { accountId: number; meterId: number; amountFen: number }

/** Asks again under the same request id until somebody answers; the centre may be dead. */
const sellOnce = async (sale: Sold): Promise<void> => {
  const requestId = randomUUID()
  const { accountId, meterId, amountFen } = sale
  const body = { meterId, amountFen, method: 'cash', similarAccepted: true }
  for (;;) {
    const answer = await api
      .post(`/api/v1/accounts/${accountId}/recharge`, body, requestId)
      .catch(() => null)
    if (answer && answer.status < 300) return
    if (answer && answer.status !== 503)
      throw new Error(`refused ${answer.status}: ${JSON.stringify(answer.body)}`)
    await pause(100)
  }
}

const salesOn = (items: readonly BoardItem[]): Sold[] => {
  // Circuits of multi-user devices hold no money: their accounts are the centre's.
  const open = items.filter(
    (item) => item.accountId !== null && !item.held && /^\d{12}$/.test(item.address),
  )
  // Every amount occurs once, so that the witness can tell them apart.
  return Array.from({ length: RECHARGES }, (_, index) => {
    const item = must(open[index % open.length], 'the demo has open accounts')
    const accountId = must(item.accountId, 'opened')
    return { accountId, meterId: item.meterId, amountFen: 5_001 + index }
  })
}

const killNow = async (): Promise<void> => {
  await pause(randomInt(500, 3_000))
  await centre.kill()
  await pause(randomInt(0, 500))
  await centre.restart()
}

const undelivered = async (): Promise<string[]> => {
  const waiting: string[] = []
  let cursor: string | null = null
  do {
    const page: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const path = `/api/v1/purchases?complexId=1&limit=500${page}`
    const { body } = await api.get<ListOf<Purchase>>(path)
    for (const p of body.items) if (p.state !== 'DELIVERED') waiting.push(`${p.meterNo} ${p.state}`)
    cursor = body.nextCursor
  } while (cursor !== null)
  return waiting
}

type Witness = { meters: { address: string; credits: { amountFen: number }[] }[] }

const creditedAmounts = async (): Promise<Map<string, number[]>> => {
  const response = await fetch(`${centre.simulator}/state`)
  const witness: Witness = JSON.parse(await response.text())
  return new Map(witness.meters.map((m) => [m.address, m.credits.map((c) => c.amountFen)]))
}

test('each acknowledged recharge is in its meter exactly once, whenever we died', async () => {
  const items = await boardItems()
  const sales = salesOn(items)
  const waiting = [...sales]
  const seller = async () => {
    for (let sale = waiting.pop(); sale; sale = waiting.pop()) {
      await sellOnce(sale)
      await pause(randomInt(100, 700))
    }
  }
  const sellers = Promise.all(Array.from({ length: SELLERS }, seller))
  for (let kill = 0; kill < KILLS; kill++) await killNow()
  await sellers
  const until = performance.now() + DELIVERED_WITHIN_MS
  while ((await undelivered()).length > 0 && performance.now() < until) await pause(1_000)
  expect(await undelivered()).toEqual([])

  const addressOf = new Map(items.map((item) => [item.meterId, item.address]))
  const credited = await creditedAmounts()
  const wrong = sales.filter(({ meterId, amountFen }) => {
    const amounts = credited.get(must(addressOf.get(meterId), 'on the board')) ?? []
    return amounts.filter((amount) => amount === amountFen).length !== 1
  })
  expect(wrong).toEqual([])
  const trial = await api.get<{ totalFen: number }>('/api/v1/ledger/trial-balance?complexId=1')
  expect(trial.body.totalFen).toBe(0)
  const audit = execFileSync(process.execPath, [join('bin', 'prewatt.mjs'), 'audit'], {
    encoding: 'utf8',
    env: { ...process.env, PREWATT_DATA: centre.dataDir },
  })
  expect(audit).toContain('sound')
}, 600_000)
