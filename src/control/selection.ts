// Select before operate 选择后执行: what was shown to an operator is what he confirms. The token is
// for him alone, for these meters and this order, once, within a minute (INV-24).

import type { CommandRequest, CommandUnit, Selection } from '../http/contract/commands.ts'
import { contentHash } from '../ledger/chain.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs, rfc3339 } from '../shared/clock.ts'
import type { ComplexId, MeterId, Uuid } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { CommandKind } from './kinds.ts'
import type { Observed, Sight } from './observe.ts'
import { insertSelection, lockSelection, markUsed, type SeenMeter } from './selection-store.ts'

const LIFE_MS = 60_000
/** So many that changed are named; the count tells of all. */
const NAMED_MAX = 20

/** What must come again word for word. */
export type AskedWords = {
  kind: CommandKind
  meterIds?: readonly MeterId[] | undefined
  unit?: CommandUnit | undefined
  params: CommandRequest['params']
}

/** Questions change nothing: they need no token. */
export const needsSelection = (kind: CommandKind): boolean => kind !== 'read'

// A set is a set, in whatever order its meters are named. The reason changes nothing in a meter: it
// may still be written while what would happen is shown already.
const hashOf = ({ kind, meterIds, unit, params: { reason: _, ...params } }: AskedWords): Buffer =>
  contentHash({
    kind,
    meterIds: meterIds ? [...new Set(meterIds)].sort((a, b) => a - b) : null,
    unit: unit ?? null,
    params,
  })

const seenOf = ({ meterId, shown, observed }: Sight): SeenMeter => ({
  meterId,
  no: shown.meterNo,
  place: `${shown.premises} ${shown.premisesName}`.trim(),
  seen: observed,
})

type Place = { complexId: ComplexId; zone: string }

export const select = async (
  tx: Tx,
  ids: Ids,
  { complexId, zone }: Place,
  asked: AskedWords,
  sights: readonly Sight[],
): Promise<Pick<Selection, 'token' | 'expiresAt' | 'lifeSeconds' | 'meters'>> => {
  const selectionId = ids.uuid()
  const expiresAt = plusMs(tx.now, LIFE_MS)
  await insertSelection(tx, {
    ...{ complexId, selectionId, kind: asked.kind, askedHash: hashOf(asked), expiresAt },
    observed: sights.map(seenOf),
  })
  return {
    token: selectionId,
    expiresAt: rfc3339(expiresAt, zone),
    lifeSeconds: LIFE_MS / 1_000,
    meters: sights.map(({ shown }) => shown),
  }
}

type Change = { meter: SeenMeter; what: string[] }

const namesOf = (meters: readonly SeenMeter[]): string =>
  meters
    .slice(0, NAMED_MAX)
    .map(({ no, place }) => (place === '' ? no : `${place} (${no})`))
    .join('; ')

/** The names of what is not as it was. */
const differing = (before: Observed, now: Observed): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(now[name] ?? null),
  )

const changesOf = (seen: readonly SeenMeter[], sights: readonly Sight[]): Change[] => {
  const now = new Map(sights.map((sight) => [sight.meterId, sight.observed]))
  return seen.flatMap((meter) => {
    const after = now.get(meter.meterId)
    const what = after ? differing(meter.seen, after) : []
    return what.length > 0 ? [{ meter, what }] : []
  })
}

/**
 * Uses the token up, in the transaction that writes the commands. Refuses: selection_required,
 * selection_not_valid (somebody else's, used, another order), selection_expired,
 * selection_set_changed (a meter came to the unit or left it, or can't take the command any more),
 * selection_state_changed (which meters, and what of them).
 */
export const spendSelection = async (
  tx: Tx,
  complexId: ComplexId,
  token: Uuid | null,
  asked: AskedWords,
  sights: readonly Sight[],
  batchId: Uuid,
): Promise<void> => {
  if (token === null) throw new Refusal('selection_required')
  const found = await lockSelection(tx, complexId, token)
  if (!found?.own) throw new Refusal('selection_not_valid', { why: 'unknown' })
  refuseIf(found.usedAt !== null, 'selection_not_valid', { why: 'used' })
  refuseIf(!found.askedHash.equals(hashOf(asked)), 'selection_not_valid', { why: 'otherOrder' })
  refuseIf(tx.now >= found.expiresAt, 'selection_expired')
  const before = new Set(found.observed.map(({ meterId }) => meterId))
  const now = new Set(sights.map(({ meterId }) => meterId))
  const came = [...now].filter((meterId) => !before.has(meterId))
  const left = found.observed.filter(({ meterId }) => !now.has(meterId))
  refuseIf(came.length + left.length > 0, 'selection_set_changed', {
    came: came.length,
    left: left.length,
    meters: namesOf(left),
  })
  const changes = changesOf(found.observed, sights)
  refuseIf(changes.length > 0, 'selection_state_changed', {
    count: changes.length,
    meters: namesOf(changes.map(({ meter }) => meter)),
    what: [...new Set(changes.flatMap(({ what }) => what))].join(' '),
  })
  await markUsed(tx, complexId, token, batchId)
}
