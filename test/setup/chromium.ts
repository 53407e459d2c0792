// Where the browser of the browser tests is 浏览器, and whether Chinese can be drawn with it.

import { spawnSync } from 'node:child_process'
import { programPath } from './programs.ts'

/** Path of an installed Chromium, or null. */
export const chromiumPath = (): string | null =>
  programPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')

/** Whether fontconfig knows a font with Chinese characters. */
export const hasChineseFont = (): boolean => {
  const listed = spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.trim() !== ''
}
