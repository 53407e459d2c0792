// Keep-power overdue 保电逾期: a meter that the policy wanted kept could not be, or one is still kept
// long after its time. Meters know no end of keep-power: the centre owes them its release.

import { defineComplexRule } from '../rule.ts'

export default defineComplexRule({
  id: 'keep-power-overdue',
  severity: 'warning',
  title: { zh: '保电未生效或逾期未解除', en: 'Keep-power not set, or not released in time' },
  subjectKind: 'complex',
  figures: {},
  decide: ({ keeps }, open) => {
    if (keeps.unset + keeps.overdue === 0) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ keeps }) => ({ unset: keeps.unset, overdue: keeps.overdue }),
})
