// Off after an overload 过载后未合闸: nobody closes it by himself any more. The policy leaves it to an
// operator, or has closed it as often as it may. It draws nothing, so no other alarm tells.

import { defineMeterRule } from '../rule.ts'

const A_DAY_MS = 24 * 3_600_000

export default defineMeterRule({
  id: 'overload-stays',
  severity: 'serious',
  title: { zh: '过载跳闸后未合闸', en: 'Stays off after an overload' },
  subjectKind: 'supply',
  basis: 'state',
  message: null,
  figures: {
    delayS: {
      ...{ zh: '跳闸或最后一次合闸后', en: 'After the trip or the last closing', unit: 'seconds' },
      ...{ value: 300, min: 0, max: 86_400 },
    },
  },
  decide: ({ overloadTrip: trip }, open, now, { delayS }) => {
    if (trip === null) return open ? 'clear' : 'keep'
    const { since, tries, triedAt, triesMost } = trip
    // A day after the last closing the policy begins to count again.
    const lately = triedAt !== null && now - triedAt < A_DAY_MS
    const usedUp = triesMost === null || (lately && tries >= triesMost)
    if (!usedUp) return open ? 'clear' : 'keep'
    // The last closing may still be on its way.
    const waitedMs = now - Math.max(since, triedAt ?? since)
    return !open && waitedMs >= delayS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ overloadTrip: trip }) => ({
    trippedSince: trip?.since ?? null,
    ...{ tries: trip?.tries ?? null, triedAt: trip?.triedAt ?? null },
    triesMost: trip?.triesMost ?? null,
  }),
})
