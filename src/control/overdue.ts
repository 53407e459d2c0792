// Commands that nobody could carry out 过期命令: a gateway without a master, a process that died.
// Each ends within a stated time (INV-32): unsent ones expire, the others are held as unknown.

import { type Db, systemScope } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { plusMs } from '../shared/clock.ts'
import { endingAtDeadline, isOpen } from './command.ts'
import { undoDesiredMode } from './desired-modes.ts'
import { moveCommand, overdueCommands } from './store.ts'

/** The worker's own last look comes first. */
const QUEUED_GRACE_MS = 10_000
const SENT_GRACE_MS = 90_000
const BATCH = 100

/** Returns how many commands were ended. */
export const endOverdueCommands = (deps: { db: Db; ids: Ids }): Promise<number> =>
  deps.db.as(systemScope('control'), async (tx) => {
    const before = {
      queued: plusMs(tx.now, -QUEUED_GRACE_MS),
      sent: plusMs(tx.now, -SENT_GRACE_MS),
    }
    const overdue = await overdueCommands(tx, before, BATCH)
    for (const command of overdue) {
      if (!isOpen(command.state)) continue
      // A question changes nothing in the meter, so nobody need look at one that was not answered.
      const isQuestion = command.kind === 'read'
      const event = endingAtDeadline(command.state, isQuestion ? 'otherwise' : 'unknown')
      const reason = event === 'hold' ? 'outcomeUnknown' : 'deadlinePassed'
      await moveCommand(tx, command, event, { reason })
      if (event === 'expire') await undoDesiredMode(tx, deps.ids, command)
    }
    return overdue.length
  })
