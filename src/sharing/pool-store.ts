// What a sharing is reckoned from 分摊依据: the points behind a main meter, who had them in the month
// and what each counted.

import { pointUsageBetween, type Usage } from '../metering/readings/usage-store.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, PointId, PremisesId } from '../shared/ids.ts'

export type CountedPoint = {
  pointId: PointId
  /** Null: the main point of another rule, whose pool is its own. */
  premisesId: PremisesId | null
  name: string
}

// Shops and mains of other rules count for themselves; what hangs below them is theirs. A public
// point stays in the pool, and so does everything public below it.
const COUNTED = `
  with recursive below as (
    select p.*, p.premises_id is not null or r.rule_id is not null as counts
    from point p
    left join sharing_rule r on r.complex_id = p.complex_id and r.main_point_id = p.point_id
      and r.enabled
    where p.complex_id = $1 and p.parent_point_id = $2
    union all
    select p.*, p.premises_id is not null or r.rule_id is not null
    from below b
    join point p on p.complex_id = b.complex_id and p.parent_point_id = b.point_id
    left join sharing_rule r on r.complex_id = p.complex_id and r.main_point_id = p.point_id
      and r.enabled
    where not b.counts
  )
  select point_id as "pointId", premises_id as "premisesId", name from below
  where counts order by premises_id, point_id`

export const countedPoints = (tx: Tx, complex: ComplexId, main: PointId): Promise<CountedPoint[]> =>
  tx.query<CountedPoint>(COUNTED, [complex, main])

export type PremisesFacts = {
  premisesId: PremisesId
  name: string
  areaDm2: number | null
  parts: number | null
}

export const premisesFacts = (
  tx: Tx,
  complex: ComplexId,
  rule: number,
  premises: readonly PremisesId[],
): Promise<PremisesFacts[]> =>
  tx.query<PremisesFacts>(
    `select p.premises_id as "premisesId", concat_ws(' ', b.name, p.no, p.name) as name,
       p.area_dm2 as "areaDm2", s.parts
     from premises p
     join building b on b.complex_id = p.complex_id and b.building_id = p.building_id
     left join sharing_part s on s.complex_id = p.complex_id and s.premises_id = p.premises_id
       and s.rule_id = $2
     where p.complex_id = $1 and p.premises_id = any ($3) order by p.premises_id`,
    [complex, rule, premises],
  )

/** The premises behind a rule's main point, with what they could be shared by. */
export const premisesBehind = async (
  tx: Tx,
  complex: ComplexId,
  { ruleId, mainPointId }: { ruleId: number; mainPointId: PointId },
): Promise<PremisesFacts[]> => {
  const points = await countedPoints(tx, complex, mainPointId)
  const ids = new Set(points.flatMap(({ premisesId }) => premisesId ?? []))
  return premisesFacts(tx, complex, ruleId, [...ids])
}

export type Span = { from: Instant; to: Instant }
export type Held = Span & { accountId: AccountId }

/** Who had each point within the span, in order. */
export const holdersOf = (
  tx: Tx,
  complex: ComplexId,
  points: readonly PointId[],
  span: Span,
): Promise<(Held & { pointId: PointId })[]> =>
  tx.query<Held & { pointId: PointId }>(
    `select point_id as "pointId", account_id as "accountId",
       greatest(since, $3::timestamptz) as "from",
       least(coalesce(until, $4::timestamptz), $4::timestamptz) as "to"
     from supply
     where complex_id = $1 and point_id = any ($2) and since < $4 and (until is null or until > $3)
     order by point_id, since`,
    [complex, points, sqlTime(span.from), sqlTime(span.to)],
  )

const isInstalled = async (tx: Tx, complex: ComplexId, point: PointId, span: Span) => {
  const rows = await tx.query(
    `select from installation where complex_id = $1 and point_id = $2 and since < $4
       and (until is null or until > $3) limit 1`,
    [complex, point, sqlTime(span.from), sqlTime(span.to)],
  )
  return rows.length > 0
}

export type Counted = { usedWh: number; exact: boolean }

/** A reading further from a boundary than this does not tell what was counted up to it. */
const NEAR_MS = 86_400_000

const isNear = ({ parts }: Usage): boolean =>
  parts.every(
    ({ start, end, from, to }) =>
      Math.abs(start.at - from) <= NEAR_MS && Math.abs(end.at - to) <= NEAR_MS,
  )

/** What a point counted; nothing where no meter hung there; null: not known. */
export const countedIn = async (
  tx: Tx,
  complex: ComplexId,
  point: PointId,
  span: Span,
): Promise<Counted | null> => {
  if (!(await isInstalled(tx, complex, point, span))) return { usedWh: 0, exact: true }
  const usage = await pointUsageBetween(tx, complex, point, span.from, span.to)
  return usage && isNear(usage) ? { usedWh: usage.usedWh, exact: usage.exact } : null
}

/** The span cut into who had the point and when nobody had it (null). */
export const cutByHolder = (
  span: Span,
  held: readonly Held[],
): (Span & { accountId: AccountId | null })[] => {
  const parts: (Span & { accountId: AccountId | null })[] = []
  let at = span.from
  for (const { accountId, from, to } of held) {
    if (from > at) parts.push({ from: at, to: from, accountId: null })
    parts.push({ from: instant(Math.max(from, at)), to, accountId })
    at = to
  }
  if (at < span.to) parts.push({ from: at, to: span.to, accountId: null })
  return parts
}
