// Freshness missed 抄读超期: a meter that nobody calls silent has not been read for several rounds,
// while its gateway answers. The line is too slow for what hangs on it, or the round stands still.

import { MISSED_ROUNDS } from '../missed-rounds.ts'
import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'freshness-missed',
  severity: 'warning',
  title: { zh: '抄读超期', en: 'Not read in time' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {
    rounds: {
      ...{ zh: '漏抄轮数', en: 'Status rounds without an answer', unit: 'count' },
      ...{ value: MISSED_ROUNDS, min: MISSED_ROUNDS, max: 100 },
    },
  },
  message: null,
  decide: ({ answeredAt, silentSince, gateway, statusMs }, open, now, { rounds }) => {
    // A silent meter and an offline gateway have alarms of their own.
    if (gateway?.online !== true || silentSince !== null) return open ? 'clear' : 'keep'
    if (answeredAt === null) return 'keep'
    if (open) return now - answeredAt <= statusMs ? 'clear' : 'keep'
    const since = Math.max(answeredAt, gateway.since)
    return now - since > rounds * statusMs ? 'raise' : 'keep'
  },
  evidence: ({ answeredAt, statusMs }) => ({ answeredAt, statusMs }),
})
