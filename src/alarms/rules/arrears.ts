// Arrears 欠费: the money is used up; with an overdraft the meter runs on, and the tenant owes. No
// gap above the limit is needed: only money lifts a balance above nothing.

import { type Band, balanceEvidence, decideBalance } from '../balance.ts'
import { defineMeterRule } from '../rule.ts'

const band: Band = {
  upperFen: () => 0,
  lowerFen: null,
}

export default defineMeterRule({
  id: 'arrears',
  severity: 'serious',
  title: { zh: '欠费', en: 'In arrears' },
  subjectKind: 'supply',
  basis: 'reading',
  safety: true,
  figures: {},
  message: 'arrears',
  decide: (facts, open, now) => decideBalance(band, facts, open, now, 0),
  evidence: balanceEvidence,
})
