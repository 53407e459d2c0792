// A shift 班次 from its float to the hand-over: opened, counted blind, closed. The count and what the
// books expected of it are written once; afterwards no money moves in the drawer.

import { contentHash } from '../ledger/chain.ts'
import { chart } from '../ledger/chart.ts'
import { shiftCloseLines } from '../ledger/entries/shift-close.ts'
import { shiftFloatLines } from '../ledger/entries/shift-float.ts'
import { fen } from '../ledger/money.ts'
import { post } from '../ledger/post.ts'
import { postingDay } from '../ledger/posting-day.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId, OperatorId, Uuid } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import {
  drawerFen,
  insertShift,
  lockShift,
  type Pieces,
  type ShiftRow,
  writeClose,
  writeCount,
} from './store.ts'

export type ShiftDeps = { db: Db; ids: Ids }
export type ShiftKey = { complexId: ComplexId; shiftId: Uuid }

const postLines = async (
  tx: Tx,
  ids: Ids,
  shift: ShiftKey,
  about: { kind: 'shift-float' | 'shift-close'; reason?: string },
  lines: ReturnType<typeof shiftCloseLines>,
): Promise<Uuid | null> => {
  if (lines.length === 0) return null
  const postingId = ids.uuid()
  await post(tx, {
    complexId: shift.complexId,
    postingId,
    requestId: `${about.kind}/${shift.shiftId}`,
    kind: about.kind,
    businessDate: await postingDay(tx, shift.complexId, tx.now),
    reason: about.reason ?? '',
    contentHash: contentHash({ shift: shift.shiftId, lines }),
    lines,
  })
  return postingId
}

export type OpenShift = { complexId: ComplexId; floatFen: number; requestId: string }

const openIn = async (tx: Tx, { ids }: ShiftDeps, cmd: OpenShift): Promise<ShiftKey> => {
  const operatorId: OperatorId = must(tx.scope.operator, 'a shift is opened by a person')
  const { complexId, floatFen } = cmd
  const shift = { complexId, shiftId: ids.uuid() }
  const lines = floatFen === 0 ? [] : shiftFloatLines(shift.shiftId, fen(floatFen))
  const floatPostingId = await postLines(tx, ids, shift, { kind: 'shift-float' }, lines)
  const opened = await insertShift(tx, { ...shift, operatorId, floatFen, floatPostingId })
  refuseIf(!opened, 'shift_open_already')
  await audit(tx, ids, {
    complexId,
    action: 'shift.open',
    subject: `shift/${shift.shiftId}`,
    after: { operatorId, floatFen },
  })
  return shift
}

/** Opens the caller's shift with a float. Refuses: shift_open_already, request_id_reused. */
export const openShift = (deps: ShiftDeps, scope: Scope, cmd: OpenShift): Promise<ShiftKey> => {
  const { complexId, requestId, floatFen } = cmd
  return once(
    deps.db,
    scope,
    { complexId, requestId, operation: 'shift.open', content: { floatFen } },
    (tx) => openIn(tx, deps, cmd),
  )
}

export type CountShift = ShiftKey & {
  requestId: string
  countedFen: number
  perDenomination: readonly Pieces[]
}

const counted = (pieces: readonly Pieces[]): number =>
  pieces.reduce((sum, each) => sum + each.faceFen * each.pieces, 0)

const countIn = async (tx: Tx, { ids }: ShiftDeps, cmd: CountShift): Promise<ShiftKey> => {
  const { complexId, shiftId, countedFen, perDenomination } = cmd
  const shift = await lockShift(tx, complexId, shiftId)
  refuseIf(shift.closedAt !== null, 'shift_closed')
  // The first count stands: the answer shows what was expected, so a second would not be blind.
  refuseIf(shift.countedAt !== null, 'shift_counted', { shiftId })
  const differs = perDenomination.length > 0 && counted(perDenomination) !== countedFen
  refuseIf(differs, 'count_not_sum', { countedFen, piecesFen: counted(perDenomination) })
  const expectedFen = await drawerFen(tx, complexId, chart.cash(shiftId))
  await writeCount(tx, shift, { expectedFen, countedFen, perDenomination })
  await audit(tx, ids, {
    complexId,
    action: 'shift.count',
    subject: `shift/${shiftId}`,
    after: { expectedFen, countedFen },
  })
  return { complexId, shiftId }
}

/**
 * Counts a drawer, once. Refuses: shift_closed, shift_counted, count_not_sum, request_id_reused.
 */
export const countShift = (deps: ShiftDeps, scope: Scope, cmd: CountShift): Promise<ShiftKey> => {
  const { complexId, requestId, ...content } = cmd
  return once(deps.db, scope, { complexId, requestId, operation: 'shift.count', content }, (tx) =>
    countIn(tx, deps, cmd),
  )
}

export type CloseShift = ShiftKey & {
  requestId: string
  reasonCode: string | null
  note: string
}

const differenceOf = (shift: ShiftRow) => ({
  expectedFen: fen(must(shift.expectedFen, 'a counted shift knows what was expected')),
  countedFen: fen(must(shift.countedFen, 'a counted shift knows what was counted')),
})

const closeIn = async (tx: Tx, { ids }: ShiftDeps, cmd: CloseShift): Promise<ShiftKey> => {
  const { complexId, shiftId, reasonCode, note } = cmd
  const shift = await lockShift(tx, complexId, shiftId)
  refuseIf(shift.closedAt !== null, 'shift_closed')
  refuseIf(shift.countedAt === null, 'shift_not_counted')
  const drawer = differenceOf(shift)
  const differenceFen = drawer.countedFen - drawer.expectedFen
  const unexplained = reasonCode === null || (reasonCode === 'other' && note.trim() === '')
  refuseIf(differenceFen !== 0 && unexplained, 'difference_needs_reason', { differenceFen })
  const reason = [reasonCode, note].filter(Boolean).join(': ')
  const lines = shiftCloseLines(shiftId, drawer)
  const postingId = await postLines(tx, ids, shift, { kind: 'shift-close', reason }, lines)
  const handedInFen = drawer.countedFen
  await writeClose(tx, shift, { handedInFen, reasonCode, note, postingId })
  await audit(tx, ids, {
    complexId,
    action: 'shift.close',
    subject: `shift/${shiftId}`,
    after: { ...drawer, differenceFen, reasonCode, note },
  })
  return { complexId, shiftId }
}

/**
 * Hands a counted drawer over to the safe. Refuses: shift_closed, shift_not_counted,
 * difference_needs_reason, request_id_reused.
 */
export const closeShift = (deps: ShiftDeps, scope: Scope, cmd: CloseShift): Promise<ShiftKey> => {
  const { complexId, requestId, ...content } = cmd
  return once(deps.db, scope, { complexId, requestId, operation: 'shift.close', content }, (tx) =>
    closeIn(tx, deps, cmd),
  )
}
