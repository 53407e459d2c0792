// Texts of what-if.

import type { whatIf as zh } from '../zh/what-if.ts'

export const whatIf = {
  'whatIf.title': 'What-if',
  'whatIf.months': 'Months',
  'whatIf.from': 'From',
  'whatIf.to': 'To',
  'whatIf.hint': 'The stored readings of these months priced by the draft above; nothing is saved',
  'whatIf.run': 'Try',
  'whatIf.save': 'Export CSV',
  'whatIf.result': 'Result',
  'whatIf.charged': 'Charged (yuan)',
  'whatIf.draft': 'Draft (yuan)',
  'whatIf.difference': 'Difference (yuan)',
  'whatIf.counts': 'Supplies',
  'whatIf.countsAre': '{{losers}} pay more, {{winners}} less, {{same}} the same',
  'whatIf.byMonth': 'By month',
  'whatIf.bySupply': 'By supply',
  'whatIf.none': 'Nothing was read in these months',
  'whatIf.against': 'Compared with',
  'whatIf.against.bills': 'bills',
  'whatIf.against.readings': 'readings by the old price',
  'whatIf.total': 'Total',
  'whatIf.unread': '{{n}} without readings are left out: {{names}}',
  'whatIf.missing.maxDemand': 'Maximum demand of some months is not entered: no basic charge there',
  'whatIf.missing.capacity': 'Capacity of some supplies is not entered: no basic charge there',
  'whatIf.missing.reactive': 'Reactive energy of some months is not entered: no adjustment there',
} satisfies Record<keyof typeof zh, string>
