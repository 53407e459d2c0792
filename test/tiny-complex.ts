// A small complex on a fresh database for tests: a gateway, meters, a plan, a clerk, no accounts.

import type { OpeningDeps } from '../src/accounts/open.ts'
import { systemIds, systemRng } from '../src/adapters/system.ts'
import { type ComplexDefinition, DEMO_COMPLEX } from '../src/demo/complex.ts'
import { seedRegisters } from '../src/demo/seed.ts'
import { seededMeters } from '../src/demo/seed-store.ts'
import type { ModelCapabilities } from '../src/metering/driver.ts'
import type { Db, Scope } from '../src/ports/database.ts'
import { systemScope } from '../src/ports/database.ts'
import { fixedMasters } from '../src/secrets/masters.ts'
import { createVault } from '../src/secrets/vault.ts'
import { must } from '../src/shared/assert.ts'
import type { ComplexId, MeterId, OperatorId, PlanId } from '../src/shared/ids.ts'

export const SOUND_METER: ModelCapabilities = {
  replayGuard: 'counter',
  reduce: 'refund',
  countModulus: 2 ** 32,
  purchaseRecord: true,
  prepaid: true,
  freezes: { interval: 254, daily: 62, monthly: 12 },
  clock: { read: true, write: true, broadcast: true },
  relay: { trip: true, permitClose: true, directClose: true, keepPower: true },
  moneyStepFen: 1,
}

export type TinyComplex = {
  complexId: ComplexId
  planId: PlanId
  meters: { meterId: MeterId; address: string }[]
  definition: ComplexDefinition
  clerk: Scope
  deps: OpeningDeps
}

/** The demo's definition cut down to `meters` prepaid meters, all on its first gateway. */
export const tinyDefinition = (meters: number): ComplexDefinition => {
  const first = must(DEMO_COMPLEX.gateways[0], 'the demo has gateways')
  return {
    ...DEMO_COMPLEX,
    gateways: [first],
    meters: DEMO_COMPLEX.meters
      .filter((m) => !m.centre && !m.main)
      .slice(0, meters)
      .map((m) => ({ ...m, gateway: first.code })),
  }
}

export const clerkOn = (db: Db, complexId: ComplexId, name: string): Promise<Scope> =>
  db.as(systemScope('test'), async (tx) => {
    await tx.query(
      `insert into role (code, name, name_en, permissions) values ('test', '测试', 'Test',
         '{approval.decide}')
       on conflict (code) do nothing`,
    )
    const rows = await tx.query<{ id: OperatorId }>(
      `insert into operator (username, name, password_hash, role_id)
       select $1, $1, 'x', role_id from role where code = 'test' returning operator_id as id`,
      [name],
    )
    const operator = must(rows[0], 'the clerk was written').id
    return { complexes: [complexId], operator, from: 'test' }
  })

export const tinyComplex = async (
  db: Db,
  options: { meters?: number; definition?: ComplexDefinition; gatewayPort?: number } = {},
): Promise<TinyComplex> => {
  const definition = options.definition ?? tinyDefinition(options.meters ?? 3)
  const deps: OpeningDeps = {
    db,
    ids: systemIds,
    capabilitiesOf: (model) => (model.startsWith('dlt645-prepaid') ? SOUND_METER : null),
    vault: createVault(fixedMasters(Buffer.alloc(32, 7)), systemRng),
  }
  const gateways = definition.gateways.map((g) => ({
    code: g.code,
    host: '127.0.0.1',
    port: options.gatewayPort ?? 1,
  }))
  const complexId = await seedRegisters(deps, definition, gateways)
  const seeded = await db.as(systemScope('test'), (tx) => seededMeters(tx, complexId))
  const planId = must(seeded[0], 'the demo has meters').planId
  const clerk = await clerkOn(db, complexId, `clerk-${complexId}`)
  const meters = seeded.map(({ meterId, address }) => ({ meterId, address }))
  return { complexId, planId, meters, definition, clerk, deps }
}
