// Zero use 零用电: an open shop whose relay is closed used nothing for days. It is empty, or somebody
// has wired round the meter.

import { defineUseRule } from '../rule.ts'
import { isUseKnown, mayUse } from '../watch/use-known.ts'

const DAY_MS = 24 * 3_600_000

export default defineUseRule({
  id: 'zero-use',
  severity: 'warning',
  title: { zh: '零用电', en: 'Nothing used' },
  subjectKind: 'supply',
  basis: 'use',
  figures: {
    days: { zh: '连续', en: 'For', unit: 'days', value: 3, min: 1, max: 31 },
    // One step of a register that shows hundredths of a kWh is no use.
    upToWh: { zh: '用电不超过', en: 'Not more than', unit: 'wh', value: 10, min: 0, max: 10_000 },
  },
  decide: (facts, open, now, { days, upToWh }) => {
    // Where nothing may flow, nothing used is as it should be.
    if (!mayUse(facts)) return open ? 'clear' : 'keep'
    if (!isUseKnown(facts, now)) return 'keep'
    if (facts.usedWh > upToWh) return open ? 'clear' : 'keep'
    return !open && now - facts.since >= days * DAY_MS ? 'raise' : 'keep'
  },
  evidence: ({ relay, readAt, usedWh, usedSince }) => ({ usedWh, usedSince, readAt, relay }),
})
