// A real browser on the real console 浏览器: Chromium as the operator's PC has it, in Chinese, at 1366
// pixels, with every error of the page collected.

import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchBrowser = (): Promise<Browser> => {
  const executablePath = PLACES.find((path) => existsSync(path))
  if (!executablePath) {
    throw new Error(
      'no Chromium: apt-get install --no-install-recommends chromium fonts-wqy-microhei',
    )
  }
  return chromium.launch({ executablePath, args: FLAGS })
}

/** Many times what a busy machine needs. */
const WITHIN_MS = 90_000

export type Desk = { context: BrowserContext; page: Page; errors: string[] }

/** Errors that a walk provokes on purpose reach the console as failed requests. */
const isAnswer = (text: string): boolean => /^Failed to load resource/.test(text)

export const watched = (page: Page, errors: string[]): Page => {
  page.on('pageerror', (error) => errors.push(`page: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isAnswer(message.text())) errors.push(message.text())
  })
  return page
}

/** A desk of its own: cookies, language and settings of nobody else. */
export const newDesk = async (browser: Browser): Promise<Desk> => {
  const context = await browser.newContext({
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1366, height: 768 },
  })
  context.setDefaultTimeout(WITHIN_MS)
  const errors: string[] = []
  return { context, page: watched(await context.newPage(), errors), errors }
}
