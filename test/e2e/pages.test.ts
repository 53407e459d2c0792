// All pages of the operator console, on the real centre: how much they load, whether English is
// complete, and whether everybody can use them.

import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { goToConfirm, logIn } from './counter.ts'
import { onCentre } from './on-centre.ts'
import { goOn, restOf } from './rest.ts'

const WALK_MS = 1_200_000

const { centre, shop, atDesk } = onCentre(3)

const PAGES = [
  '/board',
  '/board?view=list',
  '/sale',
  '/purchases',
  '/accounts',
  '/alarms',
  '/ledger',
  '/plans/1/edit',
]

/** Looked at for language and access only: they weigh no more than the others. */
const EVERY_PAGE = [
  ...PAGES,
  '/board?by=gateway&state=kept',
  '/alarms/history',
  '/alarms/rules',
  '/alarms/thresholds',
  '/collection?gateway=1',
  '/meters?meter=1',
  '/read-rounds',
  '/commissioning/scan',
  '/commissioning/read',
  '/commissioning/report',
  '/batches',
  '/accounts/1',
  '/accounts/1/close',
  '/sales',
  '/payouts',
  '/approvals',
  '/shift',
  '/day-close',
  '/swaps/new?meter=1',
  '/sheets',
  '/imports/registers',
  '/settings',
  '/setup',
  '/places?premises=1',
  '/places/points',
  '/plans',
  '/calendar?year=2026',
  '/plans/assign',
  '/accounts/1/bill',
  '/price-cap',
  '/policy',
  '/policy/supplies',
  '/policy/dark',
  '/policy/interlock',
  '/policy/timed',
  '/plans/1/what-if',
  '/sharing',
  '/operators',
  '/webhooks',
  '/privacy',
  '/roles',
  '/audit',
  '/me',
  '/suspects',
  '/models',
  '/shifts',
  '/swaps',
  '/plans/1/notice',
  '/bills',
  '/month-figures',
  '/month-prices',
  '/rerate',
  '/meter-prices',
]

/** Chinese that is ours: not a name from the registers, and not marked as Chinese. */
const chineseOn = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      if (!/\\p{Script=Han}/u.test(text)) continue
      const element = node.parentElement
      if (element?.closest('[translate="no"], [lang="zh-CN"]:not(html), script, style')) continue
      found.push(text)
    }
    return found
  })()`)

const seriousOn = async (page: Page): Promise<string[]> => {
  // The other mode opens a page of its own for each answer, to join what frames say.
  expect(page.frames()).toHaveLength(1)
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .setLegacyMode(true)
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

const FIRST_LOAD_KIB_MAX = 450

describe('a page is light', () => {
  test.each(PAGES)(
    'the first load of %s stays within its budget, compressed',
    async (path) => {
      await atDesk(async ({ page }) => {
        const rest = restOf(page)
        const sizes: Promise<number>[] = []
        page.on('response', (response) => {
          if (/\/assets\//.test(response.url())) {
            sizes.push(response.body().then((body) => gzipSync(body).length))
            expect(response.headers()['content-encoding']).toBe('gzip')
          }
        })
        await logIn(page, centre(), path)
        await rest()
        const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
        expect(bytes).toBeGreaterThan(100 * 1024)
        expect(bytes).toBeLessThan(FIRST_LOAD_KIB_MAX * 1024)
      })
    },
    WALK_MS,
  )
})

const confirmSale = async (page: Page): Promise<void> => {
  await goOn(page, '/sale')
  await goToConfirm(page, shop(2), '10')
}

describe.concurrent('both languages, for everybody', () => {
  test(
    'no page keeps a Chinese text of its own in English',
    async () => {
      await atDesk(async ({ page }) => {
        const rest = restOf(page)
        await page.goto(`${centre().url}/login`)
        await page.getByRole('button', { name: 'English' }).click()
        await page.getByRole('button', { name: 'Log in', exact: true }).waitFor()
        expect(await chineseOn(page)).toEqual([])
        await page.locator('#username').fill('admin')
        await page.locator('#password').fill('wrong')
        await page.keyboard.press('Enter')
        await page.getByText('Wrong user name or password').waitFor()
        await logIn(page, centre())
        for (const path of EVERY_PAGE) {
          await goOn(page, path)
          await rest()
          expect({ path, chinese: await chineseOn(page) }).toEqual({ path, chinese: [] })
        }
        await goOn(page, `/board?meter=${shop(2).meterId}`)
        await page.getByText('Price and limits').waitFor()
        expect(await chineseOn(page)).toEqual([])
        await confirmSale(page)
        expect(await chineseOn(page)).toEqual([])
      })
    },
    WALK_MS,
  )

  test(
    'no page has a serious accessibility fault in Chinese',
    async () => {
      await atDesk(async ({ page }) => {
        const rest = restOf(page)
        const expectFit = async (what: string) => {
          await rest()
          expect({ what, faults: await seriousOn(page) }).toEqual({ what, faults: [] })
        }
        await page.goto(`${centre().url}/login`)
        await page.locator('#username').waitFor()
        await expectFit('log-in')
        await logIn(page, centre())
        await page.locator('[data-meter]').first().waitFor()
        for (const path of EVERY_PAGE) {
          await goOn(page, path)
          await expectFit(path)
        }
        await goOn(page, `/board?meter=${shop(2).meterId}`)
        await page.getByText('电价与限额').waitFor()
        await expectFit('drawer')
        await confirmSale(page)
        await expectFit('sale')
      })
    },
    WALK_MS,
  )
})
