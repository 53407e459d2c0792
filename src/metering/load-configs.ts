// Gateways with everything on them, and where collection stands 装载采集配置: what a collector needs of
// gateways it takes, or whose registers have changed.

import type { Tx } from '../ports/database.ts'
import type { GatewayId, MeterId } from '../shared/ids.ts'
import { type GatewayConfig, gatewayConfigs } from './config-store.ts'
import type { MeterStand, Stands } from './rounds/freeze-plan.ts'
import { DEFAULT_INTERVALS } from './rounds/poll-plan.ts'
import { meterStands } from './rounds/stand-store.ts'

export type Configured = { configs: readonly GatewayConfig[]; stands: Stands }

/** What ten thousand rows leave behind would stay in the size of the process. */
const LOAD_AT_ONCE = 32

const longestSlotMs = (configs: readonly GatewayConfig[]): number => {
  const slots = configs
    .flatMap(({ buses }) => buses)
    .flatMap(({ devices }) => devices)
    .map(({ intervals }) => intervals.energyMs)
  return slots.reduce((longest, slot) => Math.max(longest, slot), DEFAULT_INTERVALS.energyMs)
}

export const loadConfigs = async (tx: Tx, ids: readonly GatewayId[]): Promise<Configured> => {
  const configs: GatewayConfig[] = []
  const stands = new Map<MeterId, MeterStand>()
  for (let at = 0; at < ids.length; at += LOAD_AT_ONCE) {
    const part = ids.slice(at, at + LOAD_AT_ONCE)
    const loaded = await gatewayConfigs(tx, part)
    configs.push(...loaded)
    const stored = await meterStands(tx, part, longestSlotMs(loaded))
    for (const [meter, stand] of stored) stands.set(meter, stand)
  }
  return { configs, stands }
}
