// What a model must be able to do for each relay order 控制能力.

import type { ModelCapabilities, RelayOrder } from '../driver.ts'

export const RELAY_CAPABILITY = {
  trip: 'trip',
  permitClose: 'permitClose',
  directClose: 'directClose',
  keepOn: 'keepPower',
  keepOff: 'keepPower',
} as const satisfies Record<RelayOrder, keyof ModelCapabilities['relay']>
