// Where the browser of the browser tests is 浏览器, and whether Chinese can be drawn with it.

import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Not there, or not for us: both mean to look further.
    return false
  }
}

/** Path of an installed Chromium, or null. */
export const chromiumPath = (): string | null => {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const places = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return places.find(isExecutable) ?? null
}

/** Whether fontconfig knows a font with Chinese characters. */
export const hasChineseFont = (): boolean => {
  const listed = spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.trim() !== ''
}
