// A driver that reports every reading it brings home, whoever asked for it: what a delivery read
// back is on the screens as soon as it is known.

import type { Clock } from '../ports/clock.ts'
import type { GatewayId } from '../shared/ids.ts'
import type { FaultReason, MeterDriver, Outcome } from './driver.ts'
import type { PollResult } from './poll-result.ts'

export type Report = (result: PollResult) => void

/** These say nothing about the meter: the question never reached it. */
const NEVER_ASKED: readonly FaultReason[] = ['deadline-passed', 'stopped']

export const reportingDriver = (
  driver: MeterDriver,
  { clock, report }: { clock: Clock; report: Report },
  { gatewayId, onDemand }: { gatewayId: GatewayId; onDemand: boolean },
): MeterDriver => {
  const about = () => ({ meterId: driver.meterId, gatewayId, at: clock.now(), onDemand })
  const told = async <T>(
    reading: Promise<Outcome<T>>,
    tell: (outcome: Outcome<T>) => void,
  ): Promise<Outcome<T>> => {
    const outcome = await reading
    if (outcome.ok || !NEVER_ASKED.includes(outcome.reason)) tell(outcome)
    return outcome
  }
  return {
    ...driver,
    readWallet: (priority) =>
      told(driver.readWallet(priority), (outcome) =>
        report({ ...about(), kind: 'wallet', outcome }),
      ),
    readStatus: (priority) =>
      told(driver.readStatus(priority), (outcome) =>
        report({ ...about(), kind: 'status', outcome }),
      ),
    readEnergy: (priority) =>
      told(driver.readEnergy(priority), (outcome) =>
        report({ ...about(), kind: 'energy', outcome }),
      ),
    readRelay: (priority) =>
      told(driver.readRelay(priority), (outcome) => report({ ...about(), kind: 'relay', outcome })),
    readClock: (priority) =>
      told(driver.readClock(priority), (outcome) => report({ ...about(), kind: 'clock', outcome })),
  }
}
