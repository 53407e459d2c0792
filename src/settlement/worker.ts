// The settlement worker 结算服务: every few minutes the days that are due, and as often as it is
// asked for whatever has to be priced again.

import { chargeDueDays } from './charge-days.ts'
import { chargeWallets } from './charge-wallets.ts'
import type { SettlementDeps } from './deps.ts'
import { rerateDue } from './rerate.ts'

const CHARGE_EVERY_MS = 5 * 60_000
const RERATE_EVERY_MS = 5_000

const repeating = (
  deps: SettlementDeps,
  { everyMs, what, pass }: { everyMs: number; what: string; pass: () => Promise<unknown> },
  signal: AbortSignal,
): Promise<void> => {
  const run = async () => {
    while (!signal.aborted) {
      await pass().catch((error: unknown) => deps.log.error(what, { error: String(error) }))
      await deps.clock.sleep(everyMs, signal)
    }
  }
  return run()
}

export const startSettlement = (deps: SettlementDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { signal } = stopping
  const charging = {
    everyMs: CHARGE_EVERY_MS,
    what: 'the daily charge could not start',
    pass: async () => {
      await chargeDueDays(deps)
      await chargeWallets(deps)
    },
  }
  const rerating = {
    everyMs: RERATE_EVERY_MS,
    what: 'nothing could be priced again',
    pass: async () => {
      while (!signal.aborted && (await rerateDue(deps)) > 0);
    },
  }
  const running = [repeating(deps, charging, signal), repeating(deps, rerating, signal)]
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
