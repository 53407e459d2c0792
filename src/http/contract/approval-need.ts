// Why a second person has to agree 复核原因, as a dry run tells it and as facts of `approval_required`.

import { type Static, Type } from 'typebox'
import { Fen, Nullable } from '../contract.ts'

export const ApprovalNeed = Type.Object({
  /**
   * Of money: limit (above what he may move alone), shift (not his own open shift). always: nobody
   * may alone. Of the rest, what the complex has set: hours and points of keep-power, meters of a
   * trip, percent of a price, backdated, priceCap, rights, keys; loosened: these rules themselves.
   */
  why: Type.Enum([
    'limit',
    'shift',
    'always',
    'hours',
    'points',
    'meters',
    'percent',
    'backdated',
    'priceCap',
    'rights',
    'keys',
    'loosened',
  ]),
  amountFen: Nullable(Fen),
  limitFen: Nullable(Fen),
  /** Hours, points, meters or percent: left out where there is no end to it. */
  count: Type.Optional(Type.Integer()),
  countLimit: Type.Optional(Type.Integer()),
})
export type ApprovalNeed = Static<typeof ApprovalNeed>
