// Meter offline 电表失联: one meter is silent while its gateway answers. Behind an offline gateway
// every meter is silent: that is one alarm, the gateway's.

import { DEFAULT_INTERVALS } from '../../metering/rounds/poll-plan.ts'
import { defineMeterRule } from '../rule.ts'

/** One status round, in which it was asked again twice: a single lost answer is no alarm. */
const DELAY_MS = DEFAULT_INTERVALS.statusMs

export default defineMeterRule({
  id: 'meter-offline',
  severity: 'warning',
  title: { zh: '电表失联', en: 'Meter offline' },
  subjectKind: 'meter',
  basis: 'state',
  delayMs: DELAY_MS,
  message: null,
  decide: ({ silentSince, answeredAt, gateway, installed }, open, now) => {
    // Taken down: it need not answer any more.
    if (!installed) return open ? 'clear' : 'keep'
    if (gateway?.online === false) return open ? 'clear' : 'keep'
    if (silentSince === null) return open && answeredAt !== null ? 'clear' : 'keep'
    // Silence counts from when the gateway came back: before that the meter could not be heard.
    const since = Math.max(silentSince, gateway?.since ?? silentSince)
    return !open && now - since >= DELAY_MS ? 'raise' : 'keep'
  },
  evidence: ({ silentSince, answeredAt, fault }) => ({ silentSince, answeredAt, fault }),
})
