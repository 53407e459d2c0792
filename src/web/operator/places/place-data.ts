// The space of a complex 空间档案 from the server, and the acts that change it.

import { useQuery } from '@tanstack/react-query'
import type { Building, Point, Premises } from '../../../http/contract/registers.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { usePointKind } from '../../ui/point-kind.tsx'
import { useAct } from '../api/act.ts'
import { call, type Query } from '../api/client.ts'

const ALL = 500

/** Everything that shows a place, by the beginning of its key. */
const RENEWED = [
  ...[['places'], ['buildings'], ['points'], ['gateways'], ['devices']],
  ...[['meters'], ['meterCollection']],
] as const

export type PlaceKind = 'buildings' | 'premises' | 'points'

const fetchAll = async <Row>(path: string, query: Query): Promise<Row[]> => {
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const page: ListOf<Row> = await call(path, { query: { ...query, limit: ALL, cursor } })
    rows.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

export const usePlaceBuildings = (complexId: number) =>
  useQuery({
    queryKey: ['places', complexId, 'buildings'],
    queryFn: async () => {
      const rows = await fetchAll<Building>('/buildings', { complexId })
      return [...rows].sort((a, b) => a.ordinal - b.ordinal || a.buildingId - b.buildingId)
    },
  })

export const listPremises = (complexId: number, query: Query): Promise<ListOf<Premises>> =>
  call('/premises', { query: { complexId, ...query } })

export const listPoints = (complexId: number, query: Query): Promise<ListOf<Point>> =>
  call('/points', { query: { complexId, ...query } })

export const usePremises = (complexId: number, premisesId: number) =>
  useQuery({
    queryKey: ['places', complexId, 'premises', premisesId],
    queryFn: () => call<Premises>(`/premises/${premisesId}`, { query: { complexId } }),
  })

export const usePointsOf = (complexId: number, premisesId: number) =>
  useQuery({
    queryKey: ['places', complexId, 'points', premisesId],
    queryFn: () => fetchAll<Point>('/points', { complexId, premisesId }),
  })

/** Every point, for choosing one. */
export const useAllPoints = (complexId: number, only: Query = {}) =>
  useQuery({
    queryKey: ['places', complexId, 'points', 'all', only],
    queryFn: () => fetchAll<Point>('/points', { complexId, ...only }),
  })

/** Premises that what is typed may mean; the first ones where nothing is typed. */
export const useFoundPremises = (complexId: number, search: string) =>
  useQuery({
    queryKey: ['places', complexId, 'found', search],
    queryFn: () => listPremises(complexId, { search, limit: 50 }),
    placeholderData: (previous) => previous,
  })

/** Adds one, or changes the one that is named. */
export const useSavePlace = <Row>(kind: PlaceKind, id: number | null) =>
  useAct<object, Row>(id === null ? `/${kind}` : `/${kind}/${id}`, {
    method: id === null ? 'POST' : 'PATCH',
    renews: RENEWED,
  })

/** Takes away what was entered wrongly: a place, or what hangs there. */
export const useRemove = (path: string) =>
  useAct<undefined, null>(path, { method: 'DELETE', renews: RENEWED })

/** Hangs meters, and whatever else changes what a place shows. */
export const useMake = <Body, Answer>(path: string) =>
  useAct<Body, Answer>(path, { renews: RENEWED })

export const useChange = <Answer>(path: string) =>
  useAct<object, Answer>(path, { method: 'PATCH', renews: RENEWED })

type Named = { name: string; nameEn: string }

/** In the reader's language; what has no English name keeps its own. */
export const placeName = ({ name, nameEn }: Named, language: 'zh' | 'en'): string =>
  language === 'en' && nameEn !== '' ? nameEn : name

/** A point as a list of choices names it. */
export const usePointText = () => {
  const { language } = useText()
  const kindOf = usePointKind()
  return (point: Point): string => {
    const name = { name: point.premisesName, nameEn: point.premisesNameEn }
    const own = [kindOf(point.kind), point.name].filter(Boolean)
    return [point.premises, placeName(name, language), ...own].filter(Boolean).join(' ')
  }
}
