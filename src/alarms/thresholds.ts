// Overload thresholds 过载阈值: shown with the level they come from; set for a complex, plans,
// buildings or single supplies, by selection or from a sheet. All or nothing.

import type {
  SaveThresholds,
  ThresholdSheet,
  ThresholdSheetAnswer,
  Thresholds,
} from '../http/contract/alarms.ts'
import { audit } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { rfc3339 } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import {
  insertThresholds,
  type MeterNamed,
  missingIds,
  suppliesByMeterNo,
  supplyThresholds,
  type ThresholdQuery,
  thresholdLevels,
} from './thresholds-store.ts'

/** `next`: the supply after which there are more. */
type ThresholdPage = Omit<Thresholds, 'nextCursor'> & { next: number | null }

export const thresholdsShown = async (
  tx: Tx,
  query: ThresholdQuery,
  zone: string,
): Promise<ThresholdPage> => {
  const rows = await supplyThresholds(tx, query)
  const levels = await thresholdLevels(tx, query.complexId)
  const items = rows.slice(0, query.limit)
  const last = items.at(-1)
  return {
    items,
    next: rows.length > query.limit && last ? last.supplyId : null,
    levels: levels.map(({ savedAt, ...one }) => ({ ...one, savedAt: rfc3339(savedAt, zone) })),
  }
}

/** Refuses: invalid_input (ids), not_found. */
export const saveThresholds = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { level, ids: wanted, value, reason }: Omit<SaveThresholds, 'complexId'>,
): Promise<void> => {
  const fits = (level === 'complex') === (wanted.length === 0)
  refuseIf(!fits, 'invalid_input', { where: 'body', field: 'ids', rule: 'level' })
  if (level !== 'complex') {
    const [missing] = await missingIds(tx, complexId, level, wanted)
    if (missing !== undefined) throw new Refusal('not_found', { level, id: missing })
  }
  const levelIds = level === 'complex' ? [0] : wanted
  const rows = levelIds.map((levelId) => ({ levelId, value }))
  const changed = await insertThresholds(tx, complexId, level, rows, reason)
  if (changed === 0) return
  const subject = level === 'complex' ? `complex/${complexId}` : `${level}/${wanted.length}`
  await audit(tx, ids, {
    ...{ complexId, action: 'alarmThreshold.save', subject },
    after: { level, ids: wanted, value, reason },
  })
}

type Bad = ThresholdSheetAnswer['bad'][number]

const codeOf = (
  row: ThresholdSheet['rows'][number],
  named: MeterNamed | undefined,
  isTwice: boolean,
): Bad['code'] | null => {
  if (!named) return 'unknown'
  if (named.supplyId === null) return 'noSupply'
  if (isTwice) return 'twice'
  return (row.powerW === null) === (row.delayS === null) ? null : 'half'
}

/** One bad row and nothing is written. */
export const thresholdSheet = async (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  { rows, reason, dryRun }: Omit<ThresholdSheet, 'complexId'>,
): Promise<ThresholdSheetAnswer> => {
  const numbers = rows.map(({ meterNo }) => meterNo)
  const found = new Map(
    (await suppliesByMeterNo(tx, complexId, numbers)).map((one) => [one.meterNo, one]),
  )
  const seen = new Set<string>()
  const bad = rows.flatMap((row, n): Bad[] => {
    const { meterNo } = row
    const code = codeOf(row, found.get(meterNo), seen.has(meterNo))
    seen.add(meterNo)
    return code === null ? [] : [{ row: n + 1, meterNo, code }]
  })
  if (bad.length > 0 || dryRun) return { dryRun, applied: false, changed: 0, bad }
  const wanted = rows.map(({ meterNo, powerW, delayS }) => ({
    levelId: found.get(meterNo)?.supplyId ?? 0,
    value: powerW === null || delayS === null ? null : { powerW, delayS },
  }))
  const changed = await insertThresholds(tx, complexId, 'supply', wanted, reason)
  if (changed > 0)
    await audit(tx, ids, {
      ...{ complexId, action: 'alarmThreshold.sheet', subject: `supply/${changed}` },
      after: { rows: wanted, reason },
    })
  return { dryRun, applied: true, changed, bad }
}
