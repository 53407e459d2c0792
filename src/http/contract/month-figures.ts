// The contract of month figures 月度计量: maximum demand and reactive energy, which are read once a
// month for what is charged once a month.

import { type Static, Type } from 'typebox'
import { Id, Nullable, Time } from '../contract.ts'
import { Month } from './asking.ts'

const FIGURE_MAX = 1_000_000_000_000
const MaxDemandW = Type.Integer({ minimum: 0, maximum: FIGURE_MAX, description: 'whole W' })
const ReactiveVarh = Type.Integer({ minimum: 0, maximum: FIGURE_MAX, description: 'whole varh' })

/** A supply whose plan, at the month's end, asks for a figure; null: not entered, not charged. */
export const MonthFigure = Type.Object({
  supplyId: Id,
  accountNo: Type.String(),
  tenant: Type.String(),
  premises: Type.String(),
  premisesName: Type.String(),
  meterNo: Nullable(Type.String()),
  plan: Type.String(),
  wantsMaxDemand: Type.Boolean(),
  wantsReactive: Type.Boolean(),
  /** The plan charges by capacity and nobody said what the transformer carries: assign it again. */
  wantsCapacity: Type.Boolean(),
  maxDemandW: Nullable(MaxDemandW),
  reactiveVarh: Nullable(ReactiveVarh),
  note: Type.String(),
  savedAt: Nullable(Time),
  savedBy: Nullable(Type.String()),
})
export type MonthFigure = Static<typeof MonthFigure>
/** Without a month: the last one that has ended. */
export const MonthFigureQuery = Type.Object({ complexId: Id, month: Type.Optional(Month) })
export const MonthFigures = Type.Object({ month: Month, items: Type.Array(MonthFigure) })
export type MonthFigures = Static<typeof MonthFigures>

/** Multiplied: what the installation used, not what its register shows. */
export const MonthFiguresSaved = Type.Object({
  complexId: Id,
  month: Month,
  items: Type.Array(
    Type.Object({
      supplyId: Id,
      /** Null takes an entered figure back; left out: it stays. */
      maxDemandW: Type.Optional(Nullable(MaxDemandW)),
      reactiveVarh: Type.Optional(Nullable(ReactiveVarh)),
    }),
    { minItems: 1, maxItems: 1_000 },
  ),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
})
export type MonthFiguresSaved = Static<typeof MonthFiguresSaved>

// Routes, under `/api/v1`: `GET /month-figures` MonthFigureQuery → MonthFigures ·
// `PUT /month-figures` MonthFiguresSaved → MonthFigures.
