// Calendar unknown 节假日未维护: prices go by weekends and holidays, and of a year that has begun or is
// near nobody has said which days those are. They would be taken as their weekday says.

import { defineComplexRule } from '../rule.ts'

export default defineComplexRule({
  id: 'calendar-unknown',
  severity: 'warning',
  title: { zh: '节假日日历未维护', en: 'Holidays of a year not known' },
  subjectKind: 'complex',
  figures: {},
  decide: ({ unknownYear }, open) => {
    if (unknownYear === null) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ unknownYear }) => ({ year: unknownYear }),
})
