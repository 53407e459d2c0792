// The definition of a simulated complex 定义: the demo's shape, or a small JSON file of the same
// shape in which everything but a meter's address and gateway may be left out.

import { readFileSync } from 'node:fs'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { LOAD_KINDS, MODEL_IDS } from '../src/demo/complex.ts'
import type { MeterIdentity } from './meter/site.ts'

const Fen = Type.Integer()
const oneOf = <T extends string>(words: readonly T[]) => Type.Enum([...words])

const SimMeter = Type.Object({
  address: Type.String({ pattern: '^[0-9]{12}$' }),
  gateway: Type.String({ minLength: 1 }),
  model: Type.Optional(oneOf(MODEL_IDS)),
  load: Type.Optional(oneOf(LOAD_KINDS)),
  ratedW: Type.Optional(Type.Integer({ minimum: 0 })),
  alarm1Fen: Type.Optional(Fen),
  alarm2Fen: Type.Optional(Fen),
  dead: Type.Optional(Type.Boolean()),
  initialWh: Type.Optional(Type.Integer({ minimum: 0 })),
  priceE4: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Known to the simulator only. */
  meterNo: Type.Optional(Type.String({ pattern: '^[0-9]{12}$' })),
  hoardingLimitFen: Type.Optional(Fen),
  overdraftLimitFen: Type.Optional(Fen),
  permit: Type.Optional(oneOf(['closes', 'button'] as const)),
  publicKey: Type.Optional(Type.Boolean()),
  walletInit: Type.Optional(Type.Boolean()),
  macFailuresMax: Type.Optional(Type.Integer({ minimum: 1 })),
  clockPpm: Type.Optional(Type.Integer({ minimum: -100_000, maximum: 100_000 })),
  reactionMs: Type.Optional(Type.Integer({ minimum: 0 })),
  preamble: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })),
  found: Type.Optional(
    Type.Object({
      customerNo: Type.String({ pattern: '^[0-9]{12}$' }),
      purchaseCount: Type.Integer({ minimum: 0 }),
      balanceFen: Fen,
    }),
  ),
})

const SimDefinition = Type.Object({
  utcOffsetMinutes: Type.Optional(Type.Integer()),
  gateways: Type.Array(
    Type.Object({
      code: Type.String({ minLength: 1 }),
      baud: Type.Optional(Type.Integer({ minimum: 300 })),
    }),
  ),
  meters: Type.Array(SimMeter),
})

export type SimMeter = Static<typeof SimMeter>
export type SimDefinition = Static<typeof SimDefinition>

export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
}

/** Checks what came from outside; throws DefinitionError naming the first fault. */
export const parseDefinition = (raw: unknown): SimDefinition => {
  if (!Value.Check(SimDefinition, raw)) {
    const [first] = Value.Errors(SimDefinition, raw)
    throw new DefinitionError(`definition: ${first?.instancePath} ${first?.message}`)
  }
  const codes = new Set(raw.gateways.map(({ code }) => code))
  const seen = new Set<string>()
  for (const { address, gateway } of raw.meters) {
    if (!codes.has(gateway)) throw new DefinitionError(`meter ${address}: no gateway ${gateway}`)
    if (seen.has(address)) throw new DefinitionError(`meter ${address} is defined twice`)
    seen.add(address)
  }
  return raw
}

export const readDefinition = (path: string): SimDefinition =>
  parseDefinition(JSON.parse(readFileSync(path, 'utf8')))

const MAC_FAILURES_MAX = 200

export const identityOf = (meter: SimMeter): MeterIdentity => ({
  address: meter.address,
  meterNo: meter.meterNo ?? meter.address,
  model: meter.model ?? 'dlt645-prepaid-1p',
  load: meter.load ?? 'office',
  ratedW: meter.ratedW ?? 3_000,
  initialWh: meter.initialWh ?? 0,
  priceE4: meter.priceE4 ?? 10_000,
  alarm1Fen: meter.alarm1Fen ?? 5_000,
  alarm2Fen: meter.alarm2Fen ?? 2_000,
  hoardingLimitFen: meter.hoardingLimitFen ?? 0,
  overdraftLimitFen: meter.overdraftLimitFen ?? 0,
  permit: meter.permit ?? 'closes',
  publicKey: meter.publicKey ?? false,
  walletInit: meter.walletInit ?? true,
  macFailuresMax: meter.macFailuresMax ?? MAC_FAILURES_MAX,
  clockPpm: meter.clockPpm ?? 0,
  found: meter.found ?? null,
})
