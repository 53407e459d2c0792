// Chinese 中文: the source of every text of the screens. Each part is named after its screens.

import { alarms } from './zh/alarms.ts'
import { approvals } from './zh/approvals.ts'
import { batches } from './zh/batches.ts'
import { bills } from './zh/bills.ts'
import { board } from './zh/board.ts'
import { books } from './zh/books.ts'
import { commissioning } from './zh/commissioning.ts'
import { gateways } from './zh/gateways.ts'
import { holds } from './zh/holds.ts'
import { imports } from './zh/imports.ts'
import { life } from './zh/life.ts'
import { logIn } from './zh/log-in.ts'
import { meterPrices } from './zh/meter-prices.ts'
import { meters } from './zh/meters.ts'
import { money } from './zh/money.ts'
import { operators } from './zh/operators.ts'
import { places } from './zh/places.ts'
import { plans } from './zh/plans.ts'
import { policy } from './zh/policy.ts'
import { priceCap } from './zh/price-cap.ts'
import { privacy } from './zh/privacy.ts'
import { reasons } from './zh/reasons.ts'
import { rerate } from './zh/rerate.ts'
import { rounds } from './zh/rounds.ts'
import { sale } from './zh/sale.ts'
import { setup } from './zh/setup.ts'
import { sharing } from './zh/sharing.ts'
import { shell } from './zh/shell.ts'
import { swaps } from './zh/swaps.ts'
import { till } from './zh/till.ts'
import { webhooks } from './zh/webhooks.ts'
import { whatIf } from './zh/what-if.ts'

export const zh = {
  ...shell,
  ...board,
  ...sale,
  ...books,
  ...alarms,
  ...holds,
  ...reasons,
  ...gateways,
  ...meters,
  ...places,
  ...setup,
  ...rounds,
  ...commissioning,
  ...batches,
  ...money,
  ...approvals,
  ...till,
  ...life,
  ...swaps,
  ...imports,
  ...plans,
  ...bills,
  ...priceCap,
  ...policy,
  ...whatIf,
  ...rerate,
  ...meterPrices,
  ...sharing,
  ...logIn,
  ...operators,
  ...webhooks,
  ...privacy,
}
