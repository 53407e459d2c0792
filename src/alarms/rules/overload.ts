// Overload 过载: more is drawn than the supply may, at every look for its delay. It ends when the
// power has fallen a step below, so that a load at the limit does not flicker.

import { RECOVER_PERCENT } from '../overload.ts'
import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'overload',
  severity: 'warning',
  title: { zh: '过载', en: 'Overload' },
  subjectKind: 'supply',
  basis: 'reading',
  message: 'overload',
  figures: {},
  decide: ({ power, overload, overSince }, open, now) => {
    if (overload === null) return open ? 'clear' : 'keep'
    if (power === null) return 'keep'
    if (open) return power.watts * 100 < overload.powerW * RECOVER_PERCENT ? 'clear' : 'keep'
    if (overSince === null || power.watts <= overload.powerW) return 'keep'
    return now - overSince >= overload.delayS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ power, overload, overSince }) => ({
    ...{ powerW: power?.watts ?? null, powerAt: power?.at ?? null },
    ...{ limitW: overload?.powerW ?? null, delayS: overload?.delayS ?? null, since: overSince },
  }),
})
