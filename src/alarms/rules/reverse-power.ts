// Reverse power 反向功率: energy flows out of the shop. The phases are wired the wrong way round, or
// something behind the meter generates.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'reverse-power',
  severity: 'warning',
  title: { zh: '反向潮流', en: 'Power flows backwards' },
  subjectKind: 'meter',
  basis: 'reading',
  message: null,
  figures: {
    powerW: {
      ...{ zh: '反向功率达到', en: 'From a reverse power of', unit: 'watts' },
      ...{ value: 100, min: 1, max: 100_000 },
    },
  },
  decide: ({ power }, open, _now, { powerW }) => {
    if (power === null) return 'keep'
    if (open) return power.watts >= 0 ? 'clear' : 'keep'
    return power.watts <= -powerW ? 'raise' : 'keep'
  },
  evidence: ({ power }) => ({ powerW: power?.watts ?? null, powerAt: power?.at ?? null }),
})
