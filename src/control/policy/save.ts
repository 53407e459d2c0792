// Setting the power policy 供电策略设定, of a complex or of one supply, under audit and with a reason.

import type {
  NewPowerPolicy,
  NewSupplyPolicy,
  NoTrip,
  PowerPolicy,
} from '../../http/contract/policy.ts'
import { audit } from '../../operators/audit-log.ts'
import type { Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import { rfc3339 } from '../../shared/clock.ts'
import { type ComplexId, type SupplyId, supplyId } from '../../shared/ids.ts'
import { Refusal, refuseIf } from '../../shared/refusal.ts'
import { complexPolicy, type DaySpan, sameSettings } from './settings.ts'
import {
  insertPolicy,
  policyOfComplex,
  savedComplexPolicy,
  supplyOverrides,
} from './settings-store.ts'
import { type Span, windowAt } from './windows.ts'
import { placeOf } from './world.ts'

export const areSpans = (spans: readonly DaySpan[]): boolean =>
  spans
    .toSorted((a, b) => a.from - b.from)
    .every(({ from, to }, index, all) => from < to && from >= (all[index - 1]?.to ?? 0))

const refuseSpans = (week: readonly (readonly DaySpan[])[], field: string): void =>
  refuseIf(!week.every(areSpans), 'invalid_input', { where: 'body', field, rule: 'spans' })

/** Refuses: invalid_input where spans of a day overlap or end before they begin. */
export const checkNoTrip = (noTrip: NoTrip | undefined): void => {
  if (noTrip) refuseSpans(noTrip.week, 'settings.noTrip.week')
}

/** Refuses: as `checkNoTrip`, of the hours of a timed circuit. */
export const checkHours = (
  week: readonly (readonly DaySpan[])[],
  holiday: readonly DaySpan[] | null,
): void => {
  refuseSpans(week, 'week')
  refuseSpans(holiday === null ? [] : [holiday], 'holiday')
}

const lockPolicy = async (tx: Tx, complex: ComplexId): Promise<void> => {
  await tx.query('select from complex where complex_id = $1 for no key update', [complex])
}

export const policyShown = async (tx: Tx, complexId: ComplexId): Promise<PowerPolicy> => {
  const saved = await savedComplexPolicy(tx, complexId)
  const settings = complexPolicy(saved?.settings ?? null)
  const place = await placeOf(tx, complexId)
  const { now, next } = windowAt(settings.noTrip, place, tx.now)
  const shown = (span: Span | null) =>
    span && { from: rfc3339(span.from, place.zone), until: rfc3339(span.until, place.zone) }
  return {
    settings,
    isSet: saved !== null,
    reason: saved?.reason ?? '',
    savedAt: saved ? rfc3339(saved.savedAt, place.zone) : null,
    savedBy: saved?.savedBy ?? null,
    window: shown(now),
    nextWindow: shown(next),
  }
}

/** Refuses: invalid_input. */
export const savePolicy = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { settings, reason }: Omit<NewPowerPolicy, 'complexId'>,
): Promise<PowerPolicy> => {
  checkNoTrip(settings.noTrip)
  await lockPolicy(tx, complexId)
  const before = await policyOfComplex(tx, complexId)
  if (!sameSettings(before, settings)) {
    await insertPolicy(tx, complexId, null, settings, reason)
    await audit(tx, ids, {
      ...{ complexId, action: 'powerPolicy.save', subject: `complex/${complexId}`, before },
      after: { ...settings, reason },
    })
  }
  return policyShown(tx, complexId)
}

const runningSupply = async (tx: Tx, complex: ComplexId, id: number): Promise<SupplyId> => {
  const rows = await tx.query<{ supplyId: SupplyId }>(
    `select supply_id as "supplyId" from supply
     where complex_id = $1 and supply_id = $2 and until is null for no key update`,
    [complex, id],
  )
  if (!rows[0]) throw new Refusal('not_found', { supplyId: id })
  return rows[0].supplyId
}

/** Refuses: not_found, invalid_input. */
export const saveSupplyPolicy = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  id: number,
  { settings, reason }: Omit<NewSupplyPolicy, 'complexId'>,
): Promise<void> => {
  checkNoTrip(settings?.noTrip)
  const supply = await runningSupply(tx, complexId, supplyId(id))
  const before = (await supplyOverrides(tx, complexId)).get(supply) ?? null
  const own = settings !== null && Object.keys(settings).length > 0 ? settings : null
  if (sameSettings(before, own)) return
  await insertPolicy(tx, complexId, supply, own, reason)
  await audit(tx, ids, {
    ...{ complexId, action: 'powerPolicy.saveSupply', subject: `supply/${supply}`, before },
    after: { settings: own, reason },
  })
}
