// Purchase count mismatch 充值次数异常: meter and books disagree, so deliveries to this meter have
// stopped until a person decides (INV-17). The hold is the fact; this rule only says it aloud.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'purchase-count-mismatch',
  severity: 'serious',
  title: { zh: '充值次数异常', en: 'Purchase count mismatch' },
  subjectKind: 'meter',
  basis: 'state',
  safety: true,
  figures: {},
  message: null,
  decide: ({ hold }, open) => {
    if (open) return hold === null ? 'clear' : 'keep'
    return hold === null ? 'keep' : 'raise'
  },
  evidence: ({ hold }) => ({ reason: hold?.reason ?? null, since: hold?.since ?? null }),
})
