// Arming and sending 预发与发送: the number is durable before the first byte that carries it, and each
// send is counted before it is made (INV-12, INV-13).

import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Action } from './machine.ts'
import { addSteps, type Job, type Step, writeArmed, writeNoted } from './store.ts'

type Arm = Extract<Action, { do: 'arm' }>

/** Gives the purchase its number, for ever. The caller has checked the state under lock. */
export const arm = async (
  tx: Tx,
  ids: Ids,
  job: Job,
  action: Arm,
  steps: readonly Step[],
): Promise<void> => {
  await writeArmed(tx, job, action)
  const facts = { n: action.n, countBefore: action.before.count }
  await addSteps(tx, ids, job, [...steps, { at: tx.now, kind: 'armed', facts }])
}

/** Counts a send that is about to be made. */
export const note = async (
  tx: Tx,
  ids: Ids,
  job: Job,
  sent: { n: number; sends: number },
  steps: readonly Step[],
): Promise<void> => {
  await writeNoted(tx, job)
  const facts = { ...sent, amountFen: job.purchase.amountFen }
  await addSteps(tx, ids, job, [...steps, { at: tx.now, kind: 'sent', facts }])
}
