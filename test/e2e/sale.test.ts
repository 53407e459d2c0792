// Selling at the operator console, on the real centre with the simulated complex beside it.

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { BoardItem } from '../../src/http/contract.ts'
import { must } from '../../src/shared/assert.ts'
import { watched } from './browser.ts'
import {
  boardOf,
  confirmPanel,
  goToConfirm,
  logIn,
  pressEnter,
  purchasesOf,
  relayInMeter,
  scan,
  setMeter,
  setSilent,
  tileOf,
  typeByHand,
  until,
} from './counter.ts'
import { onCentre } from './on-centre.ts'

const WALK_MS = 600_000
const ROUND_MS = 400_000
const METER_MS = 240_000

const { centre, shop, atDesk } = onCentre(6)

const COLOURS = { normal: 'rgb(35, 120, 4)', arrears: 'rgb(168, 7, 26)' } as const

const edgeColour = (page: Page, item: BoardItem): Promise<string> =>
  page.evaluate<string>(
    `getComputedStyle(document.querySelector('[data-meter="${item.meterId}"]')).borderLeftColor`,
  )

/** Uses the money up until the meter has tripped by itself, then lets the board read it. */
const runDry = async (page: Page, item: BoardItem): Promise<void> => {
  await setMeter(centre(), item, { balanceFen: 30, loadW: 300_000 })
  await until('the meter trips by itself', METER_MS, async () => {
    return (await relayInMeter(centre(), item)) === 'tripped'
  })
  await setMeter(centre(), item, { loadW: null })
  await tileOf(page, item).click()
  await page.getByRole('button', { name: '立即抄表' }).click()
  await page.locator('[data-command-state="confirmed"]').waitFor({ timeout: METER_MS })
  await page.keyboard.press('Escape')
}

describe('a tripped shop buys electricity', () => {
  test(
    'board, sale by keyboard, receipt, timeline, and the tile turns normal by itself',
    async () => {
      await atDesk(async ({ context, page, errors }) => {
        const item = shop(0)
        // A tile outside the window is not drawn, and which shop is the first one differs.
        await logIn(page, centre(), `/board?q=${item.meterNo}`)
        await tileOf(page, item).waitFor()
        const { items } = await boardOf(page, centre())
        const counts = await page.locator('fieldset').first().locator('strong').allTextContents()
        expect(counts.map(Number).reduce((sum, n) => sum + n, 0)).toBe(items.length)
        expect(await edgeColour(page, item)).toBe(COLOURS.normal)
        expect(await tileOf(page, item).locator('time').getAttribute('data-stale')).toBe('false')
        await runDry(page, item)
        await page.locator(`[data-meter="${item.meterId}"][data-state="arrears"]`).waitFor()
        await tileOf(page, item).locator('[data-relay="tripped"]').waitFor()
        expect(await edgeColour(page, item)).toBe(COLOURS.arrears)

        const counter = watched(await context.newPage(), errors)
        await counter.goto(`${centre().url}/sale`)
        await goToConfirm(counter, item, '200')
        const panel = await counter.getByRole('region', { name: '确认售电' }).textContent()
        expect(panel).toContain('人民币贰佰元整')
        expect(panel).toMatch(/售电前余额-?0\.\d\d/)
        expect(panel).toContain(`${item.purchaseCount} → ${(item.purchaseCount ?? 0) + 1}`)
        await pressEnter(counter)
        await counter.locator('[data-purchase="DELIVERED"]').waitFor({ timeout: METER_MS })
        expect(await counter.getByTestId('last-sale').textContent()).toContain('电表已确认')

        const sold = must((await purchasesOf(counter, centre(), item.meterId))[0], 'the purchase')
        expect(sold.state).toBe('DELIVERED')
        expect(sold.countAfter).toBe((item.purchaseCount ?? 0) + 1)
        expect(sold.relayAfter).toBe('closed')
        await counter.getByRole('link', { name: '购电时间线' }).click()
        expect(await counter.getByTestId('count-change').textContent()).toBe(
          `${sold.countBefore} → ${sold.countAfter}`,
        )
        expect(await counter.getByTestId('money-change').textContent()).toMatch(
          /^-?0\.\d\d → (199|200)\.\d\d$/,
        )
        for (const kind of ['paid', 'posted', 'armed', 'sent', 'delivered', 'relay']) {
          await counter.locator(`[data-event="${kind}"]`).first().waitFor()
        }
        await counter.getByRole('link', { name: must(sold.receiptNo, 'a receipt') }).click()
        const receipt = await counter.getByTestId('receipt').textContent()
        for (const copy of ['第一联 存根', '第二联 客户', '第三联 记账']) {
          expect(receipt).toContain(copy)
        }
        expect(receipt).toContain('人民币贰佰元整')

        // The board was never touched meanwhile: what it shows came by the live line.
        await page.locator(`[data-meter="${item.meterId}"][data-state="normal"]`).waitFor()
        await tileOf(page, item).locator('[data-relay="closed"]').waitFor({ timeout: METER_MS })
        expect(await edgeColour(page, item)).toBe(COLOURS.normal)
      })
    },
    WALK_MS,
  )
})

describe('one sale is one sale', () => {
  const countOf = async (page: Page, item: BoardItem) =>
    (await purchasesOf(page, centre(), item.meterId)).length

  test(
    'a scan selects and never sells, not even with CR and LF',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(1)
        await logIn(page, centre(), '/sale')
        const before = await countOf(page, item)
        await scan(page, item.meterNo, 'crLfCr')
        await page.locator('#amount').waitFor()
        await page.waitForTimeout(500)
        expect(await confirmPanel(page).count()).toBe(0)
        // A scan into the amount field: its Enter comes at a scanner's speed and is swallowed.
        await scan(page, '300', 'cr')
        await page.waitForTimeout(500)
        expect(await confirmPanel(page).count()).toBe(0)
        expect(await countOf(page, item)).toBe(before)
      })
    },
    WALK_MS,
  )

  test(
    'Enter held down, Enter twice 350 ms apart, and a double click sell once each',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(1)
        await logIn(page, centre(), '/sale')
        const before = await countOf(page, item)
        await goToConfirm(page, item, '11')
        await page.waitForTimeout(200)
        await page.keyboard.down('Enter')
        for (let i = 0; i < 10; i += 1) await page.keyboard.down('Enter')
        await page.keyboard.up('Enter')
        await page.waitForTimeout(350)
        await page.keyboard.press('Enter')
        await page.getByTestId('last-sale').waitFor()
        await page.waitForTimeout(350)
        await page.keyboard.press('Enter')
        expect(await countOf(page, item)).toBe(before + 1)
        await goToConfirm(page, item, '12')
        await confirmPanel(page).dblclick()
        await page.getByTestId('find').waitFor()
        await page.waitForTimeout(1_000)
        expect(await countOf(page, item)).toBe(before + 2)
      })
    },
    WALK_MS,
  )

  test(
    'a lost answer is asked for again under the same request id',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(2)
        await logIn(page, centre(), '/sale')
        const before = await countOf(page, item)
        await goToConfirm(page, item, '13')
        const ids: (string | undefined)[] = []
        await page.route('**/recharge*', async (route) => {
          ids.push(route.request().headers()['idempotency-key'])
          // Carried out by the server, but the answer never comes back.
          if (ids.length === 1) {
            await route.fetch()
            return route.abort()
          }
          return route.continue()
        })
        await pressEnter(page)
        await page.getByText('同一笔售电不会重复收款').waitFor()
        await page.keyboard.press('F2')
        expect(await confirmPanel(page).count()).toBe(1)
        await pressEnter(page)
        await page.getByTestId('last-sale').waitFor()
        expect(ids).toHaveLength(2)
        expect(ids[0]).toBe(ids[1])
        expect(await countOf(page, item)).toBe(before + 1)
      })
    },
    WALK_MS,
  )

  test(
    'the same amount again within five minutes must be accepted',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(3)
        await logIn(page, centre(), '/sale')
        const before = await countOf(page, item)
        await goToConfirm(page, item, '14')
        await pressEnter(page)
        await page.getByTestId('last-sale').waitFor()
        await goToConfirm(page, item, '14')
        await pressEnter(page)
        await page.locator('#similar').waitFor()
        await pressEnter(page)
        await page.waitForTimeout(500)
        expect(await countOf(page, item)).toBe(before + 1)
        await page.keyboard.press('Space')
        await pressEnter(page)
        await page.getByTestId('find').waitFor()
        expect(await countOf(page, item)).toBe(before + 2)
      })
    },
    WALK_MS,
  )

  test(
    'a session that ended asks for the password in place and loses nothing',
    async () => {
      await atDesk(async ({ context, page }) => {
        const item = shop(4)
        await logIn(page, centre(), '/sale')
        await page.getByTestId('find').waitFor()
        await scan(page, item.meterNo)
        await page.locator('#amount').waitFor()
        await typeByHand(page, '15')
        await context.clearCookies()
        await pressEnter(page)
        await page.locator('.ant-modal #password').fill(centre().adminPassword)
        // The dialog may still be taking the focus: the key goes to the field.
        await page.locator('.ant-modal #password').press('Enter')
        await confirmPanel(page).waitFor()
        expect(await page.getByRole('region', { name: '确认售电' }).textContent()).toContain(
          '15.00',
        )
      })
    },
    WALK_MS,
  )

  test(
    'money for a silent meter is taken, kept, and said to be safe',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(5)
        await setSilent(centre(), item, true)
        await logIn(page, centre(), '/sale')
        await goToConfirm(page, item, '16')
        await pressEnter(page)
        await page.getByText('款项已入账，不会丢失').waitFor({ timeout: METER_MS })
        expect(await page.getByTestId('last-sale').textContent()).not.toContain('电表已确认')
        await setSilent(centre(), item, false)
        await page.locator('[data-purchase="DELIVERED"]').waitFor({ timeout: ROUND_MS })
      })
    },
    WALK_MS + ROUND_MS,
  )
})
