// A meter deducts at another price 表内电价不符: what it took off between two readings of its
// wallet is not what our price makes of the same time, beyond what steps of registers and
// estimates explain. Two days running, or at once where it is far off.

import { defineMeterRule } from '../rule.ts'

const DAYS_RUNNING = 2
/** A difference of this part of our price is no matter of a register's step. */
const FAR_OFF = 20

export default defineMeterRule({
  id: 'meter-deducts-otherwise',
  severity: 'serious',
  title: { zh: '表内电价不符', en: 'The meter deducts at another price' },
  subjectKind: 'meter',
  basis: 'state',
  delayMs: 0,
  message: null,
  decide: ({ deduction }, open) => {
    if (deduction === null || deduction.astrayDays === 0) return open ? 'clear' : 'keep'
    const { deductedFen, pricedFen, astrayDays } = deduction
    const farOff = Math.abs(deductedFen - pricedFen) * FAR_OFF > Math.abs(pricedFen)
    if (astrayDays < DAYS_RUNNING && !farOff) return 'keep'
    return open ? 'keep' : 'raise'
  },
  evidence: ({ deduction }) => ({ ...deduction }),
})
