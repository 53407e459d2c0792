// Buses and buildings out of their stretches 线路归并, PURE: what is silent itself, and what can't be
// heard behind a gateway that is offline.

import type { Instant } from '../shared/clock.ts'
import type { BuildingId, BusId, GatewayId } from '../shared/ids.ts'
import type { Stretch } from './line-facts-store.ts'
import type { BuildingFacts, BusFacts, GatewayFacts } from './rule.ts'

const later = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || (b !== null && b > a) ? b : a

const gatewayOf = (all: ReadonlyMap<GatewayId, GatewayFacts>, id: GatewayId) => {
  const { online = null, since = null } = all.get(id) ?? {}
  return online === null || since === null ? null : { online, since }
}

export const busesOf = (
  parts: readonly Stretch[],
  gateways: ReadonlyMap<GatewayId, GatewayFacts>,
): BusFacts[] => {
  const buses = new Map<BusId, BusFacts>()
  for (const { busId, gatewayId, meters, silent, silentSince } of parts) {
    const one = buses.get(busId) ?? {
      ...{ busId, gatewayId, gateway: gatewayOf(gateways, gatewayId) },
      ...{ meters: 0, silent: 0, since: null },
    }
    buses.set(busId, {
      ...one,
      ...{ meters: one.meters + meters, silent: one.silent + silent },
      since: later(one.since, silentSince),
    })
  }
  return [...buses.values()]
}

type Building = BuildingFacts & { dead: Set<string> }

/** A meter in no building counts for none. */
export const buildingsOf = (
  parts: readonly Stretch[],
  gateways: ReadonlyMap<GatewayId, GatewayFacts>,
): BuildingFacts[] => {
  const buildings = new Map<BuildingId, Building>()
  for (const { buildingId, busId, gatewayId, meters, silent, silentSince } of parts) {
    if (buildingId === null) continue
    const one = buildings.get(buildingId) ?? {
      ...{ buildingId, meters: 0, silent: 0, since: null, deadLines: 0 },
      dead: new Set<string>(),
    }
    const gateway = gatewayOf(gateways, gatewayId)
    const isOff = gateway?.online === false
    if (isOff) one.dead.add(`gateway/${gatewayId}`)
    else if (silent === meters) one.dead.add(`bus/${busId}`)
    buildings.set(buildingId, {
      ...one,
      ...{ meters: one.meters + meters, silent: one.silent + (isOff ? meters : silent) },
      since: later(one.since, isOff ? gateway.since : silentSince),
    })
  }
  return [...buildings.values()].map(({ dead, ...one }) => ({ ...one, deadLines: dead.size }))
}
