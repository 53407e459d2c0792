// A multiplier of the past 追溯倍率: from a moment of an installation on the registers are
// multiplied otherwise. Before that moment the installation stays as it was; one register runs on
// through both.

import type { Static } from 'typebox'
import type { MultiplierChange } from '../http/contract/rerate.ts'
import { effectiveAt } from '../plans/effective.ts'
import { monthOf } from '../settlement/month.ts'
import { reachedFrom } from '../settlement/rerate-store.ts'
import { businessDay, instant, rfc3339 } from '../shared/clock.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { Lay } from './laid.ts'
import { hungThere, splitInstallation, suppliesThere } from './multiplier-store.ts'

const factor = (multiplier: number, side: string, zh: boolean): string =>
  `×${multiplier}${side === 'primary' ? (zh ? '（一次侧示数）' : ' (shown by the registers)') : ''}`

export const layMultiplier: Lay<Static<typeof MultiplierChange>> = async (
  tx,
  complex,
  { change },
) => {
  const { complexId, zone, dayCutMinutes } = complex
  const { installationId, multiplier, side } = change
  const hung = await hungThere(tx, complexId, installationId)
  if (!hung) throw new Refusal('not_found', { installationId })
  const asked = effectiveAt(change.effectiveFrom, complex)
  const since = instant(Math.max(asked, hung.since))
  const over = since >= tx.now || (hung.until !== null && since >= hung.until)
  refuseIf(over, 'rerate_not_past')
  const same = hung.multiplier === multiplier && hung.side === side
  refuseIf(same, 'invalid_input', { where: 'body', field: 'multiplier', rule: 'same' })
  await splitInstallation(tx, complexId, { ...hung, installationId }, { since, multiplier, side })
  const month = monthOf(businessDay(since, zone, dayCutMinutes))
  const supplies = await suppliesThere(tx, complexId, hung.pointId, since)
  const from = rfc3339(since, zone).slice(0, 16).replace('T', ' ')
  const changed = (zh: boolean) =>
    `${factor(hung.multiplier, hung.side, zh)} → ${factor(multiplier, side, zh)}`
  return {
    title: {
      zh: `电表 ${hung.meterNo} 倍率 ${changed(true)}，自 ${from} 起`,
      en: `Meter ${hung.meterNo} ${changed(false)} from ${from} on`,
    },
    reached: supplies.length === 0 ? [] : await reachedFrom(tx, complexId, supplies, month),
    from: month,
    cap: null,
  }
}
