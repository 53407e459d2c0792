// Main against subs 总分表: what a main meter counted and what those behind it counted differ by more
// than lines lose. Somebody draws power that nobody counts, or a meter counts wrongly.

import { defineMainRule } from '../rule.ts'

/** An alarm ends below this part of what raises it. */
const RECOVER_PERCENT = 80

export default defineMainRule({
  id: 'main-against-subs',
  severity: 'warning',
  title: { zh: '总分表电量不符', en: 'Main and sub-meters differ' },
  subjectKind: 'meter',
  basis: 'mains',
  figures: {
    days: { zh: '统计', en: 'Over', unit: 'days', value: 1, min: 1, max: 7 },
    lossPercent: {
      ...{ zh: '相差超过', en: 'Apart by more than', unit: 'percent' },
      ...{ value: 5, min: 1, max: 50 },
    },
    // A few kWh of a main meter that counts little are a large part of nothing.
    lossKwh: {
      ...{ zh: '且超过', en: 'And by more than', unit: 'kwh' },
      ...{ value: 10, min: 1, max: 100_000 },
    },
  },
  decide: ({ mainWh, subsWh, unread }, open, _now, { lossPercent, lossKwh }) => {
    if (unread > 0) return 'keep'
    const apartWh = Math.abs(mainWh - subsWh)
    const isBeyond = (percent: number): boolean =>
      apartWh * 10_000 > Math.abs(mainWh) * lossPercent * percent &&
      apartWh * 100 > lossKwh * 1_000 * percent
    if (open) return isBeyond(RECOVER_PERCENT) ? 'keep' : 'clear'
    return isBeyond(100) ? 'raise' : 'keep'
  },
  evidence: ({ firstDay, lastDay, mainWh, subsWh, subs }) => ({
    ...{ firstDay, lastDay, mainWh, subsWh, subs, lossWh: mainWh - subsWh },
  }),
})
