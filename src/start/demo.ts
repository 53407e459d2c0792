// The demonstration 演示: the simulator as its own process, the registers of its complex, and its
// accounts, opened over the wire.

import type { OpeningDeps } from '../accounts/open.ts'
import { type Simulator, startSimulator } from '../adapters/simulator.ts'
import type { Config } from '../config.ts'
import { DEMO_COMPLEX } from '../demo/complex.ts'
import { allowLoad, seedAccounts, seedRegisters } from '../demo/seed.ts'
import type { Log } from '../ports/log.ts'
import type { OperatorId } from '../shared/ids.ts'

export type Demo = {
  simulator: Simulator
  /** Opens what is not open yet; each opening is named, so a start cut short goes on. */
  openAccounts(operator: OperatorId): Promise<void>
  stop(): Promise<void>
}

export type DemoDeps = OpeningDeps & {
  log: Log
  config: Pick<Config, 'dataDir' | 'simLoad'>
  databaseId: string
}

export const startDemo = async (deps: DemoDeps): Promise<Demo> => {
  const { config, databaseId, log } = deps
  const simulator = await startSimulator({
    dataDir: config.dataDir,
    databaseId,
    load: config.simLoad,
  })
  log.info('the simulated complex runs', {
    control: simulator.control,
    meters: DEMO_COMPLEX.meters.length,
  })
  const complexId = await seedRegisters(deps, DEMO_COMPLEX, simulator.gateways)
  await allowLoad(deps.db, complexId, config.simLoad)
  return {
    simulator,
    openAccounts: async (operator) => {
      const scope = { complexes: [complexId], operator, from: 'demo' }
      const accounts = await seedAccounts(deps, scope, complexId, DEMO_COMPLEX)
      log.info('demo accounts are open', { accounts })
    },
    stop: () => simulator.stop(),
  }
}
