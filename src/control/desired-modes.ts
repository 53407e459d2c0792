// Desired modes taken back 恢复原控制方式: a command that ended before anything was sent leaves its point
// as it was.

import { auditAll } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { ComplexId, Uuid } from '../shared/ids.ts'
import type { CommandKey } from './store.ts'
import { type Former, restoreDesiredModes } from './target-store.ts'

export const restoreModes = async (
  tx: Tx,
  ids: Ids,
  { complexId, commands, to }: { complexId: ComplexId; commands: readonly Uuid[]; to: Former },
): Promise<void> => {
  const restored = await restoreDesiredModes(tx, complexId, commands, to)
  await auditAll(
    tx,
    ids,
    restored.map(({ pointId, commandId }) => ({
      complexId,
      action: 'control.restoreMode',
      subject: `point/${pointId}`,
      after: { command: commandId },
    })),
  )
}

/** Commands that ended before anything was sent leave their points as they were. */
export const undoDesiredModes = (
  tx: Tx,
  ids: Ids,
  complexId: ComplexId,
  commands: readonly Uuid[],
): Promise<void> => restoreModes(tx, ids, { complexId, commands, to: 'was' })

/** As `undoDesiredModes`, of one. */
export const undoDesiredMode = (tx: Tx, ids: Ids, key: CommandKey): Promise<void> =>
  undoDesiredModes(tx, ids, key.complexId, [key.commandId])
