// Figures of a month that nobody has entered 月度计量未录入: demand, reactive energy or the transformer's
// capacity are part of the price, the month is over for a day, and is charged without them.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'month-figures-missing',
  severity: 'serious',
  title: { zh: '月度计量未录入', en: 'Figures of the month are missing' },
  subjectKind: 'supply',
  basis: 'state',
  figures: {},
  message: null,
  decide: ({ figuresMissing }, open) => {
    if (figuresMissing === null) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ figuresMissing }) => ({
    month: figuresMissing?.month ?? null,
    missing: figuresMissing?.what.join(', ') ?? null,
  }),
})
