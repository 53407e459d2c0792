// What the walks do at the console 操作步骤: log in, look at tiles, sell by keyboard, ask the server
// what really happened, and move a simulated meter.

import type { Locator, Page } from 'playwright-core'
import type { Board, BoardItem, ListOf, Purchase } from '../../src/http/contract.ts'
import type { TestCentre } from '../centre.ts'

/** A hand types about so fast; a scanner more than ten times faster. */
const HAND_MS = 60
const SCANNER_MS = 4
const COMPLEX = 1

export const logIn = async (page: Page, centre: TestCentre, path = '/board'): Promise<void> => {
  await page.goto(centre.url + path)
  await page.locator('#username').fill('admin')
  await page.locator('#password').fill(centre.adminPassword)
  await page.locator('#password').press('Enter')
  const entered = page.locator('nav ul').first()
  await entered.waitFor().catch(async (error: Error) => {
    const [shown, held] = await Promise.all([
      page.locator('body').textContent(),
      page.locator('#username').inputValue({ timeout: 1_000 }).catch(String),
    ])
    error.message += `\nat ${page.url()}, user name '${held}', the page shows: ${shown}`
    throw error
  })
}

const answered = async <T>(page: Page, path: string): Promise<T> => {
  const response = await page.context().request.get(path)
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`)
  return response.json()
}

export const boardOf = (page: Page, centre: TestCentre): Promise<Board> =>
  answered<Board>(page, `${centre.url}/api/v1/board?complexId=${COMPLEX}`)

/** Purchases of a meter, newest first. */
export const purchasesOf = async (
  page: Page,
  centre: TestCentre,
  meterId: number,
): Promise<Purchase[]> => {
  const path = `${centre.url}/api/v1/purchases?complexId=${COMPLEX}&meterId=${meterId}`
  return (await answered<ListOf<Purchase>>(page, path)).items
}

/** A meter of its own on the bus, with a wallet in it; a circuit has the number of its device. */
const isSingle = ({ address }: BoardItem): boolean => /^\d{12}$/.test(address)

/** Shops that run normally with their opening delivered; each walk takes its own. */
export const normalShops = async (page: Page, centre: TestCentre): Promise<BoardItem[]> => {
  const { items } = await boardOf(page, centre)
  return items.filter(
    (item) =>
      item.state === 'normal' &&
      isSingle(item) &&
      item.relay === 'closed' &&
      item.mode === 'prepaid' &&
      item.accountId !== null &&
      !item.protected,
  )
}

export const tileOf = (page: Page, item: BoardItem): Locator =>
  page.locator(`[data-meter="${item.meterId}"]`)

type Key = { key: string; code: string; text: string; vk: number; modifiers: number }

const charKey = (char: string): Key => ({
  key: char,
  code: `Digit${char}`,
  text: char,
  vk: char.charCodeAt(0),
  modifiers: 0,
})
const CR: Key = { key: 'Enter', code: 'Enter', text: '\r', vk: 13, modifiers: 0 }
/** The line feed of a scanner arrives as Ctrl+J. */
const LF: Key = { key: 'j', code: 'KeyJ', text: '', vk: 74, modifiers: 2 }
const SCAN_ENDS = { none: [], cr: [CR], crLfCr: [CR, LF, CR] } as const

/**
 * Digits as a scanner types them. Each key carries the moment at which the scanner sent it: a
 * browser that is busy takes it up later, and that must not make a hand of the scanner.
 */
export const scan = async (
  page: Page,
  digits: string,
  end: keyof typeof SCAN_ENDS = 'none',
): Promise<void> => {
  const keyboard = await page.context().newCDPSession(page)
  const beganAt = Date.now()
  const keys = [...[...digits].map(charKey), ...SCAN_ENDS[end]]
  await Promise.all(
    keys.flatMap(({ vk, text, ...key }, index) => {
      const timestamp = (beganAt + index * SCANNER_MS) / 1_000
      const event = { ...key, windowsVirtualKeyCode: vk, timestamp }
      const down = { type: text === '' ? 'rawKeyDown' : 'keyDown', text, ...event } as const
      return [
        keyboard.send('Input.dispatchKeyEvent', down),
        keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event }),
      ]
    }),
  )
  await keyboard.detach()
}

export const typeByHand = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.type(text, { delay: HAND_MS })
  await page.waitForTimeout(HAND_MS)
}

/** A deliberate Enter: neither a scanner's nor a bounce of the one before. */
export const pressEnter = async (page: Page): Promise<void> => {
  await page.waitForTimeout(200)
  await page.keyboard.press('Enter')
}

export const confirmPanel = (page: Page): Locator => page.getByTestId('sell')

/** From the sale page to the confirm panel, by keyboard alone. */
export const goToConfirm = async (page: Page, item: BoardItem, yuan: string): Promise<void> => {
  await page.getByTestId('find').waitFor()
  await scan(page, item.meterNo)
  await page.keyboard.press('Enter')
  await page.locator('#amount').waitFor()
  await typeByHand(page, yuan)
  await pressEnter(page)
  await confirmPanel(page).waitFor()
}

/** Asks until it is so; a real meter on a real bus takes its time. */
export const until = async (
  what: string,
  timeoutMs: number,
  ask: () => Promise<boolean>,
): Promise<void> => {
  const started = performance.now()
  while (!(await ask())) {
    if (performance.now() - started > timeoutMs) throw new Error(`not within time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** What the meter itself says about its relay. */
export const relayInMeter = async (centre: TestCentre, item: BoardItem): Promise<unknown> => {
  const response = await fetch(`${centre.simulator}/meters/${item.address}`)
  const witness: unknown = await response.json()
  return typeof witness === 'object' && witness !== null && 'relay' in witness
    ? witness.relay
    : null
}

export const setMeter = async (
  centre: TestCentre,
  item: BoardItem,
  change: { balanceFen?: number; loadW?: number | null; energyWh?: number },
): Promise<void> => {
  const response = await fetch(`${centre.simulator}/meters/${item.address}/set`, {
    method: 'POST',
    body: JSON.stringify(change),
  })
  if (!response.ok) throw new Error(`the simulator: ${await response.text()}`)
}

export const setSilent = async (
  centre: TestCentre,
  item: BoardItem,
  silent: boolean,
): Promise<void> => {
  await fetch(`${centre.simulator}/meters/${item.address}/fault`, {
    method: 'POST',
    body: JSON.stringify({ silent }),
  })
}
