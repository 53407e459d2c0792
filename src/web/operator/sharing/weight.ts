// What a share is divided by, as a person can check it 分摊量: square metres or parts times days, or
// kilowatt-hours.

import type { SharingRun } from '../../../http/contract/sharing.ts'
import { thousandthsText } from '../../ui/money-text.ts'

/** Weights by area and parts come times this, so that halves stay whole. */
const SCALE = 27_720
/** What one dm² or one part, times a day, is in thousandths of what is shown. */
const THOUSANDTHS = { area: 10, fixed: 1_000 } as const

export const weightText = (by: SharingRun['sharedBy'], weight: number): string =>
  thousandthsText(by === 'energy' ? weight : Math.round((weight / SCALE) * THOUSANDTHS[by]))
