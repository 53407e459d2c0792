// The contract of the service fee 服务费 that sales into meters take: a setting of the complex. Where
// the centre charges, the fee is a line of the bill by its plan and never of the sale.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable } from '../contract.ts'

const FIXED_FEN_MAX = 1_000_000
const PERMILLE_MAX = 200

/** Null: none is taken. fixed: of every sale; permille: of what is left after what was owed. */
const ServiceFee = Nullable(
  Type.Union([
    Type.Object({ kind: Type.Literal('fixed'), fen: Fen }),
    Type.Object({ kind: Type.Literal('permille'), permille: Type.Integer() }),
  ]),
)
export const ServiceFeeSetting = Type.Object({ complexId: Id, serviceFee: ServiceFee })
export type ServiceFeeSetting = Static<typeof ServiceFeeSetting>

/** PUT /api/v1/complexes/:id/service-fee */
export const SetServiceFee = Type.Object({
  serviceFee: Nullable(
    Type.Union([
      Type.Object({
        kind: Type.Literal('fixed'),
        fen: Type.Integer({ minimum: 1, maximum: FIXED_FEN_MAX, description: 'whole fen' }),
      }),
      Type.Object({
        kind: Type.Literal('permille'),
        permille: Type.Integer({ minimum: 1, maximum: PERMILLE_MAX, description: 'thousandths' }),
      }),
    ]),
  ),
})
export type SetServiceFee = Static<typeof SetServiceFee>
