// What the end of a month adds 月末 to its use: the quantities of what is charged once a month.

import type { PlanVersion } from './plan.ts'

/** What is known when a month, or a supply's part of it, is over. */
export type MonthEnd = {
  /** Days of the month that were supplied, of how many: basic charge and minimum go by them. */
  days: number
  ofDays: number
  /** Its use is known to the end: what a power factor is made of. */
  read: boolean
  /** What holds when it ends: also who used nothing owes a minimum. Left out: by the last use. */
  plan?: PlanVersion | null
  maxDemandW?: number | null
  capacityVa?: number | null
  /** Of the whole month, multiplied. */
  reactiveVarh?: number | null
}
export type Missing = 'maxDemand' | 'capacity' | 'reactive'
