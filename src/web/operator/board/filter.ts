// The board's filters 看板筛选, as they stand in the URL, turned into one test per meter; and the
// branches of its tree, by place and by gateway.

import type { BoardItem } from '../../../http/contract.ts'
import { isShownAs, isShownState, type ShownState } from '../../ui/states.ts'
import type { TextSearch } from '../search.ts'

export type BoardSearch = TextSearch<
  'building' | 'floor' | 'gateway' | 'by' | 'state' | 'q' | 'view' | 'meter'
>

export const chosenStates = (search: BoardSearch): ShownState[] =>
  (search.state ?? '').split(',').filter(isShownState)

/** Turns one state's filter on or off. */
export const toggledState = (search: BoardSearch, state: ShownState): string | undefined => {
  const chosen = chosenStates(search)
  const next = chosen.includes(state) ? chosen.filter((s) => s !== state) : [...chosen, state]
  return next.length === 0 ? undefined : next.join(',')
}

const inPlace = (item: BoardItem, { building, floor, gateway }: BoardSearch): boolean =>
  (building === undefined || String(item.buildingId) === building) &&
  (floor === undefined || String(item.floor) === floor) &&
  (gateway === undefined || String(item.gatewayId) === gateway)

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
    (states.length === 0 || states.some((state) => isShownAs(item, state))) &&
    (text === '' || hasText(item, text))
}

type Branch = { meters: number; troubled: number }

export type Place = Branch & {
  buildingId: number | null
  building: string
  buildingEn: string
  floors: (Branch & { floor: number | null })[]
}
export type GatewayBranch = Branch & { gatewayId: number; gatewayCode: string }

/** In trouble: what somebody should look at. An unopened meter is not. */
const isTroubled = (item: BoardItem): boolean =>
  item.held || !(item.state === 'normal' || item.state === 'notOpened')

const count = (item: BoardItem, ...branches: Branch[]): void => {
  for (const branch of branches) {
    branch.meters += 1
    if (isTroubled(item)) branch.troubled += 1
  }
}

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
    count(item, place, floor)
  }
  return places
}

const collator = new Intl.Collator('zh-CN', { numeric: true })

/** Gateways by their code, with how many meters each has. */
export const gatewaysOf = (items: Iterable<BoardItem>): GatewayBranch[] => {
  const gateways = new Map<number, GatewayBranch>()
  for (const item of items) {
    const { gatewayId, gatewayCode } = item
    const gateway = gateways.get(gatewayId) ?? { gatewayId, gatewayCode, meters: 0, troubled: 0 }
    gateways.set(gatewayId, gateway)
    count(item, gateway)
  }
  return [...gateways.values()].sort((a, b) => collator.compare(a.gatewayCode, b.gatewayCode))
}
