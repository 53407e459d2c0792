// The board and its drawer at the operator console, on the real centre: control, reading on demand,
// a lost connection.

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { boardOf, logIn, relayInMeter, setMeter, tileOf, until } from './counter.ts'
import { onCentre } from './on-centre.ts'

const WALK_MS = 600_000
const METER_MS = 240_000

const { centre, shop, atDesk } = onCentre(3)

const giveReason = async (page: Page, chosen: string, words: string): Promise<void> => {
  await page.locator('#mode-reason').click()
  await page.locator('.ant-select-item-option', { hasText: chosen }).click()
  await page.locator('#mode-words').fill(words)
}

describe('an operator controls a meter', () => {
  test(
    'a trip and the return to prepaid are confirmed by what the meter says',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(0)
        await logIn(page, centre(), `/board?q=${item.meterNo}`)
        await tileOf(page, item).click()
        const drawer = page.locator('.ant-drawer')
        await drawer.getByRole('button', { name: '拉闸' }).click()
        await giveReason(page, '检修施工', '线路检修')
        // Enter must not cut a shop's power.
        await page.keyboard.press('Enter')
        await page.waitForTimeout(500)
        expect(await page.getByTestId('command-progress').count()).toBe(0)
        expect(await relayInMeter(centre(), item)).toBe('closed')

        await page.locator('.ant-modal').getByRole('button', { name: '拉闸' }).click()
        const trip = page.locator('[data-command-state]').first()
        await trip.waitFor({ timeout: METER_MS })
        // Where it ends otherwise, the failure shows how.
        await expect.poll(() => trip.getAttribute('data-command-state')).toBe('confirmed')
        await drawer.locator('[data-relay="tripped"]').waitFor({ timeout: METER_MS })
        expect(await relayInMeter(centre(), item)).toBe('tripped')

        await drawer.getByRole('button', { name: '恢复预付费' }).click()
        await page.locator('.ant-modal').getByRole('button', { name: '恢复预付费' }).click()
        await page.locator('[data-command-state="confirmed"]').nth(1).waitFor({ timeout: METER_MS })
        await drawer.locator('[data-relay="closed"]').waitFor({ timeout: METER_MS })
        expect(await relayInMeter(centre(), item)).toBe('closed')
      })
    },
    WALK_MS,
  )

  test(
    'keep-power takes a reason and an end',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(1)
        await logIn(page, centre(), `/board?q=${item.meterNo}`)
        await tileOf(page, item).click()
        const drawer = page.locator('.ant-drawer')
        await drawer.getByRole('button', { name: '保电' }).click()
        const confirm = page.locator('.ant-modal').getByRole('button', { name: '保电' })
        expect(await confirm.isDisabled()).toBe(true)
        await giveReason(page, '其他', '冷库检修')
        await confirm.click()
        await page
          .locator('[data-command-state="confirmed"]')
          .first()
          .waitFor({ timeout: METER_MS })
        await page.getByText('保电中：欠费也不会跳闸').waitFor()
        await drawer.getByText('冷库检修').waitFor()
      })
    },
    WALK_MS,
  )
})

const focusedMeter = (page: Page): Promise<string | null> =>
  page.locator('[data-meter]:focus').getAttribute('data-meter')

/** The focus follows a key in the next frame, which a busy machine draws later. */
const step = async (page: Page, key: string): Promise<string | null> => {
  const before = await focusedMeter(page)
  await page.keyboard.press(key)
  await page.locator(`[data-meter]:focus:not([data-meter="${before}"])`).waitFor()
  return focusedMeter(page)
}

describe('the board by keyboard', () => {
  test(
    'arrows walk the tiles, Enter opens, Escape closes',
    async () => {
      await atDesk(async ({ page }) => {
        await logIn(page, centre())
        await page.locator('[data-meter]').first().focus()
        const first = await focusedMeter(page)
        const second = await step(page, 'ArrowRight')
        const id = await step(page, 'ArrowDown')
        expect(new Set([first, second, id]).size).toBe(3)
        await page.keyboard.press('Enter')
        await page.locator('.ant-drawer-title').waitFor()
        expect(new URL(page.url()).searchParams.get('meter')).toBe(id)
        await page.keyboard.press('Escape')
        await page.locator('.ant-drawer-title').waitFor({ state: 'hidden' })
      })
    },
    WALK_MS,
  )

  test(
    'a filter is in the address, and a pasted link shows the same meters',
    async () => {
      await atDesk(async ({ page }) => {
        await logIn(page, centre())
        await page.locator('fieldset button[data-state="notOpened"]').click()
        await page.waitForURL(/state=notOpened/)
        const notOpened = async () =>
          (await boardOf(page, centre())).items.filter((item) => item.state === 'notOpened').length
        const before = await notOpened()
        await page.goto(page.url())
        await page.locator('[data-meter]').first().waitFor()
        const states = await page
          .locator('[data-meter]')
          .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-state')))
        expect(new Set(states)).toEqual(new Set(['notOpened']))
        // Meters that have just been heard may have joined meanwhile.
        expect(states.length).toBeLessThanOrEqual(Math.max(before, await notOpened()))
      })
    },
    WALK_MS,
  )
})

describe('meters are read on demand', () => {
  test(
    'a round shows how far it has come, and what was not asked is taken back by the stop',
    async () => {
      await atDesk(async ({ page }) => {
        await logIn(page, centre(), '/read-rounds')
        await page.getByText('全部电表', { exact: true }).click()
        await page.getByRole('button', { name: '开始抄表' }).click()
        const counts = page.getByTestId('round-counts')
        const count = async (name: string): Promise<number> =>
          Number(await counts.locator(`[data-count="${name}"]`).textContent())
        await until('some meters were read', METER_MS, async () => (await count('read')) > 2)
        expect(await counts.getAttribute('data-state')).toBe('running')
        await page.getByRole('button', { name: '停止抄表' }).click()
        await page.locator('[data-testid="round-counts"][data-state="ended"]').waitFor()
        expect(await count('cancelled')).toBeGreaterThan(2)
        await page.getByText('已抄到', { exact: true }).last().click()
        const read = page.locator('[data-item-state="confirmed"]')
        await read.first().waitFor()
        expect(await read.count()).toBe(await count('read'))
      })
    },
    WALK_MS,
  )

  test(
    'a register that went backwards waits for a person, who rejects it and says why',
    async () => {
      await atDesk(async ({ page }) => {
        const item = shop(2)
        await setMeter(centre(), item, { energyWh: 1_000 })
        await logIn(page, centre(), `/meters?meter=${item.meterId}`)
        await page.getByRole('button', { name: '立即抄表' }).click()
        await page.getByTestId('one-read').waitFor({ timeout: METER_MS })
        await page.getByText('倒走').first().waitFor({ timeout: METER_MS })

        await page.goto(`${centre().url}/suspects`)
        const row = page.locator('tr', { hasText: item.meterNo }).first()
        await row.getByRole('button', { name: '裁定' }).click()
        const dialog = page.locator('.ant-modal')
        await dialog.getByText('拒绝', { exact: true }).click()
        const confirm = dialog.getByRole('button', { name: '拒绝' })
        expect(await confirm.isDisabled()).toBe(true)
        await page.locator('#suspect-why').fill('电表被动过，现场核实')
        await confirm.click()
        await dialog.waitFor({ state: 'hidden' })
        await page.goto(`${centre().url}/meters?meter=${item.meterId}`)
        await page.getByText('电表被动过，现场核实').first().waitFor()
      })
    },
    WALK_MS,
  )
})

describe('a lost connection is told', () => {
  test(
    'the banner names the time of the figures and goes by itself',
    async () => {
      await atDesk(async ({ page }) => {
        await logIn(page, centre())
        await page.locator('[data-testid="live-state"][data-live="true"]').waitFor()
        await page.locator('[data-meter]').first().waitFor()
        await centre().kill()
        await page.getByText(/实时连接已断开，显示 \d\d:\d\d 的数据/).waitFor({ timeout: METER_MS })
        expect(await page.locator('[data-meter]').count()).toBeGreaterThan(0)
        await centre().restart()
        await page.getByText(/实时连接已断开/).waitFor({ state: 'hidden', timeout: METER_MS })
        await page.locator('[data-testid="live-state"][data-live="true"]').waitFor()
      })
    },
    WALK_MS,
  )
})
