// One row of the data identifier tables 数据标识表: a pattern, names and a format.

import type { Words } from '../../../../shared/words.ts'
import type { Format } from '../format.ts'

/**
 * `id` is written DI3 DI2 DI1 DI0, high first. A byte may be a token: TT tariff 00–3F, HH 00 now
 * or settlement day 01–0C back, PP phase 01–03, QQ total or phase 00–03 (FF asks these four for
 * the block of all), NN record 01–0A, newest first, KK number 01–FE.
 */
export type DataIdRow = Words & { readonly id: string; readonly format: Format }

export const row = (id: string, zh: string, en: string, format: Format): DataIdRow => ({
  id,
  zh,
  en,
  format,
})
