// Setting the price cap 价格上限设定, under audit. What was allowed before stays written.

import type { NewPriceCap, PriceCap, PriceCaps } from '../http/contract/price-cap.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { monthOf } from '../settlement/month.ts'
import type { ChargedComplex } from '../settlement/store.ts'
import { must } from '../shared/assert.ts'
import { businessDay, day, rfc3339 } from '../shared/clock.ts'
import { refuseIf } from '../shared/refusal.ts'
import { type CapRow, capIn, insertCap, listCaps } from './cap-store.ts'
import { ceilingOf, lossesSum, priceE8Of } from './ceiling.ts'

const CAPS_SHOWN = 120

export const capShown = (row: CapRow, zone: string): PriceCap => ({
  ...row,
  since: row.since.slice(0, 7),
  ceilingE8: priceE8Of(ceilingOf(row.basis, row.marginE6)),
  savedAt: rfc3339(row.savedAt, zone),
})

export const capsOf = async (tx: Tx, complex: ChargedComplex): Promise<PriceCaps> => {
  const { complexId, zone, dayCutMinutes } = complex
  const now = await capIn(tx, complexId, monthOf(businessDay(tx.now, zone, dayCutMinutes)))
  const rows = await listCaps(tx, complexId, CAPS_SHOWN)
  return {
    current: now && capShown(now, zone),
    items: rows.map((row) => capShown(row, zone)),
  }
}

/** Refuses: invalid_input where tenants, common use and loss are not what was bought. */
export const saveCap = async (
  tx: Tx,
  ids: Ids,
  complex: ChargedComplex,
  asked: Omit<NewPriceCap, 'complexId'>,
): Promise<PriceCap> => {
  const { complexId, zone } = complex
  const wrong = !lossesSum(asked.basis)
  refuseIf(wrong, 'invalid_input', { where: 'body', field: 'basis.losses', rule: 'sum' })
  const since = day(`${asked.since}-01`)
  const before = await capIn(tx, complexId, since)
  const capId = await insertCap(tx, complexId, { ...asked, since, note: asked.note ?? '' })
  await audit(tx, ids, {
    ...{ complexId, action: 'priceCap.save', subject: `price-cap/${capId}` },
    before: before && capShown(before, zone),
    after: asked,
  })
  const saved = must(await capIn(tx, complexId, since), 'what was saved last holds')
  return capShown(saved, zone)
}
