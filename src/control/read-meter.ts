// Reading a meter on demand 立即抄表: nothing is changed, so it is simply tried until its deadline.

import type { Job } from './job-store.ts'
import {
  again,
  endAtDeadline,
  endCommand,
  type RoundEnd,
  type RunnerDeps,
  scopeOfJob,
  timeText,
} from './round.ts'
import { moveCommand } from './store.ts'

export const runRead = async (deps: RunnerDeps, job: Job, round: number): Promise<RoundEnd> => {
  if (deps.clock.now() > job.deadline) {
    const reason = job.state === 'queued' ? 'deadlinePassed' : 'noAnswer'
    return endAtDeadline(deps, job, 'otherwise', { reason })
  }
  const driver = deps.drivers.of(job.meterId)
  if (!driver) return again(deps, job, round, 'no collector serves this meter')
  await deps.db.as(scopeOfJob(job), (tx) => moveCommand(tx, job, 'send'))
  const status = await driver.readStatus('onDemand')
  if (!status.ok) return again(deps, job, round, `${status.reason}: ${status.detail}`)
  const energy = await driver.readEnergy('onDemand')
  if (!energy.ok) return again(deps, job, round, `${energy.reason}: ${energy.detail}`)
  const { at, relay, kept, money, powerW } = status.value
  return endCommand(deps, job, 'confirm', {
    at: timeText(job, at),
    relay,
    kept,
    opened: money?.opened ?? null,
    balanceFen: money?.balanceFen ?? null,
    count: money?.count ?? null,
    customerNo: money?.customerNo ?? null,
    powerW,
    energyWh: energy.value.energyWh,
    energyAt: timeText(job, energy.value.at),
  })
}
