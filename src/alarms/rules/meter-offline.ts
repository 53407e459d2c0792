// Meter offline 电表失联: one meter is silent while its line works. On a line that is out every meter
// is silent: that is one alarm, the line's, and it speaks for those that were open before.

import { DEFAULT_INTERVALS } from '../../metering/rounds/poll-plan.ts'
import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'meter-offline',
  severity: 'warning',
  title: { zh: '电表失联', en: 'Meter offline' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {
    // One status round, in which it was asked again twice: a single lost answer is no alarm.
    delayS: {
      ...{ zh: '持续失联', en: 'Silent for', unit: 'seconds' },
      ...{ value: DEFAULT_INTERVALS.statusMs / 1_000, min: 60, max: 86_400 },
    },
  },
  message: null,
  decide: ({ silentSince, answeredAt, gateway, outage, installed }, open, now, { delayS }) => {
    // Taken down: it need not answer any more.
    if (!installed) return open ? 'clear' : 'keep'
    if (silentSince === null) return open && answeredAt !== null ? 'clear' : 'keep'
    if (open || gateway?.online === false || outage.open) return 'keep'
    // Silence counts from when the line came back: before that the meter could not be heard.
    const since = Math.max(silentSince, gateway?.since ?? silentSince, outage.until ?? silentSince)
    return now - since >= delayS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ silentSince, answeredAt, fault }) => ({ silentSince, answeredAt, fault }),
})
