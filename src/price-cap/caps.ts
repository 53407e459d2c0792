// Setting the price cap 价格上限设定, under audit. What was allowed before stays written.

import { type Agreement, agreeOn, needWhere, type Wanted } from '../approvals/require.ts'
import { approvalSettings } from '../approvals/settings-store.ts'
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

const wantedFor = (
  asked: Omit<NewPriceCap, 'complexId' | 'approvalId'>,
  before: CapRow | null,
  isSet: boolean,
): Wanted => {
  const { since, basis, marginE6, serviceFee, act } = asked
  const was = before && priceE8Of(ceilingOf(before.basis, before.marginE6))
  const is = priceE8Of(ceilingOf(basis, marginE6))
  return {
    operation: 'priceCap.save',
    need: needWhere(isSet, 'priceCap'),
    content: { since, basis, marginE6, serviceFee, act, before: before?.capId },
    summary: {},
    changes: [
      { field: 'ceilingE8', as: 'priceE8', before: was, after: is },
      { field: 'capAct', as: 'words', before: before?.act ?? null, after: act },
      { field: 'sinceMonth', as: 'text', before: before?.since.slice(0, 7) ?? null, after: since },
    ],
  }
}

/**
 * Refuses: approval_required, approval_not_valid; invalid_input where tenants, common use and loss
 * are not what was bought.
 */
export const saveCap = async (
  tx: Tx,
  ids: Ids,
  complex: ChargedComplex,
  asked: Omit<NewPriceCap, 'complexId' | 'approvalId'>,
  agreement: Agreement = {},
): Promise<PriceCap> => {
  const { complexId, zone } = complex
  const wrong = !lossesSum(asked.basis)
  refuseIf(wrong, 'invalid_input', { where: 'body', field: 'basis.losses', rule: 'sum' })
  const since = day(`${asked.since}-01`)
  const before = await capIn(tx, complexId, since)
  const { approved } = await agreeOn(
    tx,
    ids,
    complexId,
    wantedFor(asked, before, (await approvalSettings(tx, complexId)).priceCap),
    agreement,
  )
  const capId = await insertCap(tx, complexId, { ...asked, since, note: asked.note ?? '' })
  await audit(tx, ids, {
    ...{ complexId, action: 'priceCap.save', subject: `price-cap/${capId}` },
    before: before && capShown(before, zone),
    after: { ...asked, approvedBy: approved?.by },
  })
  const saved = must(await capIn(tx, complexId, since), 'what was saved last holds')
  return capShown(saved, zone)
}
