// Webhook switched off 事件推送已停用: whoever was to be told of events has not answered for days, and
// is told nothing any more until a person looks.

import { defineComplexRule } from '../rule.ts'

export default defineComplexRule({
  id: 'webhook-off',
  severity: 'warning',
  title: { zh: '事件推送已自动停用', en: 'A webhook was switched off' },
  subjectKind: 'complex',
  figures: {},
  decide: ({ webhooksOff }, open) => {
    if (webhooksOff === 0) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ webhooksOff }) => ({ webhooks: webhooksOff }),
})
