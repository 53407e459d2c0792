// The table of a what-if as a file 试算导出: one line per supply and month, whole units as text.

import type { WhatIf } from '../../../http/contract/what-if.ts'
import type { Say } from '../../text/i18n.ts'
import { asText, type Cell } from '../../ui/csv.ts'
import { typedKwh, typedYuan } from '../../ui/money-text.ts'

export const whatIfRows = (say: Say, { items }: WhatIf): Cell[][] => [
  [
    say('receipt.tenant'),
    say('sharing.account'),
    say('sharing.premises'),
    say('whatIf.against'),
    say('bill.month'),
    say('sharing.usedKwh'),
    say('whatIf.charged'),
    say('whatIf.draft'),
    say('whatIf.difference'),
  ],
  ...items.flatMap((item) =>
    item.months.map((month) => [
      item.tenant,
      asText(item.accountNo),
      item.premises,
      say(`whatIf.against.${item.against}`),
      month.month,
      typedKwh(month.energyWh),
      typedYuan(month.chargedFen),
      typedYuan(month.draftFen),
      typedYuan(month.differenceFen),
    ]),
  ),
]
