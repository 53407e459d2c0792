// A register entered by hand against what its meter showed last 手抄示数核对: a register only counts
// up, so less than was read is a slip, and would be charged to the wrong tenant. PURE.

import { refuseIf } from '../shared/refusal.ts'

/** Refuses: register_below_last (with `about`). `lastWh` null: nothing is known of the meter. */
export const refuseBelow = (
  enteredWh: number,
  lastWh: number | null,
  about: Readonly<Record<string, string | number>>,
): void => {
  if (lastWh !== null) refuseIf(enteredWh < lastWh, 'register_below_last', { ...about, lastWh })
}
