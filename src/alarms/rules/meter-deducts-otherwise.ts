// A meter deducts at another price 表内电价不符: what it took off between two readings of its
// wallet is not what our price makes of the same time, beyond what steps of registers and
// estimates explain. Two days running, or at once where it is far off.

import { defineMeterRule } from '../rule.ts'

/**
 * A large part of very little: after days without any use the register a few seconds away from a
 * reading of the wallet makes more of a difference than that.
 */
const FAR_FEN_MIN = 100

export default defineMeterRule({
  id: 'meter-deducts-otherwise',
  severity: 'serious',
  title: { zh: '表内电价不符', en: 'The meter deducts at another price' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {
    days: {
      ...{ zh: '连续不符', en: 'Days running', unit: 'days' },
      ...{ value: 2, min: 1, max: 31 },
    },
    // A difference of this part of our price is no matter of a register's step.
    farPercent: {
      ...{ zh: '相差超过即报', en: 'At once where it is off by', unit: 'percent' },
      ...{ value: 5, min: 1, max: 100 },
    },
  },
  message: null,
  decide: ({ deduction }, open, _now, { days, farPercent }) => {
    if (deduction === null || deduction.astrayDays === 0) return open ? 'clear' : 'keep'
    const { deductedFen, pricedFen, astrayDays } = deduction
    const offFen = Math.abs(deductedFen - pricedFen)
    const farOff = offFen >= FAR_FEN_MIN && offFen * 100 > Math.abs(pricedFen) * farPercent
    if (astrayDays < days && !farOff) return 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ deduction }) => ({ ...deduction }),
})
