// One round of one command 命令执行, whoever asks for it: its work row, or the line that its batch is
// sent over.

import { systemScope } from '../ports/database.ts'
import { decideRest } from './batches.ts'
import { isOpen } from './command.ts'
import { jobOf } from './job-store.ts'
import { ENDED, type RoundEnd, type RunnerDeps } from './round.ts'
import { runnerOf } from './runners.ts'
import type { CommandKey } from './store.ts'

/** `round`: how often it has been looked at; later rounds are further apart. */
export const runCommand = async (
  deps: RunnerDeps,
  key: CommandKey,
  round: number,
): Promise<RoundEnd> => {
  const job = await deps.db.as(systemScope('control', [key.complexId]), (tx) => jobOf(tx, key))
  if (!job || !isOpen(job.state)) return ENDED
  const run = runnerOf(job.kind)
  const end = run ? await run(deps, job, round) : ENDED
  if (end.round === 'ended' && job.goesFirst) await decideRest(deps, job.complexId, job.batchId)
  return end
}
