// The definition of a simulated complex 定义: the demo's shape, or a small JSON file of the same
// shape in which everything but a meter's address and gateway may be left out.

import { readFileSync } from 'node:fs'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { LOAD_KINDS, MODEL_IDS, type ModelId } from '../src/demo/complex.ts'
import type { MeterIdentity } from './meter/site.ts'
import { deviceModelOf } from './modbus/models.ts'

const Fen = Type.Integer()
const oneOf = <T extends string>(words: readonly T[]) => Type.Enum([...words])

export const PROTOCOLS = ['dlt645', 'dlt645-1997', 'modbus'] as const
export const PARITIES = ['even', 'none', 'odd'] as const

const Baud = Type.Integer({ minimum: 300 })
const Ordinal = Type.Integer({ minimum: 1, maximum: 16 })
const Channel = Type.Integer({ minimum: 1, maximum: 36 })

const SimMeter = Type.Object({
  address: Type.String({ pattern: '^[0-9]{12}$' }),
  gateway: Type.String({ minLength: 1 }),
  bus: Type.Optional(Ordinal),
  /** On a Modbus bus: the unit address of the device the meter is part of. */
  device: Type.Optional(Type.String({ pattern: '^[0-9]+$' })),
  /** Of a multi-circuit device: the circuits this user holds; one, or three for three phases. */
  channels: Type.Optional(Type.Array(Channel, { minItems: 1 })),
  /** A main meter: counts what all others of its gateway count, and two per cent of losses. */
  main: Type.Optional(Type.Boolean()),
  ct: Type.Optional(Type.Integer({ minimum: 1 })),
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
  overloadTrips: Type.Optional(Type.Boolean()),
  publicKey: Type.Optional(Type.Boolean()),
  walletInit: Type.Optional(Type.Boolean()),
  refundCounts: Type.Optional(Type.Boolean()),
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
      /** The short form: one DL/T 645 bus at this speed. */
      baud: Type.Optional(Baud),
      buses: Type.Optional(
        Type.Array(
          Type.Object({
            ordinal: Ordinal,
            baud: Type.Optional(Baud),
            parity: Type.Optional(oneOf(PARITIES)),
            protocol: Type.Optional(oneOf(PROTOCOLS)),
          }),
          { minItems: 1 },
        ),
      ),
    }),
  ),
  meters: Type.Array(SimMeter),
})

export type SimMeter = Static<typeof SimMeter>
export type SimDefinition = Static<typeof SimDefinition>
export type SimGateway = SimDefinition['gateways'][number]
export type SimBus = {
  ordinal: number
  baud: number
  parity: (typeof PARITIES)[number]
  protocol: (typeof PROTOCOLS)[number]
}

const BAUD = 9_600

export const isModbus = ({ protocol }: Pick<SimBus, 'protocol'>): boolean => protocol === 'modbus'

/** The buses of a gateway with everything that may be left out. */
export const busesOf = ({ baud = BAUD, buses }: SimGateway): SimBus[] =>
  (buses ?? [{ ordinal: 1 }]).map((bus) => {
    const protocol = bus.protocol ?? 'dlt645'
    const parity = bus.parity ?? (isModbus({ protocol }) ? 'none' : 'even')
    return { ordinal: bus.ordinal, baud: bus.baud ?? baud, parity, protocol }
  })

export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
}

const UNIT = /^([1-9][0-9]?|1[0-9]{2}|2[0-3][0-9]|24[0-7])$/

const refused = (address: string, why: string) => new DefinitionError(`meter ${address}: ${why}`)

/** On which bus a meter hangs, and that it speaks what is spoken there. */
const checkPlace = (meter: SimMeter, gateway: SimGateway): void => {
  const { address, bus: ordinal = 1, device, channels = [1] } = meter
  const bus = busesOf(gateway).find((one) => one.ordinal === ordinal)
  if (bus === undefined) throw refused(address, `no bus ${ordinal} on gateway ${gateway.code}`)
  const model = deviceModelOf(modelOf(meter))
  if (isModbus(bus) !== (model !== null)) {
    throw refused(address, `${modelOf(meter)} does not speak ${bus.protocol}`)
  }
  if (model === null) {
    if (device !== undefined) throw refused(address, 'it has its own address on the bus')
    return
  }
  if (device === undefined || !UNIT.test(device))
    throw refused(address, 'a Modbus device has an address from 1 to 247')
  if (channels.some((channel) => channel > model.circuits)) {
    throw refused(address, `the device has ${model.circuits} circuits`)
  }
}

/** Two meters of one device are of one model and share no circuit. */
const checkDevices = (meters: readonly SimMeter[]): void => {
  const models = new Map<string, string>()
  const taken = new Map<string, string>()
  for (const meter of meters) {
    const { address, gateway, bus = 1, device, channels = [1] } = meter
    if (device === undefined) continue
    const place = `${gateway}/${bus}/${device}`
    const model = models.get(place) ?? modelOf(meter)
    if (model !== modelOf(meter)) throw refused(address, `device ${place} is of model ${model}`)
    models.set(place, model)
    for (const channel of channels) {
      const other = taken.get(`${place}/${channel}`)
      if (other !== undefined) throw refused(address, `circuit ${channel} is that of ${other}`)
      taken.set(`${place}/${channel}`, address)
    }
  }
}

/** Checks what came from outside; throws DefinitionError naming the first fault. */
export const parseDefinition = (raw: unknown): SimDefinition => {
  if (!Value.Check(SimDefinition, raw)) {
    const [first] = Value.Errors(SimDefinition, raw)
    throw new DefinitionError(`definition: ${first?.instancePath} ${first?.message}`)
  }
  const gateways = new Map(raw.gateways.map((gateway) => [gateway.code, gateway]))
  const seen = new Set<string>()
  for (const meter of raw.meters) {
    const { address } = meter
    const gateway = gateways.get(meter.gateway)
    if (gateway === undefined) throw refused(address, `no gateway ${meter.gateway}`)
    if (seen.has(address)) throw new DefinitionError(`meter ${address} is defined twice`)
    seen.add(address)
    checkPlace(meter, gateway)
  }
  checkDevices(raw.meters)
  return raw
}

export const readDefinition = (path: string): SimDefinition =>
  parseDefinition(JSON.parse(readFileSync(path, 'utf8')))

const MAC_FAILURES_MAX = 200
const MODEL = 'dlt645-prepaid-1p'

export const modelOf = ({ model = MODEL }: Pick<SimMeter, 'model'>): ModelId => model

export const identityOf = (meter: SimMeter): MeterIdentity => ({
  address: meter.address,
  meterNo: meter.meterNo ?? meter.address,
  model: modelOf(meter),
  load: meter.load ?? 'office',
  ratedW: meter.ratedW ?? 3_000,
  initialWh: meter.initialWh ?? 0,
  priceE4: meter.priceE4 ?? 10_000,
  alarm1Fen: meter.alarm1Fen ?? 5_000,
  alarm2Fen: meter.alarm2Fen ?? 2_000,
  hoardingLimitFen: meter.hoardingLimitFen ?? 0,
  overdraftLimitFen: meter.overdraftLimitFen ?? 0,
  permit: meter.permit ?? 'closes',
  overloadTrips: meter.overloadTrips ?? false,
  publicKey: meter.publicKey ?? false,
  walletInit: meter.walletInit ?? true,
  refundCounts: meter.refundCounts ?? false,
  macFailuresMax: meter.macFailuresMax ?? MAC_FAILURES_MAX,
  clockPpm: meter.clockPpm ?? 0,
  ct: meter.ct ?? 1,
  found: meter.found ?? null,
})
