// Low balance, first level 余额不足一级预警: the tenant should buy soon.

import { BALANCE_FIGURES, type Band, balanceEvidence, decideBalance } from '../balance.ts'
import { defineMeterRule } from '../rule.ts'

const band: Band = {
  upperFen: (limits) => limits.alarm1Fen,
  lowerFen: (limits) => limits.alarm2Fen,
}

export default defineMeterRule({
  id: 'balance-low-1',
  severity: 'info',
  title: { zh: '余额不足（一级预警）', en: 'Low balance, first warning' },
  subjectKind: 'supply',
  basis: 'reading',
  figures: BALANCE_FIGURES,
  message: 'balance-low-1',
  decide: (facts, open, now, { gapFen }) => decideBalance(band, facts, open, now, gapFen),
  evidence: balanceEvidence,
})
