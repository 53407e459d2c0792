// Clock drift 时钟偏差: a meter's clock further off than a broadcast may mend. It is set by itself
// where the model allows; an alarm that stays says that it is not, and freezes can't be believed.

import { CLOCK_LIMIT_MS } from '../../metering/readings/trust.ts'
import { DEFAULT_CLOCK } from '../../metering/rounds/clock-policy.ts'
import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'clock-drift',
  severity: 'warning',
  title: { zh: '电表时钟偏差过大', en: 'Meter clock is off' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {
    limitS: {
      ...{ zh: '偏差超过', en: 'Further off than', unit: 'seconds' },
      ...{ value: CLOCK_LIMIT_MS / 1_000, min: CLOCK_LIMIT_MS / 1_000, max: 86_400 },
    },
  },
  message: null,
  decide: ({ clock }, open, _now, { limitS }) => {
    if (clock === null) return 'keep'
    const offMs = Math.abs(clock.offsetMs)
    if (open) return offMs <= DEFAULT_CLOCK.limitMs ? 'clear' : 'keep'
    return offMs > limitS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ clock }) => ({
    offsetMs: clock?.offsetMs ?? null,
    measuredAt: clock?.at ?? null,
  }),
})
