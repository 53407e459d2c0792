// Relay disagrees 继电器状态不符: it stands otherwise than an operator, a schedule or keep-power wants it,
// long after the command should have done it.

import { defineMeterRule } from '../rule.ts'

const WANTED = { kept: 'closed', tripped: 'tripped' } as const

export default defineMeterRule({
  id: 'relay-disagrees',
  severity: 'warning',
  title: { zh: '继电器与指令不符', en: 'The relay is not as it was ordered' },
  subjectKind: 'meter',
  basis: 'reading',
  message: null,
  figures: {
    delayS: {
      ...{ zh: '下令后', en: 'Ordered for', unit: 'seconds' },
      ...{ value: 900, min: 300, max: 86_400 },
    },
  },
  decide: ({ relay, ordered }, open, _now, { delayS }) => {
    // Under prepaid the money and the policy say how it should stand.
    if (ordered === null || ordered.mode === 'prepaid') return open ? 'clear' : 'keep'
    if (relay === null) return 'keep'
    if (relay.is === WANTED[ordered.mode]) return open ? 'clear' : 'keep'
    return !open && relay.readAt - ordered.since >= delayS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ relay, ordered }) => ({
    ...{ mode: ordered?.mode ?? null, orderedAt: ordered?.since ?? null },
    ...{ relay: relay?.is ?? null, readAt: relay?.readAt ?? null },
  }),
})
