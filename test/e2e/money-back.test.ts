// Money back at the operator console, on the real centre: sold, refunded, confirmed by the meter,
// paid out with a voucher, counted blind and handed over.

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { BoardItem } from '../../src/http/contract.ts'
import { goToConfirm, logIn, pressEnter } from './counter.ts'
import { onCentre } from './on-centre.ts'

const WALK_MS = 600_000
const METER_MS = 240_000
/** Longer than a double click. */
const DELIBERATE_MS = 800

const { centre, shop, atDesk } = onCentre(1)

const sellByKeyboard = async (page: Page, item: BoardItem, yuan: string): Promise<void> => {
  await page.goto(`${centre().url}/sale`)
  await goToConfirm(page, item, yuan)
  await pressEnter(page)
  await page.locator('[data-purchase="DELIVERED"]').waitFor({ timeout: METER_MS })
}

/** From the account's page to the meter's confirmation. */
const refund = async (page: Page, item: BoardItem, yuan: string): Promise<void> => {
  const dialog = page.locator('.ant-modal')
  await page.goto(`${centre().url}/accounts/${item.accountId}`)
  await page.getByRole('button', { name: '退电', exact: true }).click()
  await dialog.locator('#payout-amount').fill(yuan)
  const meter = dialog.locator('.ant-radio-wrapper', { hasText: item.meterNo })
  if ((await meter.count()) > 0) await meter.click()
  await dialog.locator('#payout-reason').click()
  await page.locator('.ant-select-item-option', { hasText: '金额有误' }).click()
  // The second click of a double click must not refund.
  await dialog.getByRole('button', { name: '核对' }).dblclick()
  expect(await dialog.getByTestId('payout-preview').textContent()).toContain(`${yuan}.00`)
  expect(await dialog.getByTestId('payout-pending').count()).toBe(0)
  await page.waitForTimeout(DELIBERATE_MS)
  await dialog.getByTestId('payout-run').click()
  await dialog.locator('[data-reduction="DONE"]').waitFor({ timeout: METER_MS })
}

const payOut = async (page: Page, item: BoardItem): Promise<void> => {
  const dialog = page.locator('.ant-modal')
  await page.goto(`${centre().url}/payouts`)
  const row = page.locator('tr', { hasText: item.meterNo }).first()
  await row.getByRole('button', { name: '付款' }).click()
  await dialog.getByTestId('payout-run').click()
  await dialog.getByTestId('payout-paid').getByRole('link').click()
}

/** Counts what it is told and answers the difference that is shown then. */
const countShift = async (page: Page, hundreds: string): Promise<string> => {
  await page.goto(`${centre().url}/shift`)
  await page.locator('#face-10000').fill(hundreds)
  expect(await page.locator('[data-shift="open"]').textContent()).not.toContain('长短款')
  await page.getByRole('button', { name: '提交清点' }).click()
  await page.locator('.ant-modal').getByRole('button', { name: '提交清点' }).click()
  await page.locator('[data-shift="counted"]').waitFor()
  return (await page.getByTestId('difference').textContent()) ?? ''
}

describe('money goes back to a tenant', () => {
  test(
    'sold, taken out of the meter, paid with a voucher, counted and handed over',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(0)
        await logIn(page, centre(), '/sale')
        await sellByKeyboard(page, item, '100')
        await refund(page, item, '30')
        await payOut(page, item)
        const voucher = await page.getByTestId('voucher').textContent()
        expect(voucher).toContain('人民币叁拾元整')
        expect(voucher).toContain(item.meterNo)

        // The meter is paid for once: nothing of it waits any more.
        await page.goto(`${centre().url}/payouts`)
        await page.getByText('没有待付的扣减').waitFor()

        expect(await countShift(page, '1')).toContain('-')
        const close = page.getByRole('button', { name: '交班', exact: true })
        expect(await close.isDisabled()).toBe(true)
        await page.locator('#shift-reason').click()
        await page.locator('.ant-select-item-option', { hasText: '原因不明' }).click()
        await close.click()
        const slip = await page.getByTestId('slip').textContent()
        expect(slip).toContain('100.00')
        expect(slip).toContain('原因不明')
      })
    },
    WALK_MS,
  )
})
