// Making and changing a complex 综合体 and the parameters that its forms begin with 默认参数. Its days
// are cut by zone and day cut, so both stay once there are accounts or books.

import { SUGGESTED, writeApprovalSettings } from '../approvals/settings-store.ts'
import type { ComplexChange, ComplexDefaults, NewComplex } from '../http/contract/registers.ts'
import { MONEY_SETTING_FEN_MAX } from '../metering/setting-names.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { isZone } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import {
  type ComplexRow,
  complexById,
  createComplex,
  isComplexCodeTaken,
  planExists,
  updateComplex,
} from './complex-store.ts'
import { refuseStale } from './refuse-stale.ts'

export const STANDARD_DEFAULTS: ComplexDefaults = {
  planId: null,
  alarm1Fen: 5_000,
  alarm2Fen: 2_000,
  overdraftFen: 0,
  // What a prepaid meter can hold.
  hoardingFen: MONEY_SETTING_FEN_MAX,
}

const MIDNIGHT = 0
const HOME_ZONE = 'Asia/Shanghai'

const refuse = (field: string, rule: string): never => {
  throw new Refusal('invalid_input', { where: 'body', field, rule })
}

const refuseZone = (zone: string): void => {
  if (!isZone(zone)) refuse('zone', 'unknown')
}

/**
 * For somebody who sees every complex, or he would not see what he made. Refuses:
 * beyond_own_rights, already_exists (code), invalid_input (zone).
 */
export const makeComplex = async (
  tx: Tx,
  { ids }: { ids: Ids },
  { code, name, nameEn = '', zone = HOME_ZONE, dayCutMinutes = MIDNIGHT }: NewComplex,
): Promise<ComplexId> => {
  refuseIf(tx.scope.complexes !== 'all', 'beyond_own_rights')
  refuseZone(zone)
  refuseIf(await isComplexCodeTaken(tx, code), 'already_exists', { field: 'code' })
  const row = { code, name, nameEn, zone, dayCutMinutes }
  const complexId = await createComplex(tx, row)
  await writeApprovalSettings(tx, complexId, SUGGESTED)
  const subject = `complex/${complexId}`
  await audit(tx, ids, { complexId, action: 'complex.create', subject, after: row })
  return complexId
}

const refuseDefaults = async (
  tx: Tx,
  complexId: ComplexId,
  { planId, alarm1Fen, alarm2Fen, overdraftFen, hoardingFen }: ComplexDefaults,
): Promise<void> => {
  const most = MONEY_SETTING_FEN_MAX
  if (alarm2Fen < 0) refuse('defaults.alarm2Fen', 'minimum')
  if (alarm1Fen > most) refuse('defaults.alarm1Fen', 'maximum')
  refuseIf(alarm1Fen <= alarm2Fen, 'alarm_amounts_crossed', { field: 'defaults.alarm1Fen' })
  if (overdraftFen < 0) refuse('defaults.overdraftFen', 'minimum')
  if (overdraftFen > most) refuse('defaults.overdraftFen', 'maximum')
  if (hoardingFen < 1) refuse('defaults.hoardingFen', 'minimum')
  if (hoardingFen > most) refuse('defaults.hoardingFen', 'maximum')
  if (planId !== null && !(await planExists(tx, complexId, planId)))
    refuse('defaults.planId', 'unknown')
}

const refuseOtherDays = (inUse: boolean, before: ComplexRow, after: ComplexRow): void => {
  for (const field of ['zone', 'dayCutMinutes'] as const)
    refuseIf(inUse && after[field] !== before[field], 'complex_in_use', { field })
}

/**
 * Refuses: not_found, changed_meanwhile, complex_in_use, alarm_amounts_crossed, invalid_input with
 * the field.
 */
export const changeComplex = async (
  tx: Tx,
  { ids }: { ids: Ids },
  complex: number,
  { seen, ...change }: ComplexChange,
): Promise<void> => {
  const found = await complexById(tx, complex, { lock: true })
  if (!found) throw new Refusal('not_found', { complexId: complex })
  const { complexId, code: _code, inUse, defaults, ...row } = found
  const before = { ...row, defaults: defaults ?? STANDARD_DEFAULTS }
  refuseStale(before, seen)
  const after = { ...before, ...change }
  refuseZone(after.zone)
  refuseOtherDays(inUse, before, after)
  if (change.defaults) await refuseDefaults(tx, complexId, change.defaults)
  await updateComplex(tx, complexId, after)
  const subject = `complex/${complexId}`
  await audit(tx, ids, { complexId, action: 'complex.edit', subject, before, after })
}
