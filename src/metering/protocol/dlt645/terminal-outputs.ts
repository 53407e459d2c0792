// What function 1DH makes the multi-function terminal 多功能端子 give out, as data. General knowledge
// of the standard.

import type { Words } from '../../../shared/words.ts'

export const TERMINAL_OUTPUTS = {
  clockSignal: { code: 0x00, zh: '时间信号', en: 'clock signal' },
  demandPeriod: { code: 0x01, zh: '需量周期', en: 'demand period' },
  periodSwitch: { code: 0x02, zh: '时段投切', en: 'period switch' },
} as const satisfies Record<string, Words & { code: number }>

export type TerminalOutput = keyof typeof TERMINAL_OUTPUTS
