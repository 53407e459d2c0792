// In which order thresholds are written 写入次序. Pure: a meter refuses alarm 1 that is not above
// alarm 2 at any moment, so the one that makes room goes first.

import type { SettingName, SettingValues, SettingWrite } from '../metering/driver.ts'
import { SETTING_NAMES } from '../metering/setting-names.ts'

const ALARMS: readonly SettingName[] = ['alarm1Fen', 'alarm2Fen']

/** What has to be read before it can be written: of two alarm amounts both. */
export const namesToRead = (wanted: SettingValues): SettingName[] => {
  const both = ALARMS.some((name) => wanted[name] !== undefined)
  return SETTING_NAMES.filter(
    (name) => wanted[name] !== undefined || (both && ALARMS.includes(name)),
  )
}

/** What is wanted and does not stand in the meter, in a legal order. */
export const settingWrites = (now: SettingValues, wanted: SettingValues): SettingWrite[] => {
  const lower = (wanted.alarm1Fen ?? now.alarm1Fen ?? 0) <= (now.alarm2Fen ?? 0)
  const alarms = lower ? ALARMS.toReversed() : ALARMS
  const others = SETTING_NAMES.filter((name) => !ALARMS.includes(name))
  return [...alarms, ...others].flatMap((name) => {
    const value = wanted[name]
    return value === undefined || value === now[name] ? [] : [{ name, value }]
  })
}
