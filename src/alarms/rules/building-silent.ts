// A whole building silent 整栋失联: several of its gateways or buses went at once. That is how a power
// cut looks from here; the one alarm speaks for all of them.

import { decideLine } from '../line.ts'
import { defineBuildingRule } from '../rule.ts'

/** One dead gateway or bus is its own alarm, however many meters hang on it. */
const DEAD_LINES_MIN = 2

export default defineBuildingRule({
  id: 'building-silent',
  severity: 'serious',
  safety: true,
  title: { zh: '整栋失联，可能停电', en: 'A whole building is silent: power may be out' },
  subjectKind: 'building',
  figures: {
    meters: {
      ...{ zh: '至少表数', en: 'Meters, at least', unit: 'count' },
      ...{ value: 5, min: 2, max: 1_000 },
    },
    silentPercent: {
      ...{ zh: '失联比例', en: 'Of them silent, at least', unit: 'percent' },
      ...{ value: 90, min: 60, max: 100 },
    },
    delayS: {
      ...{ zh: '持续', en: 'For', unit: 'seconds' },
      ...{ value: 30, min: 0, max: 3_600 },
    },
  },
  decide: (facts, open, now, { meters, silentPercent, delayS }) =>
    !open && facts.deadLines < DEAD_LINES_MIN
      ? 'keep'
      : decideLine(facts, open, now, {
          ...{ meters, delayS, silentPercent, clearPercent: 50, back: null },
        }),
  evidence: ({ meters, silent, deadLines, since }) => ({ meters, silent, deadLines, since }),
})
