// Prices and times as meters hold them 表内电价: in a form that has one spelling, so that what was read
// can be compared with what is wanted. 10⁻⁴ yuan, whole Wh, the meter's own days and times.

/** Of each a meter holds two sets, and switches from one to the other at a moment of its own. */
export const SWITCHED_TABLES = ['prices', 'zones', 'dayTables', 'tiers'] as const
export type SwitchedTable = (typeof SWITCHED_TABLES)[number]

/** From this day of the year on, `MM-DD`. */
export type ZoneStart = { from: string; dayTable: number }
/** From this time of day on, `hh:mm`; rates are 1 sharp … 5 deep valley. */
export type RateStart = { from: string; rate: number }

export type MeterTiers = {
  /** Above each limit the next tier begins; none: one tier. */
  limitsWh: number[]
  /** What each tier adds to the rate's price: one more than limits. */
  addE4: number[]
  /** `MM-DD hh` at which a yearly use begins anew; none: the use is a month's. */
  yearStarts: string[]
}

/** One of the two sets. */
export type MeterTableSet = {
  /** Of rates 1, 2, …; all of them, also those that no day uses. */
  pricesE4: number[]
  zones: ZoneStart[]
  /** Day table 1, 2, … */
  dayTables: RateStart[][]
  /** Null where the model has none. */
  tiers: MeterTiers | null
}

/** What counts for both sets: it has no second one and takes effect when it is written. */
export type MeterDays = {
  /** 0 = Sunday. */
  restDays: number[]
  restDayTable: number
  /** `YYYY-MM-DD`, in the order of their places; one that was never set is empty. */
  holidays: { day: string; dayTable: number }[]
  /**
   * `DD hh` at which a month's use begins anew 每月第1结算日. Null: no tiers go by it, or the model does
   * not tell; absent in what was read before it was asked for.
   */
  monthStart?: string | null
}

/** Where a model keeps its tiers: makers differ. */
export type TierTables = { running: string; standby: string }

/**
 * One thing to write. Tables go to the standby set; what has no second set takes effect at once.
 * `no` counts from 1.
 */
export type PriceItem =
  | { item: 'prices'; pricesE4: number[] }
  | { item: 'zones'; zones: ZoneStart[] }
  | { item: 'dayTable'; no: number; table: RateStart[] }
  | { item: 'tiers'; tiers: MeterTiers }
  /** `YYYY-MM-DD hh:mm` of the meter's clock; null: no switch-over. */
  | { item: 'switchAt'; of: SwitchedTable; at: string | null }
  | { item: 'restDays'; restDays: number[] }
  | { item: 'restDayTable'; no: number }
  | { item: 'holiday'; no: number; day: string; dayTable: number }
  | { item: 'holidayCount'; count: number }
  /** `DD hh`. */
  | { item: 'monthStart'; at: string }
