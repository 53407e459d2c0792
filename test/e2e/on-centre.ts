// What every file of walks stands on 测试现场: built pages, the real centre, a browser, and shops whose
// opening has reached their meters.

import { execFileSync } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { BoardItem } from '../../src/http/contract.ts'
import { must } from '../../src/shared/assert.ts'
import { startCentre, type TestCentre } from '../centre.ts'
import { centreLog } from '../setup/centre-log.ts'
import { type Desk, launchBrowser, newDesk } from './browser.ts'
import { logIn, normalShops, until } from './counter.ts'

const READY_MS = 800_000
const SHOPS_READ_MS = 480_000

/** Starts all of it before the walks of a file and ends it after them. */
export const onCentre = (shopsNeeded: number) => {
  let centre: TestCentre | null = null
  let browser: Browser | null = null
  let shops: BoardItem[] = []
  const started = () => must(centre, 'the centre has started')
  const launched = () => must(browser, 'the browser has started')

  beforeAll(async () => {
    execFileSync(process.execPath, ['tools/bootstrap.mjs', 'web'], { stdio: 'ignore' })
    centre = await startCentre({ logTo: centreLog(String(expect.getState().testPath)) })
    browser = await launchBrowser()
    const { context, page } = await newDesk(browser)
    await logIn(page, started())
    await until('enough shops are open and read', SHOPS_READ_MS, async () => {
      shops = await normalShops(page, started())
      return shops.length >= shopsNeeded
    })
    await context.close()
  }, READY_MS)

  afterAll(async () => {
    await browser?.close()
    await centre?.stop()
  })

  return {
    centre: started,
    /** A shop for one walk alone. */
    shop: (index: number): BoardItem => must(shops[index], `normal shop ${index}`),
    /** Walks at a fresh desk; an error of the page fails the walk. */
    atDesk: async (walk: (desk: Desk) => Promise<void>): Promise<void> => {
      const desk = await newDesk(launched())
      try {
        await walk(desk)
        expect(desk.errors).toEqual([])
      } finally {
        await desk.context.close()
      }
    },
  }
}
