// Cover opened 开盖: the meter noted that its cover or the cover of its terminals was opened. Whoever
// wires round a meter must open one. It stays until a person has acknowledged it.

import { type CoverFacts, defineCoverRule } from '../rule.ts'

/** The one that was seen last. */
const newestOf = ({ covers }: CoverFacts) =>
  covers.reduce<CoverFacts['covers'][number] | null>(
    (best, one) => (best === null || one.notedAt > best.notedAt ? one : best),
    null,
  )

export default defineCoverRule({
  id: 'cover-opened',
  severity: 'serious',
  title: { zh: '电表开盖', en: 'Cover opened' },
  subjectKind: 'meter',
  basis: 'covers',
  figures: {
    // Two questions to each meter: at 2,400 baud an hourly look at a hundred takes 2 % of the bus.
    everyH: { zh: '每隔多久查询', en: 'Asked every', unit: 'hours', value: 1, min: 1, max: 168 },
  },
  decide: (facts, open) => {
    if (open) return facts.isAcknowledged ? 'clear' : 'keep'
    const noted = newestOf(facts)?.notedAt ?? null
    if (noted === null) return 'keep'
    return facts.acknowledgedAt !== null && noted <= facts.acknowledgedAt ? 'keep' : 'raise'
  },
  evidence: (facts) => {
    const newest = newestOf(facts)
    const isOpen = newest?.openedAt != null && newest.closedAt === null
    return {
      ...{ cover: newest?.cover ?? null, times: newest?.count ?? null },
      ...{ openedAt: newest?.openedAt ?? null, closedAt: newest?.closedAt ?? null },
      ...{ notedAt: newest?.notedAt ?? null, lastSeen: isOpen ? 'coverOpen' : null },
    }
  },
})
