// How long a start takes 启动耗时: cold (no data folder: cluster, migrations, demo, simulator) and
// warm, until /readyz says 200 and until every meter of the board is younger than three minutes;
// then one recharge of a dark shop, from payment to the relay read as closed.

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Board, Purchase, RechargeAnswer } from '../../src/http/contract.ts'
import { must } from '../../src/shared/assert.ts'
import { type ApiClient, logIn } from '../api-client.ts'
import { startCentre, type TestCentre } from '../centre.ts'

const FRESH_MS = 180_000
const POLL_MS = 100
const WAIT_MAX_MS = 300_000

const board = async (api: ApiClient): Promise<Board> =>
  (await api.get<Board>('/api/v1/board?complexId=1')).body

const until = async (done: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + WAIT_MAX_MS
  while (!(await done())) {
    if (performance.now() > end) throw new Error('it never came')
    await pause(POLL_MS)
  }
}

const isReady = async (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    (response) => response.status === 200,
    () => false,
  )

const everyMeterFresh = async (api: ApiClient, since: number): Promise<boolean> => {
  const { items, asOf } = await board(api)
  const now = Date.parse(asOf)
  return items.every((item) => {
    const readAt = Date.parse(item.readAt ?? '1970-01-01')
    // In a warm start only what this start has read counts.
    return readAt > since && now - readAt < FRESH_MS
  })
}

type Times = { readyMs: number; freshMs: number }

const timeStart = async (centre: TestCentre, began: number, wall: number): Promise<Times> => {
  await until(() => isReady(centre.url))
  const readyMs = performance.now() - began
  const api = await logIn(centre.url, centre.adminPassword)
  await until(() => everyMeterFresh(api, wall))
  return { readyMs, freshMs: performance.now() - began }
}

const timeRecharge = async (centre: TestCentre): Promise<number> => {
  const api = await logIn(centre.url, centre.adminPassword)
  const dark = async () =>
    (await board(api)).items.find((i) => i.state === 'arrears' && i.relay === 'tripped')
  await until(async () => (await dark()) !== undefined)
  const shop = must(await dark(), 'a shop without power')
  const began = performance.now()
  const path = `/api/v1/accounts/${must(shop.accountId, 'opened')}/recharge`
  const body = { meterId: shop.meterId, amountFen: 5_000, method: 'cash' }
  const sold = await api.post<RechargeAnswer>(path, body, randomUUID())
  const purchase = `/api/v1/purchases/${sold.body.purchaseId}`
  await until(async () => (await api.get<Purchase>(purchase)).body.relayAfter === 'closed')
  return performance.now() - began
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export const benchStart = async (): Promise<string> => {
  const coldBegan = performance.now()
  const coldWall = Date.now()
  const centre = await startCentre()
  try {
    const cold = await timeStart(centre, coldBegan, coldWall)
    await centre.end()
    const warmBegan = performance.now()
    const warmWall = Date.now()
    await centre.restart()
    const warm = await timeStart(centre, warmBegan, warmWall)
    const rechargeMs = await timeRecharge(centre)
    return [
      '| | ready (200) | every meter read by this start |',
      '|---|---|---|',
      `| cold | ${seconds(cold.readyMs)} | ${seconds(cold.freshMs)} |`,
      `| warm | ${seconds(warm.readyMs)} | ${seconds(warm.freshMs)} |`,
      '',
      `payment at the counter to relay read as closed: ${seconds(rechargeMs)}`,
    ].join('\n')
  } finally {
    await centre.stop()
  }
}
