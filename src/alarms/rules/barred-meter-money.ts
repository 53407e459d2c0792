// A barred meter with money 停用表有余额: it was taken down without proof that it had given its money
// up, and its tenant was paid by a claim. Money seen in it since is nobody's credit: it has to be
// reinitialised before it hangs anywhere again.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'barred-meter-money',
  severity: 'serious',
  title: { zh: '停用表内仍有金额', en: 'Money in a barred meter' },
  subjectKind: 'meter',
  basis: 'reading',
  safety: true,
  figures: {},
  message: null,
  decide: ({ barredAt, balanceFen, balanceAt }, open) => {
    if (barredAt === null) return open ? 'clear' : 'keep'
    if (balanceFen === null || balanceAt === null || balanceAt < barredAt) return 'keep'
    if (balanceFen <= 0) return open ? 'clear' : 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ barredAt, balanceFen, balanceAt }) => ({ barredAt, balanceFen, balanceAt }),
})
