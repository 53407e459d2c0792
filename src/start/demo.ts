// The demonstration 演示: the simulator as its own process, the registers of its complex, and its
// accounts, opened over the wire.

import type { OpeningDeps } from '../accounts/open.ts'
import { ownerQuery } from '../adapters/owner-query.ts'
import { type Simulator, startSimulator } from '../adapters/simulator.ts'
import { refuseStart } from '../adapters/start-refusal.ts'
import type { Config } from '../config.ts'
import { demoComplex } from '../demo/large-complex.ts'
import { allowLoad, demoSize, seedAccounts, seedRegisters } from '../demo/seed.ts'
import type { Log } from '../ports/log.ts'
import type { OperatorId } from '../shared/ids.ts'

export type Demo = {
  simulator: Simulator
  /** Opens what is not open yet, until told to stop; the next start goes on from there. */
  openAccounts(operator: OperatorId, stopping: AbortSignal): Promise<void>
  stop(): Promise<void>
}

export type DemoDeps = OpeningDeps & {
  log: Log
  config: Pick<Config, 'dataDir' | 'simLoad' | 'simMeters'>
  databaseId: string
  ownerUrl: string
}

/** As large as it was first made: meters that were sold to are not taken off the wall. */
const sizeOf = async ({ db, config }: DemoDeps): Promise<number | null> => {
  const made = await demoSize(db)
  const wanted = config.simMeters
  if (made === undefined) return wanted
  if (wanted !== null && wanted !== made)
    refuseStart('demo_of_other_size', { wanted, made: demoComplex(made).meters.length })
  return made
}

export const startDemo = async (deps: DemoDeps): Promise<Demo> => {
  const { config, databaseId, log } = deps
  const size = await sizeOf(deps)
  const definition = demoComplex(size)
  const simulator = await startSimulator({
    dataDir: config.dataDir,
    databaseId,
    load: config.simLoad,
    args: size === null ? [] : ['--meters', `${size}`],
  })
  log.info('the simulated complex runs', {
    control: simulator.control,
    meters: definition.meters.length,
  })
  const complexId = await seedRegisters(deps, definition, simulator.gateways, size)
  // Many rows at once: statements are planned before the server counts them by itself.
  if (size !== null) await ownerQuery(deps.ownerUrl)('analyze')
  await allowLoad(deps.db, complexId, config.simLoad)
  return {
    simulator,
    openAccounts: async (operator, stopping) => {
      const scope = { complexes: [complexId], operator, from: 'demo' }
      const isStopping = () => stopping.aborted
      const accounts = await seedAccounts(deps, scope, complexId, definition, isStopping)
      log.info('demo accounts are open', { accounts, stopping: isStopping() })
    },
    stop: () => simulator.stop(),
  }
}
