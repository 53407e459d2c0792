// The orders of function 1CH 控制命令类型 (N1), as data.

import type { Words } from '../../../shared/words.ts'

export const RELAY_ORDERS = {
  trip: { code: 0x1a, zh: '跳闸', en: 'trip' },
  /** The tenant closes at the meter, by its button. */
  permitClose: { code: 0x1b, zh: '合闸允许', en: 'permit closing' },
  directClose: { code: 0x1c, zh: '直接合闸', en: 'close directly' },
  alarmOn: { code: 0x2a, zh: '报警', en: 'alarm on' },
  alarmOff: { code: 0x2b, zh: '报警解除', en: 'alarm off' },
  keepPowerOn: { code: 0x3a, zh: '保电', en: 'keep power on' },
  keepPowerOff: { code: 0x3b, zh: '保电解除', en: 'keep power off' },
} as const satisfies Record<string, Words & { code: number }>

export type RelayOrder = keyof typeof RELAY_ORDERS
