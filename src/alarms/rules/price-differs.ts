// Prices in a meter that are not its plan's 表内电价不符: found by the daily look, or when a plan was
// changed and nobody pushed it. While a change is due, the alarm of the switch-over tells.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'price-differs',
  severity: 'serious',
  title: { zh: '表内电价与方案不符', en: 'Prices in the meter differ from the plan' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {},
  message: null,
  decide: ({ prices: { differs, due }, installed }, open) => {
    if (!installed) return open ? 'clear' : 'keep'
    if (differs === null) return 'keep'
    if (differs.length === 0) return open ? 'clear' : 'keep'
    return open || due !== null ? 'keep' : 'raise'
  },
  evidence: ({ prices: { differs } }) => ({ differs: differs?.join(' ') ?? null }),
})
