// Which thresholds a supply may have 报警、透支、囤积金额的范围: what stands in a meter must fit in there.
// PURE.

import { MONEY_SETTING_FEN_MAX } from '../metering/setting-names.ts'
import { refuseIf } from '../shared/refusal.ts'

export type Thresholds = {
  alarm1Fen: number
  alarm2Fen: number
  overdraftFen: number
  hoardingFen: number
}

/** Refuses: alarm_amounts_crossed, invalid_input (meterId, field). */
export const refuseThresholds = (
  meterId: number,
  mode: 'meter' | 'centre',
  { alarm1Fen, alarm2Fen, overdraftFen, hoardingFen }: Thresholds,
): void => {
  const most = mode === 'meter' ? MONEY_SETTING_FEN_MAX : Number.MAX_SAFE_INTEGER
  const refuse = (wrong: boolean, field: keyof Thresholds): void =>
    refuseIf(wrong, 'invalid_input', { meterId, field })
  const crossed = { meterId, field: 'alarm1Fen' }
  refuseIf(alarm1Fen <= alarm2Fen, 'alarm_amounts_crossed', crossed)
  refuse(alarm1Fen > most, 'alarm1Fen')
  refuse(mode === 'meter' && alarm2Fen < 0, 'alarm2Fen')
  refuse(overdraftFen < 0 || overdraftFen > most, 'overdraftFen')
  refuse(hoardingFen < 1 || hoardingFen > most, 'hoardingFen')
}
