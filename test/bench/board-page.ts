// What the board costs a browser 看板页面开销: Chromium's own counters, its renderer's processor time
// and memory, and what a person waits for at the page.

import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { must } from '../../src/shared/assert.ts'
import { METERS } from './board-world.ts'
import { cpuOf } from './ingest-world.ts'

const PAGE_BYTES = 4_096
const SCROLL_FRAMES = 240
const SCROLL_STEP_PX = 60

/** Runs in the page before anything of ours: when the tiles stand, and which tasks were long. */
const WATCH = `
  window.bench = { long: [] }
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.bench.long.push(duration)
  }).observe({ type: 'longtask', buffered: true })
  window.bench.usable = new Promise((resolve) => {
  const look = () => {
    const counts = [...document.querySelectorAll('fieldset button strong')]
    const meters = counts.reduce((sum, { textContent }) => sum + Number(textContent), 0)
    if (meters >= ${METERS} && document.querySelector('[data-meter]'))
      requestAnimationFrame(() => resolve(performance.now()))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look) })`

const FIRST_PAINT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`

export type Opened = { firstPaintMs: number; usableMs: number; longestTaskMs: number }

export const openBoard = async (page: Page, url: URL): Promise<Opened> => {
  await page.goto(new URL('/board', url).href)
  return page.evaluate<Opened>(`window.bench.usable.then((usableMs) => ({
    firstPaintMs: ${FIRST_PAINT},
    usableMs,
    longestTaskMs: Math.max(0, ...window.bench.long) }))`)
}

export const watchBoard = async (page: Page): Promise<void> => {
  await page.addInitScript(WATCH)
}

export type Counters = {
  atMs: number
  taskS: number
  scriptS: number
  layoutS: number
  /** Of the whole renderer, its raster and worker threads too. */
  rendererCpuUs: number
  eventBytes: number
  events: number
  longTasksMs: readonly number[]
}

export type Memory = { heapMb: number; rssMb: number; nodes: number }

export type BoardPage = {
  counters(): Promise<Counters>
  /** After a collection of garbage: what stays. */
  memory(): Promise<Memory>
  close(): Promise<void>
}

const rendererOf = async (browser: Browser): Promise<number> => {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  const busiest = renderers.toSorted((a, b) => b.cpuTime - a.cpuTime)[0]
  return must(busiest, 'a renderer').id
}

const rssMbOf = (pid: number): number =>
  (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 2 ** 20

const metricsOf = async (session: CDPSession): Promise<(name: string) => number> => {
  const { metrics } = await session.send('Performance.getMetrics')
  const byName = new Map(metrics.map(({ name, value }) => [name, value]))
  return (name) => byName.get(name) ?? Number.NaN
}

/** From now on; the page stands on the board. */
export const measureBoard = async (browser: Browser, page: Page): Promise<BoardPage> => {
  const pid = await rendererOf(browser)
  const session = await page.context().newCDPSession(page)
  let eventBytes = 0
  let events = 0
  session.on('Network.eventSourceMessageReceived', ({ data }) => {
    events++
    eventBytes += Buffer.byteLength(data)
  })
  await session.send('Network.enable')
  await session.send('Performance.enable')
  return {
    counters: async () => {
      const metric = await metricsOf(session)
      return {
        atMs: performance.now(),
        taskS: metric('TaskDuration'),
        scriptS: metric('ScriptDuration'),
        layoutS: metric('LayoutDuration') + metric('RecalcStyleDuration'),
        rendererCpuUs: cpuOf(pid) ?? Number.NaN,
        eventBytes,
        events,
        longTasksMs: await page.evaluate<number[]>('window.bench.long'),
      }
    },
    memory: async () => {
      await session.send('HeapProfiler.collectGarbage')
      const metric = await metricsOf(session)
      const heapMb = metric('JSHeapUsedSize') / 2 ** 20
      return { heapMb, rssMb: rssMbOf(pid), nodes: metric('Nodes') }
    },
    close: () => session.detach(),
  }
}

/** Times between frames while the tiles run past, ms. */
export const scrollFrames = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>(`new Promise((resolve) => {
    const box = document.querySelector('[data-testid="board-grid"]')
    const frames = []
    let last = performance.now()
    const step = (now) => {
      frames.push(now - last)
      last = now
      box.scrollTop += ${SCROLL_STEP_PX}
      if (frames.length < ${SCROLL_FRAMES}) requestAnimationFrame(step)
      else { box.scrollTop = 0; resolve(frames.slice(1)) }
    }
    requestAnimationFrame(step)
  })`)

/** Types one key into the filter; ms from the key's input until the tiles show what it found. */
export const keystroke = async (page: Page, key: string, firstFound: number): Promise<number> => {
  await page.evaluate(`{
    let typedAt = null
    document.addEventListener('input', ({ timeStamp }) => { typedAt = timeStamp },
      { once: true, capture: true })
    window.bench.shown = new Promise((resolve) => {
      const look = () => {
        const first = document.querySelector('[data-meter]')
        if (typedAt !== null && first?.getAttribute('data-meter') === '${firstFound}')
          requestAnimationFrame(() => resolve(performance.now() - typedAt))
        else requestAnimationFrame(look)
      }
      look()
    })
    null
  }`)
  await page.keyboard.press(key)
  return page.evaluate<number>('window.bench.shown')
}
