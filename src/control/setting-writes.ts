// In which order thresholds are written 写入次序. Pure: a meter refuses alarm 1 that is not above
// alarm 2 at any moment, so the one that makes room goes first.

import type { MeterSettings, SettingName, SettingWrite } from '../metering/driver.ts'

const NAMES = ['alarm1Fen', 'alarm2Fen', 'overdraftFen', 'hoardingFen'] as const

/** What is wanted and does not stand in the meter, in a legal order. */
export const settingWrites = (
  now: MeterSettings,
  wanted: Partial<MeterSettings>,
): SettingWrite[] => {
  const lower = (wanted.alarm1Fen ?? now.alarm1Fen) <= now.alarm2Fen
  const order: readonly SettingName[] = lower
    ? ['alarm2Fen', 'alarm1Fen', 'overdraftFen', 'hoardingFen']
    : NAMES
  return order.flatMap((name) => {
    const amountFen = wanted[name]
    return amountFen === undefined || amountFen === now[name] ? [] : [{ name, amountFen }]
  })
}
