// Fills an empty database with the demonstration complex 演示数据. The accounts are opened as a clerk
// would open them, so their first money travels over the wire like any other.

import { type OpeningDeps, openAccount } from '../accounts/open.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import { createComplex } from '../registers/complex-store.ts'
import { meterKeyPlace } from '../secrets/places.ts'
import { must } from '../shared/assert.ts'
import type { ComplexId, PremisesId } from '../shared/ids.ts'
import type { ComplexDefinition, LoadKind, MeterDefinition, PointKind } from './complex.ts'
import {
  demoSeeded,
  feedPoints,
  insertBuilding,
  insertBus,
  insertDevice,
  insertFlatPlan,
  insertGateway,
  insertMeter,
  insertMeterKey,
  insertPremises,
  insertSharingRule,
  moveGateway,
  type SeededMeter,
  seededMeters,
} from './seed-store.ts'

const DEMO_CODE = 'demo'
/** A large demonstration's code tells how many meters it was made with. */
const codeOf = (size: number | null): string => (size === null ? DEMO_CODE : `${DEMO_CODE}-${size}`)

/** How large the demonstration was made; undefined before it was. */
export const demoSize = (db: Db): Promise<number | null | undefined> =>
  db.as(systemScope('demo'), async (tx) => {
    const code = (await demoSeeded(tx, DEMO_CODE))?.code
    if (code === undefined) return undefined
    return code === DEMO_CODE ? null : Number(code.slice(DEMO_CODE.length + 1))
  })

/** The public demonstration key: real meters have keys of their own. */
const DEMO_KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex')
const E4_TO_E8 = 10_000
const DM2_PER_M2 = 100

export type GatewayAddress = { code: string; host: string; port: number }

const gatewayAt = (gateways: readonly GatewayAddress[], code: string): GatewayAddress =>
  must(
    gateways.find((gateway) => gateway.code === code),
    `the simulator serves gateway ${code}`,
  )

const seedPlaces = async (tx: Tx, complex: ComplexId, definition: ComplexDefinition) => {
  const buildings = new Map<string, Awaited<ReturnType<typeof insertBuilding>>>()
  for (const [ordinal, b] of definition.buildings.entries())
    buildings.set(b.code, await insertBuilding(tx, complex, { ...b, ordinal }))
  const premises = new Map<string, PremisesId>()
  for (const m of definition.meters) {
    if (premises.has(m.premises)) continue
    const buildingId = must(buildings.get(m.building), `building ${m.building}`)
    const { floor, premises: no, name, nameEn } = m
    const areaDm2 = m.areaM2 * DM2_PER_M2
    premises.set(
      m.premises,
      await insertPremises(tx, complex, { buildingId, floor, no, name, nameEn, areaDm2 }),
    )
  }
  return premises
}

const busKey = (gateway: string, ordinal: number): string => `${gateway}/${ordinal}`

const seedBuses = async (
  tx: Tx,
  complex: ComplexId,
  definition: ComplexDefinition,
  gateways: readonly GatewayAddress[],
) => {
  const buses = new Map<string, Awaited<ReturnType<typeof insertBus>>>()
  for (const g of definition.gateways) {
    const gatewayId = await insertGateway(tx, complex, { ...g, ...gatewayAt(gateways, g.code) })
    for (const { ordinal, ...settings } of g.buses) {
      const busId = await insertBus(tx, complex, { gatewayId, ordinal, settings })
      buses.set(busKey(g.code, ordinal), busId)
    }
  }
  return buses
}

const KIND_NAMES: Readonly<Record<PointKind, string>> = {
  lighting: '照明',
  aircon: '空调',
  power: '动力',
  public: '公共用电',
}
const LOAD_NAMES: Readonly<Partial<Record<LoadKind, string>>> = {
  'cold-room': '冷库',
  'public-stairs': '楼梯照明',
  lift: '电梯',
  pump: '水泵',
}

const pointNameOf = ({ main, load, point }: MeterDefinition): string =>
  main ? '总表' : (LOAD_NAMES[load] ?? KIND_NAMES[point])

/** Only a meter with a wallet has a key of its own. */
const keepsWallet = ({ centre, main }: MeterDefinition): boolean => !centre && !main

const seedMeters = async (
  tx: Tx,
  deps: OpeningDeps,
  complexId: ComplexId,
  definition: ComplexDefinition,
  gateways: readonly GatewayAddress[],
): Promise<void> => {
  const premises = await seedPlaces(tx, complexId, definition)
  const buses = await seedBuses(tx, complexId, definition, gateways)
  const devices = new Map<string, number>()
  const sealer = await deps.vault.sealer(tx, complexId)
  for (const m of definition.meters) {
    const bus = busKey(m.gateway, m.bus)
    const address = m.device ?? m.address
    const busId = must(buses.get(bus), `bus ${bus}`)
    const key = `${bus}/${address}`
    const deviceId =
      devices.get(key) ?? (await insertDevice(tx, complexId, { busId, address, model: m.model }))
    devices.set(key, deviceId)
    const meterId = await insertMeter(tx, complexId, {
      deviceId,
      premisesId: must(premises.get(m.premises), `premises ${m.premises}`),
      no: m.address,
      channels: m.channels,
      kind: m.point,
      pointName: pointNameOf(m),
      feeder: `${m.building}-${m.point}`,
      protected: m.protected,
      ct: m.ct,
      initialWh: m.initialWh,
    })
    if (!keepsWallet(m)) continue
    const sealed = sealer.seal(meterKeyPlace(complexId, meterId, 1), DEMO_KEY)
    await insertMeterKey(tx, { complexId, meterId, version: 1, sealed })
  }
  for (const main of definition.meters.filter((m) => m.main)) {
    const fed = definition.meters.filter((m) => !m.main && m.building === main.building)
    const numbers = fed.map(({ address }) => address)
    await feedPoints(tx, complexId, { main: main.address, fed: numbers })
    const rule = definition.sharing.find(({ building }) => building === main.building)
    const priceE8 = main.priceE4 * E4_TO_E8
    if (rule) await insertSharingRule(tx, complexId, { ...rule, main: main.address, priceE8 })
  }
}

/** Creates the registers once; later starts only follow the simulator's ports. */
export const seedRegisters = (
  deps: OpeningDeps,
  definition: ComplexDefinition,
  gateways: readonly GatewayAddress[],
  size: number | null = null,
): Promise<ComplexId> =>
  deps.db.as(systemScope('demo'), async (tx) => {
    const existing = (await demoSeeded(tx, DEMO_CODE))?.complexId
    if (existing !== undefined) {
      for (const gateway of gateways) await moveGateway(tx, existing, gateway)
      return existing
    }
    const complex = await createComplex(tx, {
      code: codeOf(size),
      name: definition.name,
      nameEn: definition.nameEn,
      zone: 'Asia/Shanghai',
      dayCutMinutes: 0,
    })
    const priceE8 = must(definition.meters[0], 'the demo has meters').priceE4 * E4_TO_E8
    await insertFlatPlan(tx, complex, { name: '商业单一电价', nameEn: 'Shops, flat', priceE8 })
    await seedMeters(tx, deps, complex, definition, gateways)
    return complex
  })

const accountsOf = (definition: ComplexDefinition): MeterDefinition[][] => {
  const groups = new Map<string, MeterDefinition[]>()
  for (const m of definition.meters.filter((meter) => meter.opened)) {
    const key = `${m.tenant}/${m.premises}`
    groups.set(key, [...(groups.get(key) ?? []), m])
  }
  return [...groups.values()]
}

const phoneOf = (index: number): string => `1380000${(1000 + index).toString()}`

const openOne = (
  deps: OpeningDeps,
  scope: Scope,
  complexId: ComplexId,
  meters: readonly MeterDefinition[],
  seeded: ReadonlyMap<string, SeededMeter>,
  index: number,
) => {
  const first = must(meters[0], 'an account has a meter')
  return openAccount(deps, scope, {
    requestId: `demo/open/${first.address}`,
    complexId,
    tenant: { name: first.tenant, phone: phoneOf(index) },
    method: 'cash',
    mode: first.centre ? 'centre' : 'meter',
    meters: meters.map((m) => {
      const { meterId, planId } = must(seeded.get(m.address), `meter ${m.address}`)
      const { alarm1Fen, alarm2Fen, openingFen } = m
      return { meterId, planId, alarm1Fen, alarm2Fen, firstPurchaseFen: openingFen }
    }),
  })
}

/**
 * Opens the demo's accounts until it is told to stop, and says how many are open. Each opening is
 * named, so that the next start goes on where this one was cut short.
 */
export const seedAccounts = async (
  deps: OpeningDeps,
  scope: Scope,
  complexId: ComplexId,
  definition: ComplexDefinition,
  isStopping: () => boolean = () => false,
): Promise<number> => {
  const rows = await deps.db.as(scope, (tx) => seededMeters(tx, complexId))
  const seeded = new Map(rows.map((row) => [row.address, row]))
  const accounts = accountsOf(definition)
  for (const [index, meters] of accounts.entries()) {
    if (isStopping()) return index
    await openOne(deps, scope, complexId, meters, seeded, index)
  }
  return accounts.length
}

/** Direct meters of three phases carry this, W. */
const DIRECT_MAX_W = 69_000
const INTEGER_MAX = 2_147_483_647

/** Simulated shops that draw many times their rating are not to be taken for faulty meters. */
export const allowLoad = async (db: Db, complex: ComplexId, factor: number): Promise<void> => {
  if (factor <= 1) return
  const maxPowerW = Math.min(INTEGER_MAX, DIRECT_MAX_W * factor)
  await db.as(systemScope('demo', [complex]), (tx) =>
    tx.query(
      `update installation set max_power_w = $2
       where complex_id = $1 and until is null and coalesce(max_power_w, 0) < $2`,
      [complex, maxPowerW],
    ),
  )
}
