// Use while tripped 拉闸后用电: the relay says it is open and power is drawn behind it. A welded
// contact, or somebody has wired round the meter.

import { defineMeterRule } from '../rule.ts'

export default defineMeterRule({
  id: 'use-while-tripped',
  severity: 'serious',
  title: { zh: '拉闸后仍在用电', en: 'Power is drawn while tripped' },
  subjectKind: 'meter',
  basis: 'reading',
  message: null,
  figures: {
    powerW: {
      ...{ zh: '功率达到', en: 'From a power of', unit: 'watts' },
      ...{ value: 50, min: 1, max: 100_000 },
    },
    delayS: {
      ...{ zh: '拉闸后', en: 'Tripped for', unit: 'seconds' },
      ...{ value: 180, min: 0, max: 3_600 },
    },
  },
  decide: ({ power, relay }, open, now, { powerW, delayS }) => {
    if (relay === null) return 'keep'
    if (relay.is !== 'tripped') return open ? 'clear' : 'keep'
    // A power from before the trip tells nothing of now.
    if (power === null || power.at < relay.since) return 'keep'
    const drawn = Math.abs(power.watts)
    if (open) return drawn * 2 < powerW ? 'clear' : 'keep'
    return drawn >= powerW && now - relay.since >= delayS * 1_000 ? 'raise' : 'keep'
  },
  evidence: ({ power, relay }) => ({
    ...{ powerW: power?.watts ?? null, powerAt: power?.at ?? null },
    trippedSince: relay?.since ?? null,
  }),
})
