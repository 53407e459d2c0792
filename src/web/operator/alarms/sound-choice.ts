// What sounds 报警声音选择: pure, so that it can be tried without a loudspeaker.

import type { AlarmCounts } from '../../../http/contract/alarms.ts'
import { timeOf } from '../../ui/clock.ts'

/** The gravest first. */
export const SEVERITIES = ['serious', 'warning', 'info'] as const
export const SOUNDS = ['off', 'serious', 'warning', 'info'] as const
export type Sound = (typeof SOUNDS)[number]

/** The gravest of those that came up since then, if it is grave enough to sound. */
export const soundOf = (
  sound: Sound,
  { newest }: AlarmCounts,
  heardMs: number,
): Exclude<Sound, 'off'> | null => {
  if (sound === 'off') return null
  const asked = SEVERITIES.slice(0, SEVERITIES.indexOf(sound) + 1)
  return asked.find((severity) => (timeOf(newest[severity]) ?? 0) > heardMs) ?? null
}
