// Energy without a price 电量无电价: it was counted and nobody is charged for it, because no plan
// holds or the plan has no price for the hour. Once there is a price it is billed by itself, and
// this ends.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'energy-without-price',
  severity: 'serious',
  title: { zh: '电量无电价', en: 'Energy without a price' },
  subjectKind: 'supply',
  basis: 'state',
  safety: true,
  figures: {},
  message: null,
  decide: ({ unpricedWh }, open) => {
    if (unpricedWh === 0) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ unpricedWh }) => ({ unpricedWh }),
})
