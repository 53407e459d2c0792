// The contract of sharing 公摊: rules, and the months that were shared by them, each share with its
// arithmetic.

import { type Static, Type } from 'typebox'
import { Fen, Id, Nullable, Time, UuidText } from '../contract.ts'
import { Month } from './asking.ts'

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S(.*\\S)?$' })
const Wh = Type.Integer()
/** 10⁻⁸ yuan per kWh; at most 100 yuan. */
const PriceE8 = Type.Integer({ minimum: 1, maximum: 10_000_000_000 })

export const SharedBy = Type.Enum(['area', 'energy', 'fixed'])
export const VacantBorneBy = Type.Enum(['landlord', 'others'])

/** How many parts of the whole the premises bear, for a rule by fixed parts. */
export const SharingPart = Type.Object({
  premisesId: Id,
  parts: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
})

export const NewSharingRule = Type.Object({
  complexId: Id,
  name: Name,
  nameEn: Type.Optional(Type.String({ maxLength: 100 })),
  /** The point of the main meter: it counts what all points below it use, and the loss. */
  mainPointId: Id,
  sharedBy: SharedBy,
  /** Who bears the share of premises that nobody has. */
  vacant: VacantBorneBy,
  priceE8: PriceE8,
  /** Of a rule by fixed parts; premises that are not named take no part. */
  parts: Type.Optional(Type.Array(SharingPart, { maxItems: 5_000 })),
})
/** What is left out stays. A rule that is not enabled shares nothing any more. */
export const SharingRuleChange = Type.Object({
  name: Type.Optional(Name),
  nameEn: NewSharingRule.properties.nameEn,
  sharedBy: Type.Optional(SharedBy),
  vacant: Type.Optional(VacantBorneBy),
  priceE8: Type.Optional(PriceE8),
  parts: NewSharingRule.properties.parts,
  enabled: Type.Optional(Type.Boolean()),
})
export const SharingRule = Type.Object({
  ruleId: Id,
  complexId: Id,
  name: Type.String(),
  nameEn: Type.String(),
  mainPointId: Id,
  mainPoint: Type.String(),
  sharedBy: SharedBy,
  vacant: VacantBorneBy,
  priceE8: Type.Integer(),
  parts: Type.Array(SharingPart),
  enabled: Type.Boolean(),
  /** The newest month that stands shared; null: none. */
  lastMonth: Nullable(Type.String()),
})
export type SharingRule = Static<typeof SharingRule>

/** Premises behind the main point of a rule, which may bear a share. */
export const SharingPremises = Type.Object({
  premisesId: Id,
  premises: Type.String(),
  areaDm2: Nullable(Type.Integer()),
  parts: Nullable(Type.Integer()),
})
export type SharingPremises = Static<typeof SharingPremises>
export const SharingPremisesList = Type.Object({ items: Type.Array(SharingPremises) })

export const ShareMonth = Type.Object({ month: Month, dryRun: Type.Optional(Type.Boolean()) })

/** One share: `fen` = the pool × weight ÷ sum of all weights, by the largest remainder. */
export const Share = Type.Object({
  premisesId: Id,
  premises: Type.String(),
  accountId: Nullable(Id),
  accountNo: Nullable(Type.String()),
  tenant: Nullable(Type.String()),
  /** Days of the month on which the account had the premises when the day ended. */
  days: Type.Integer(),
  usedWh: Wh,
  /** Area in dm² or parts, times days, times 27 720 (so that halves stay whole); or Wh. */
  weight: Type.Integer(),
  fen: Fen,
  /** Why the landlord bears it; null: it goes to the account. */
  landlord: Nullable(Type.Enum(['vacant', 'accountClosed'])),
})

export const SharingRun = Type.Object({
  /** Null of a dry run. */
  runId: Nullable(UuidText),
  ruleId: Id,
  rule: Type.String(),
  month: Type.String(),
  at: Time,
  operator: Nullable(Type.String()),
  sharedBy: SharedBy,
  vacant: VacantBorneBy,
  priceE8: Type.Integer(),
  /** Counted by the main meter; of it by shops; the rest is shared: public use and loss. */
  mainWh: Wh,
  shopsWh: Wh,
  poolWh: Wh,
  poolFen: Fen,
  billedFen: Fen,
  landlordFen: Fen,
  /** False where the nearest reading stands for a boundary that was not read at its moment. */
  exact: Type.Boolean(),
  reversedAt: Nullable(Time),
  reason: Type.String(),
  /** Empty in lists. */
  shares: Type.Array(Share),
})
export type SharingRun = Static<typeof SharingRun>

export const ReverseSharing = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 200, pattern: '^\\S(.*\\S)?$' }),
})
