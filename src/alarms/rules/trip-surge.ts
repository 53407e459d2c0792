// Surge of trips 跳闸激增: more went dark, or was about to, than ever does by itself. The policy and
// batches trip nobody there until a person has looked and released it.

import { defineComplexRule } from '../rule.ts'

export default defineComplexRule({
  id: 'trip-surge',
  severity: 'serious',
  title: { zh: '跳闸激增，自动拉闸已停止', en: 'Surge of trips: automatic trips are stopped' },
  subjectKind: 'complex',
  safety: true,
  figures: {},
  decide: ({ surge }, open) => {
    if (surge === null) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ surge }) => ({
    surges: surge?.surges ?? 0,
    meters: surge?.meters ?? 0,
    since: surge?.since ?? null,
  }),
})
