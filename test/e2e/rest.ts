// When a page has come to rest 页面静止: nothing asked for is still to come, and the browser has drawn
// what came. Looks at the page instead of the clock, so that a busy machine only takes longer.

import { setTimeout as pause } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'

const WITHIN_MS = 120_000
/** Looks in a row at which nothing was under way; what a page asks for next comes at once. */
const QUIET_LOOKS = 3
/** Each look also waits until the browser has nothing else to do. */
const LOOK_EVERY_MS = 30

/** The live line never ends. */
const counts = (request: Request): boolean => request.resourceType() !== 'eventsource'

/**
 * Until what fades in has done so, all is drawn, and the browser has nothing else to do; whether
 * nothing says that it is still being fetched.
 */
const drawn = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`(async () => {
    const ends = (animation) => animation.effect?.getComputedTiming().iterations !== Infinity
    const moving = document.getAnimations().filter(ends)
    await Promise.allSettled(moving.map((animation) => animation.finished))
    await new Promise((done) => requestIdleCallback(done, { timeout: 5000 }))
    return document.querySelector('.ant-spin-spinning') === null
  })()`)

/**
 * Watches a page from now on; the answer waits until it has come to rest. To be called before the
 * page is opened.
 */
export const restOf = (page: Page): (() => Promise<void>) => {
  const under = new Set<Request>()
  page.on('request', (request) => counts(request) && under.add(request))
  page.on('requestfinished', (request) => under.delete(request))
  page.on('requestfailed', (request) => under.delete(request))
  return async () => {
    const startedAt = performance.now()
    for (let quiet = 0; quiet < QUIET_LOOKS; ) {
      if (performance.now() - startedAt > WITHIN_MS) throw new Error(`no rest: ${page.url()}`)
      await pause(LOOK_EVERY_MS)
      const there = await drawn(page)
      quiet = there && under.size === 0 ? quiet + 1 : 0
    }
  }
}

/** Goes on within the application, as a click on a link does: nothing is loaded twice. */
export const goOn = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)});
    window.dispatchEvent(new PopStateEvent('popstate', { state: {} }))`)
}
