// Low balance, second level 余额不足二级预警: the next level is darkness.

import { BALANCE_FIGURES, type Band, balanceEvidence, decideBalance } from '../balance.ts'
import { defineMeterRule } from '../rule.ts'

const band: Band = {
  upperFen: (limits) => limits.alarm2Fen,
  lowerFen: () => 0,
}

export default defineMeterRule({
  id: 'balance-low-2',
  severity: 'warning',
  title: { zh: '余额不足（二级预警）', en: 'Low balance, second warning' },
  subjectKind: 'supply',
  basis: 'reading',
  figures: BALANCE_FIGURES,
  message: 'balance-low-2',
  decide: (facts, open, now, { gapFen }) => decideBalance(band, facts, open, now, gapFen),
  evidence: balanceEvidence,
})
