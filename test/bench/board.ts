// The board of 5,000 live meters in a browser 看板性能: first paint, what its updates cost a second,
// and whether memory grows; the product's server on its bundled database, headless Chromium with
// the real page. The minutes to watch are the argument.

import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../e2e/browser.ts'
import {
  type BoardPage,
  type Counters,
  keystroke,
  type Memory,
  measureBoard,
  openBoard,
  scrollFrames,
  watchBoard,
} from './board-page.ts'
import { type BoardWorld, METERS, startBoardWorld } from './board-world.ts'
import { cpuOf } from './ingest-world.ts'
import { type SellingServer, startSellingServer } from './ledger-http.ts'
import { PASSWORD } from './ledger-world.ts'
import { median, quantile } from './poll-processes.ts'

const MINUTES = 2
const MINUTE_MS = 60_000
/** Each meter every three minutes, and ten times as often. */
const USUAL_PER_S = 28
const FAST_PER_S = 280
/** Of the time, the rest is fast. */
const USUAL_SHARE = 0.8
const READ_EVERY_MS = 250
const OPENINGS = 3
/** As a whole floor answers at once; more than the live line replays. */
const BURSTS = [500, METERS]
const BURST_MS = 4_000

const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** Reads meters at a rate that can be changed. */
const startReading = (world: BoardWorld) => {
  let perSecond = USUAL_PER_S
  let owed = 0
  let on = true
  const ended = (async () => {
    let last = performance.now()
    while (on) {
      await pause(READ_EVERY_MS)
      const now = performance.now()
      owed += ((now - last) * perSecond) / 1_000
      last = now
      const meters = Math.floor(owed)
      owed -= meters
      if (meters > 0) await world.read(meters)
    }
  })()
  return {
    rate: (meters: number) => {
      perSecond = meters
    },
    stop: async () => {
      on = false
      await ended
    },
  }
}

const logIn = async (page: Page, url: URL): Promise<void> => {
  await page.goto(new URL('/login', url).href)
  await page.locator('#username').fill('admin')
  await page.locator('#password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.locator('nav ul').first().waitFor()
}

const VIEW = {
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
  viewport: { width: 1366, height: 768 },
}

const openings = async (browser: Browser, url: URL) => {
  const first = await browser.newContext(VIEW)
  await logIn(await first.newPage(), url)
  const storageState = await first.storageState()
  await first.close()
  const cold = []
  const warm = []
  for (let n = 0; ; n++) {
    // Nothing is in the cache of a new context.
    const context = await browser.newContext({ ...VIEW, storageState })
    const page = await context.newPage()
    await watchBoard(page)
    cold.push(await openBoard(page, url))
    warm.push(await openBoard(page, url))
    if (n === OPENINGS - 1) return { page, cold, warm }
    await context.close()
  }
}

type Span = { perSecond: number; from: Counters; to: Counters; server: number }

const watchFor = async (
  board: BoardPage,
  server: SellingServer,
  perSecond: number,
  forMs: number,
  memories: (Memory & { minute: number })[],
): Promise<Span> => {
  const from = await board.counters()
  const cpu = cpuOf(server.pid) ?? Number.NaN
  for (let left = forMs; left > 0; left -= MINUTE_MS) {
    await pause(Math.min(left, MINUTE_MS))
    const minute = memories.length
    const memory = { ...(await board.memory()), minute }
    memories.push(memory)
    say(`minute ${minute}: ${JSON.stringify(memory)}`)
  }
  return { perSecond, from, to: await board.counters(), server: (cpuOf(server.pid) ?? 0) - cpu }
}

const ms = (value: number): string => `${value.toFixed(0)} ms`
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const spanRow = ({ perSecond, from, to, server }: Span): string => {
  const seconds = (to.atMs - from.atMs) / 1_000
  const per = (value: number): string => (value / seconds).toFixed(1)
  const long = to.longTasksMs.slice(from.longTasksMs.length)
  return row(
    ...[`${perSecond} readings/s`, per((to.taskS - from.taskS) * 1_000)],
    ...[per((to.scriptS - from.scriptS) * 1_000), per((to.layoutS - from.layoutS) * 1_000)],
    per((to.rendererCpuUs - from.rendererCpuUs) / 1_000),
    `${long.length}${long.length === 0 ? '' : `, longest ${ms(Math.max(...long))}`}`,
    `${((to.eventBytes - from.eventBytes) / seconds / 1_024).toFixed(1)} KiB`,
    per(server / 1_000),
  )
}

/** Many meters in one message: the longest task that follows, ms. */
const burst = async (world: BoardWorld, board: BoardPage, meters: number): Promise<string> => {
  const from = await board.counters()
  await world.read(meters)
  await pause(BURST_MS)
  const to = await board.counters()
  const long = to.longTasksMs.slice(from.longTasksMs.length)
  return row(
    `${meters} meters changed at once: main thread, longest task over 50 ms`,
    `${ms((to.taskS - from.taskS) * 1_000)}, ${long.length === 0 ? 'none' : ms(Math.max(...long))}`,
  )
}

/** While the readings go on. */
const handled = async (page: Page): Promise<string[]> => {
  const frames = await scrollFrames(page)
  await page.getByRole('searchbox').click()
  await page.keyboard.type('A-')
  const keys = []
  for (const typed of ['4', '43', '432', '4321'])
    keys.push(await keystroke(page, typed.slice(-1), Number(typed)))
  await page.getByRole('searchbox').fill('')
  return [
    row(
      'a frame while scrolling, p50 / p95',
      `${ms(median(frames))} / ${ms(quantile(frames, 0.95))}`,
    ),
    row('a key in the filter until its tiles stand, longest of 4', ms(Math.max(...keys))),
  ]
}

const watched = async (
  world: BoardWorld,
  server: SellingServer,
  browser: Browser,
  minutes: number,
) => {
  const reading = startReading(world)
  try {
    const { page, cold, warm } = await openings(browser, server.url)
    say(JSON.stringify({ cold, warm }))
    const board = await measureBoard(browser, page)
    const memories = [{ ...(await board.memory()), minute: 0 }]
    const spans = []
    for (const [perSecond, share] of [
      [USUAL_PER_S, USUAL_SHARE],
      [FAST_PER_S, 1 - USUAL_SHARE],
    ] as const) {
      reading.rate(perSecond)
      spans.push(await watchFor(board, server, perSecond, minutes * share * MINUTE_MS, memories))
    }
    reading.rate(USUAL_PER_S)
    const hands = await handled(page)
    for (const meters of BURSTS) hands.push(await burst(world, board, meters))
    return { cold, warm, memories, spans, hands }
  } finally {
    await reading.stop()
  }
}

const report = ({ cold, warm, memories, spans, hands }: Awaited<ReturnType<typeof watched>>) => {
  const of = (all: typeof cold, name: keyof (typeof cold)[number]): string =>
    ms(median(all.map((each) => each[name])))
  return [
    row(`${METERS} meters, ${OPENINGS} openings`, 'nothing cached', 'opened before'),
    '|---|---:|---:|',
    row('first contentful paint', of(cold, 'firstPaintMs'), of(warm, 'firstPaintMs')),
    row('all tiles there and usable', of(cold, 'usableMs'), of(warm, 'usableMs')),
    row('longest task', of(cold, 'longestTaskMs'), of(warm, 'longestTaskMs')),
    '',
    row(
      ...['per second', 'main thread, ms', 'script, ms', 'style and layout, ms'],
      ...['renderer’s CPU, ms', 'long tasks', 'live line', 'server’s CPU, ms'],
    ),
    '|---|---:|---:|---:|---:|---|---:|---:|',
    ...spans.map(spanRow),
    '',
    row('minute', 'heap, MB', 'renderer’s RSS, MB', 'DOM nodes'),
    '|---:|---:|---:|---:|',
    ...memories.map(({ minute, heapMb, rssMb, nodes }) =>
      row(`${minute}`, heapMb.toFixed(1), rssMb.toFixed(0), `${nodes}`),
    ),
    '',
    row(`at ${USUAL_PER_S} readings/s`, 'measured'),
    '|---|---:|',
    ...hands,
  ].join('\n')
}

export const benchBoard = async (minutes = `${MINUTES}`): Promise<string> => {
  const world = await startBoardWorld()
  try {
    const server = await startSellingServer(world)
    const browser = await launchBrowser()
    try {
      return report(await watched(world, server, browser, Number(minutes)))
    } finally {
      await browser.close()
      await server.stop()
    }
  } finally {
    await world.stop()
  }
}
