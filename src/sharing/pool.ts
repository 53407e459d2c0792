// The pool of a month 公摊电量: what the main meter counted less what shops did, and the premises among
// which it is shared. What is not known of one point is not known of the pool.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Day, day, dayAfter, dayAfterMonth, dayBegins } from '../shared/clock.ts'
import type { AccountId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'
import type { SharingPremises } from './bearers.ts'
import {
  type CountedPoint,
  countedIn,
  countedPoints,
  cutByHolder,
  type Held,
  holdersOf,
  premisesFacts,
  type Span,
} from './pool-store.ts'

export type SharingMonth = {
  complexId: ComplexId
  ruleId: number
  mainPointId: PointId
  /** Its name, for a refusal. */
  mainPoint: string
  /** `2026-10` */
  month: string
  zone: string
  dayCutMinutes: number
}

export type Pool = {
  mainWh: number
  shopsWh: number
  exact: boolean
  premises: SharingPremises[]
  names: ReadonlyMap<PremisesId, string>
  /** Points of which nothing is known; then the figures above mean nothing. */
  notRead: string[]
}

export const monthSpan = ({ month, zone, dayCutMinutes }: SharingMonth): Span => ({
  from: dayBegins(day(`${month}-01`), zone, dayCutMinutes),
  to: dayBegins(dayAfterMonth(month), zone, dayCutMinutes),
})

const daysIn = (month: string): Day[] => {
  const days: Day[] = []
  const end = dayAfterMonth(month)
  for (let at = day(`${month}-01`); at < end; at = dayAfter(at)) days.push(at)
  return days
}

/** Whose the premises were as each day ended. */
const occupied = (of: SharingMonth, held: readonly Held[]): SharingPremises['days'] =>
  daysIn(of.month).map((one) => {
    const ends = dayBegins(dayAfter(one), of.zone, of.dayCutMinutes)
    const had = held.filter(({ from, to }) => from < ends && to >= ends)
    return { day: one, accounts: [...new Set(had.map(({ accountId }) => accountId))] }
  })

type Used = { accountId: AccountId | null; usedWh: number }
type PointUse = { point: CountedPoint; used: Used[]; exact: boolean; known: boolean }

const countedBy = async (
  tx: Tx,
  of: SharingMonth,
  point: CountedPoint,
  held: readonly Held[],
): Promise<PointUse> => {
  const used: Used[] = []
  let exact = true
  for (const part of cutByHolder(monthSpan(of), held)) {
    const counted = await countedIn(tx, of.complexId, point.pointId, part)
    if (counted === null) return { point, used: [], exact: false, known: false }
    exact &&= counted.exact
    used.push({ accountId: part.accountId, usedWh: counted.usedWh })
  }
  return { point, used, exact, known: true }
}

const total = (uses: readonly PointUse[]): number =>
  uses.reduce((sum, { used }) => sum + used.reduce((part, { usedWh }) => part + usedWh, 0), 0)

export const poolOf = async (tx: Tx, of: SharingMonth): Promise<Pool> => {
  const { complexId, ruleId, mainPointId } = of
  const span = monthSpan(of)
  const main = await countedIn(tx, complexId, mainPointId, span)
  const points = await countedPoints(tx, complexId, mainPointId)
  const pointIds = points.map(({ pointId }) => pointId)
  const holders = Map.groupBy(
    await holdersOf(tx, complexId, pointIds, span),
    ({ pointId }) => pointId,
  )
  const uses: PointUse[] = []
  for (const point of points)
    uses.push(await countedBy(tx, of, point, holders.get(point.pointId) ?? []))

  const ids = [...new Set(points.flatMap(({ premisesId }) => premisesId ?? []))]
  const facts = await premisesFacts(tx, complexId, ruleId, ids)
  const names = new Map(facts.map(({ premisesId, name }) => [premisesId, name]))
  const premises = facts.map(({ premisesId, areaDm2, parts }) => {
    const own = uses.filter(({ point }) => point.premisesId === premisesId)
    const held = own.flatMap(({ point }) => holders.get(point.pointId) ?? [])
    const used = own.flatMap((use) => use.used)
    return { premisesId, areaDm2, parts, days: occupied(of, held), used }
  })
  const notRead = uses.filter(({ known }) => !known).map(({ point }) => nameOf(point, names))
  return {
    mainWh: main?.usedWh ?? 0,
    shopsWh: total(uses),
    exact: main?.exact === true && uses.every(({ exact }) => exact),
    premises,
    names,
    notRead: main === null ? [of.mainPoint, ...notRead] : notRead,
  }
}

const nameOf = (point: CountedPoint, names: ReadonlyMap<PremisesId, string>): string =>
  point.premisesId === null
    ? point.name
    : `${must(names.get(point.premisesId), 'its premises were read')} ${point.name}`.trim()
