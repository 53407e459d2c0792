// English 英文: complete by its type; a missing key does not compile.

import { alarms } from './en/alarms.ts'
import { approvals } from './en/approvals.ts'
import { batches } from './en/batches.ts'
import { bills } from './en/bills.ts'
import { board } from './en/board.ts'
import { books } from './en/books.ts'
import { commissioning } from './en/commissioning.ts'
import { gateways } from './en/gateways.ts'
import { holds } from './en/holds.ts'
import { imports } from './en/imports.ts'
import { life } from './en/life.ts'
import { logIn } from './en/log-in.ts'
import { meterPrices } from './en/meter-prices.ts'
import { meters } from './en/meters.ts'
import { money } from './en/money.ts'
import { operators } from './en/operators.ts'
import { places } from './en/places.ts'
import { plans } from './en/plans.ts'
import { policy } from './en/policy.ts'
import { priceCap } from './en/price-cap.ts'
import { privacy } from './en/privacy.ts'
import { reasons } from './en/reasons.ts'
import { rerate } from './en/rerate.ts'
import { rounds } from './en/rounds.ts'
import { sale } from './en/sale.ts'
import { setup } from './en/setup.ts'
import { sharing } from './en/sharing.ts'
import { shell } from './en/shell.ts'
import { singular } from './en/singular.ts'
import { swaps } from './en/swaps.ts'
import { till } from './en/till.ts'
import { webhooks } from './en/webhooks.ts'
import { whatIf } from './en/what-if.ts'
import type { zh } from './zh.ts'

export const en = {
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
  ...singular,
} satisfies Record<keyof typeof zh, string>
