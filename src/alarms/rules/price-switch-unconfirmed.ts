// A switch-over of prices that nobody has confirmed 电价切换未确认: a day before it the new tables are
// not in the meter, or after it the meter was not seen to run them and may deduct the old price.

import { defineMeterRule, type PriceFacts } from '../rule.ts'

const HOUR_MS = 3_600_000
/** A meter switches by its own clock, and is asked a moment later. */
const SEEN_WITHIN_MS = 900_000

type Push = NonNullable<PriceFacts['push']>

const isLate = (push: Push, now: number, aheadMs: number): boolean => {
  if (push.inForceAt !== null || push.underWay) return false
  if (push.lostAt !== null) return true
  return push.writtenAt === null
    ? now >= push.switchAt - aheadMs
    : now > push.switchAt + SEEN_WITHIN_MS
}

const follows = ({ push, due }: PriceFacts): boolean =>
  due === null ||
  (push !== null &&
    push.planId === due.planId &&
    push.version === due.version &&
    (push.writtenAt !== null || push.underWay))

export default defineMeterRule({
  id: 'price-switch-unconfirmed',
  severity: 'serious',
  title: { zh: '电价切换未确认', en: 'Switch-over of prices is not confirmed' },
  subjectKind: 'meter',
  basis: 'state',
  figures: {
    aheadH: {
      ...{ zh: '切换前', en: 'Before the switch-over', unit: 'hours' },
      ...{ value: 24, min: 1, max: 168 },
    },
  },
  message: null,
  decide: ({ prices, installed }, open, now, { aheadH }) => {
    const late = prices.push !== null && isLate(prices.push, now, aheadH * HOUR_MS)
    if (installed && (late || !follows(prices))) return open ? 'keep' : 'raise'
    return open ? 'clear' : 'keep'
  },
  evidence: ({ prices: { push, due } }) => ({
    planId: due?.planId ?? push?.planId ?? null,
    version: due?.version ?? push?.version ?? null,
    at: due?.at ?? push?.switchAt ?? null,
    writtenAt: push?.writtenAt ?? null,
  }),
})
