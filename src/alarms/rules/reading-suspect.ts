// Doubtful reading 可疑读数: a register or a clock that can't be believed, kept out of billing until
// somebody decides. The decision ends the alarm.

import { flagNames, READING_FLAGS } from '../../metering/readings/reading-flags.ts'
import { defineMeterRule } from '../rule.ts'

const wordsOf = (flags: number, language: 'zh' | 'en'): string =>
  flagNames(flags)
    .map((name) => READING_FLAGS[name].words[language])
    .join(language === 'zh' ? '、' : ', ')

export default defineMeterRule({
  id: 'reading-suspect',
  severity: 'warning',
  title: { zh: '可疑读数待裁定', en: 'Doubtful reading' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {},
  message: null,
  decide: ({ suspect }, open) => {
    if (open) return suspect === null ? 'clear' : 'keep'
    return suspect === null ? 'keep' : 'raise'
  },
  evidence: ({ suspect }) => ({
    readAt: suspect?.at ?? null,
    reason: wordsOf(suspect?.flags ?? 0, 'zh'),
    reasonEn: wordsOf(suspect?.flags ?? 0, 'en'),
  }),
})
