// Which supplies a plan is to be given to 指派筛选, PURE, as the filters stand in the URL.

import type { SupplyPlan } from '../../../http/contract/plans.ts'
import type { TextSearch } from '../search.ts'

type SupplySearch = TextSearch<'current' | 'building' | 'floor' | 'search'>

/** The floor is known to the board, where the meter hangs; null where it is unknown. */
type FloorOf = (supply: SupplyPlan) => number | null

const SEARCHED = ['premises', 'premisesName', 'tenant', 'accountNo', 'meterNo'] as const

export const supplyFilter = (search: SupplySearch, floorOf: FloorOf) => {
  const text = (search.search ?? '').trim().toLowerCase()
  return (supply: SupplyPlan): boolean =>
    (search.current === undefined || String(supply.planId) === search.current) &&
    (search.building === undefined || supply.building === search.building) &&
    (search.floor === undefined || String(floorOf(supply)) === search.floor) &&
    (text === '' || SEARCHED.some((key) => supply[key]?.toLowerCase().includes(text) ?? false))
}

/** Each value once, in the order in which it comes. */
export const distinct = <Value>(values: readonly Value[]): Value[] => [...new Set(values)]
