// The contract of what-if 试算: a draft of a plan laid over months that are over. Nothing is written.

import { type Static, Type } from 'typebox'
import { AccountMode, Fen, Id, Wh } from '../contract.ts'
import { Month } from './asking.ts'
import { PlanDefinition } from './plans.ts'

export const WHAT_IF_SUPPLIES_MAX = 2_000
export const WHAT_IF_MONTHS_MAX = 12

export const WhatIfAsked = Type.Object({
  complexId: Id,
  definition: PlanDefinition,
  /** One of the two: all that have this plan now, or named supplies. */
  planId: Type.Optional(Id),
  supplyIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: WHAT_IF_SUPPLIES_MAX })),
  /** Both included, twelve at most, and over. */
  fromMonth: Month,
  toMonth: Month,
})
export type WhatIfAsked = Static<typeof WhatIfAsked>

const figures = {
  energyWh: Wh,
  /** What was charged; of meters that deduct by themselves, what their readings come to by plan. */
  chargedFen: Fen,
  /** What the same readings come to by the draft. */
  draftFen: Fen,
  /** Draft less charged: above zero whoever pays would pay more. */
  differenceFen: Fen,
}
export const WhatIfMonth = Type.Object({ month: Month, ...figures })
export type WhatIfMonth = Static<typeof WhatIfMonth>

const Named = {
  supplyId: Id,
  accountId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  mode: AccountMode,
}
export const WhatIfSupply = Type.Object({
  ...Named,
  ...figures,
  /** `bills`: against what was charged; `readings`: both prices laid over the readings. */
  against: Type.Enum(['bills', 'readings']),
  /** Months in which the present tenant had it. */
  months: Type.Array(WhatIfMonth),
})
export type WhatIfSupply = Static<typeof WhatIfSupply>

export const WhatIf = Type.Object({
  fromMonth: Month,
  toMonth: Month,
  ...figures,
  /** Who would pay less, more, the same. */
  winners: Type.Integer(),
  losers: Type.Integer(),
  same: Type.Integer(),
  months: Type.Array(WhatIfMonth),
  /** Who would pay most more first. */
  items: Type.Array(WhatIfSupply),
  /** Nothing was read of them in these months: they are in no figure. */
  withoutReadings: Type.Array(Type.Object(Named)),
  /** What the draft charges once a month and nobody has entered for these months. */
  missing: Type.Array(Type.Enum(['maxDemand', 'capacity', 'reactive'])),
})
export type WhatIf = Static<typeof WhatIf>
