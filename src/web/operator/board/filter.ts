// The board's filters 看板筛选, as they stand in the URL, turned into one test per meter.

import type { BoardItem } from '../../../http/contract.ts'
import { isMeterState, type MeterState } from '../../ui/states.ts'
import type { TextSearch } from '../search.ts'

export type BoardSearch = TextSearch<'building' | 'floor' | 'state' | 'q' | 'view' | 'meter'>

export const chosenStates = (search: BoardSearch): MeterState[] =>
  (search.state ?? '').split(',').filter(isMeterState)

/** Turns one state's filter on or off. */
export const toggledState = (search: BoardSearch, state: MeterState): string | undefined => {
  const chosen = chosenStates(search)
  const next = chosen.includes(state) ? chosen.filter((s) => s !== state) : [...chosen, state]
  return next.length === 0 ? undefined : next.join(',')
}

const inPlace = (item: BoardItem, search: BoardSearch): boolean =>
  (search.building === undefined || String(item.buildingId) === search.building) &&
  (search.floor === undefined || String(item.floor) === search.floor)

const SEARCHED = [
  'premises',
  'premisesName',
  'premisesNameEn',
  'tenant',
  'accountNo',
  'meterNo',
  'address',
] as const satisfies readonly (keyof BoardItem)[]

const hasText = (item: BoardItem, text: string): boolean =>
  SEARCHED.some((key) => item[key]?.toLowerCase().includes(text) ?? false)

export const boardFilter = (search: BoardSearch): ((item: BoardItem) => boolean) => {
  const states = chosenStates(search)
  const text = (search.q ?? '').trim().toLowerCase()
  return (item) =>
    inPlace(item, search) &&
    (states.length === 0 || states.includes(item.state)) &&
    (text === '' || hasText(item, text))
}

export type Place = {
  buildingId: number | null
  building: string
  buildingEn: string
  meters: number
  troubled: number
  floors: { floor: number | null; meters: number; troubled: number }[]
}

/** In trouble: what somebody should look at. An unopened meter is not. */
const isTroubled = (item: BoardItem): boolean =>
  item.held || !(item.state === 'normal' || item.state === 'notOpened')

/** Buildings and their floors with how many meters each has; items come in the board's order. */
export const placesOf = (items: Iterable<BoardItem>): Place[] => {
  const places: Place[] = []
  for (const item of items) {
    let place = places.at(-1)
    if (place?.buildingId !== item.buildingId) {
      const { buildingId, building, buildingEn } = item
      place = { buildingId, building, buildingEn, meters: 0, troubled: 0, floors: [] }
      places.push(place)
    }
    let floor = place.floors.at(-1)
    if (floor?.floor !== item.floor) {
      floor = { floor: item.floor, meters: 0, troubled: 0 }
      place.floors.push(floor)
    }
    for (const part of [place, floor]) {
      part.meters += 1
      if (isTroubled(item)) part.troubled += 1
    }
  }
  return places
}
