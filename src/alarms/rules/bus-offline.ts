// Bus out 总线失联: nothing on a bus answers while its gateway does. A cut line, a dead converter or a
// device that holds the line: one alarm, which speaks for the meters on it.

import { decideLine } from '../line.ts'
import { defineBusRule } from '../rule.ts'

export default defineBusRule({
  id: 'bus-offline',
  severity: 'serious',
  safety: true,
  title: { zh: '总线失联', en: 'Bus out: none of its meters answers' },
  subjectKind: 'bus',
  figures: {
    meters: {
      ...{ zh: '至少表数', en: 'Meters, at least', unit: 'count' },
      ...{ value: 2, min: 2, max: 64 },
    },
    delayS: {
      ...{ zh: '全部失联后', en: 'All silent for', unit: 'seconds' },
      ...{ value: 30, min: 0, max: 3_600 },
    },
  },
  decide: (facts, open, now, { meters, delayS }) => {
    const { gateway } = facts
    if (gateway?.online === false) return 'keep'
    const back = gateway?.since ?? null
    return decideLine(facts, open, now, {
      ...{ meters, delayS, silentPercent: 100, clearPercent: 100, back },
    })
  },
  evidence: ({ meters, silent, since }) => ({ meters, silent, since }),
})
