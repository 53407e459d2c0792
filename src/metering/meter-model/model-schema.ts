// The form of a meter model 表型格式: one schema for ours and for those that users bring, so that both
// are checked by the same rules. Numbers of registers are as sent, counted from 0.

import { type Static, type TSchema, Type } from 'typebox'

const Closed = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
const OrNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

const Text = Type.String({ minLength: 1, maxLength: 400 })
/** How far back the standard counts. */
const UpTo = (maximum: number) => Type.Integer({ minimum: 0, maximum })
const BothWords = Closed({ zh: Text, en: Text })
const Hex = Type.String({ pattern: '^[0-9A-Fa-f\\s]+$', minLength: 2, maxLength: 2_000 })
const DataId = Type.String({ pattern: '^[0-9A-F]{8}$' })
const DataId1997 = Type.String({ pattern: '^[0-9A-F]{4}$' })

/** How sure the facts are; the console shows it beside the meter. */
const Source = Closed({
  document: BothWords,
  confidence: Type.Enum(['verified', 'documented', 'unverified']),
})

/** Prices and times that the meter holds; absent where it holds none that can be written. */
const PriceTables = Closed({
  rates: Type.Integer({ minimum: 1, maximum: 63 }),
  decimals: Type.Literal(4),
  zones: Type.Integer({ minimum: 1, maximum: 14 }),
  dayTables: Type.Integer({ minimum: 1, maximum: 8 }),
  switches: Type.Integer({ minimum: 1, maximum: 14 }),
  holidays: UpTo(254),
  standby: Type.Boolean(),
  tiers: OrNull(
    Closed({
      steps: Type.Integer({ minimum: 1, maximum: 6 }),
      monthly: Type.Boolean(),
      settlementDay: Type.Optional(Type.Boolean()),
      running: DataId,
      standby: DataId,
    }),
  ),
})

const Capabilities = Closed({
  replayGuard: Type.Enum(['counter', 'order', 'absolute', 'none']),
  reduce: Type.Enum(['refund', 'reinitialise', 'none']),
  countModulus: Type.Integer({ minimum: 10_000, maximum: 2 ** 32 }),
  purchaseRecord: Type.Boolean(),
  prepaid: Type.Boolean(),
  /** A record of each refund (0334). */
  refundRecord: Type.Optional(Type.Boolean()),
  /** Alarm amounts, overdraft and hoarding limit can be written (04001001–04001004). */
  settings: Type.Optional(Type.Boolean()),
  /** Overload power and delay can be written (04090B01, 04090B02). */
  overload: Type.Optional(Type.Boolean()),
  /** It keeps a record of each opening of its covers (0330 0D, 0330 0E). */
  covers: Type.Optional(Type.Boolean()),
  freezes: Closed({ interval: UpTo(254), daily: UpTo(62), monthly: UpTo(12) }),
  clock: Closed({ read: Type.Boolean(), write: Type.Boolean(), broadcast: Type.Boolean() }),
  relay: Closed({
    trip: Type.Boolean(),
    permitClose: Type.Boolean(),
    directClose: Type.Boolean(),
    keepPower: Type.Boolean(),
  }),
  moneyStepFen: Type.Integer({ minimum: 1 }),
  priceTables: Type.Optional(PriceTables),
})

const Integers = Type.Array(Type.Integer())

/** What a frame says, in the centre's units. */
const Meaning = Closed({
  energyWh: Type.Optional(Type.Integer()),
  tariffsWh: Type.Optional(Integers),
  reverseWh: Type.Optional(Type.Integer()),
  powerW: Type.Optional(Type.Number()),
  voltagesDv: Type.Optional(Integers),
  currentsMa: Type.Optional(Integers),
  powerFactorE3: Type.Optional(Type.Integer()),
  remainingFen: Type.Optional(Type.Integer()),
  overdraftFen: Type.Optional(Type.Integer()),
  statusWord: Type.Optional(Type.Integer()),
  relay: Type.Optional(Type.Enum(['closed', 'tripped', 'closePermitted'])),
  kept: Type.Optional(Type.Boolean()),
  /** Local time as `YYYY-MM-DD hh:mm:ss`. */
  clock: Type.Optional(Text),
  /** An order is accepted. */
  accepted: Type.Optional(Type.Boolean()),
  /** The meter says no. */
  refused: Type.Optional(Type.Boolean()),
})

/** A frame as it was seen on a line, or worked out by hand; `origin` says which, and where. */
const Sample = Closed({
  origin: Text,
  /** Wake-up bytes allowed; with its check. */
  reply: Hex,
  /** Modbus: the first register that the reply holds. */
  register: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff })),
  /** Multi-circuit devices: whose values are meant, 1 where it is missing. */
  circuit: Type.Optional(Type.Integer({ minimum: 1 })),
  means: Meaning,
})

const Head = {
  id: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60 }),
  vendor: Text,
  name: BothWords,
  phases: Type.Enum([1, 3]),
  source: Source,
  capabilities: Capabilities,
  samples: Type.Array(Sample, { minItems: 1 }),
}

export const Dlt645Schema = Closed({
  ...Head,
  protocol: Type.Literal('dlt645-2007'),
  reads: Closed({
    /** The billing register: combined or forward active energy, total. */
    energy: DataId,
    /** Total and tariffs in one block; null: only the total is read. */
    tariffs: OrNull(DataId),
    reverse: OrNull(DataId),
    /** Null: the meter holds no money that we may read. */
    wallet: OrNull(
      Closed({ query: Type.Enum(['07810201', '078102FF']), overdraft: OrNull(DataId) }),
    ),
    power: Type.Boolean(),
    /** Voltages and currents of all phases in one block each (0201FF00, 0202FF00), power factor. */
    electrical: Type.Boolean(),
    /** Where monthly freezes are: settlement registers (…0001 with 00FE0001), or 0507. */
    monthly: Type.Enum(['settlement', 'freeze']),
  }),
  /** As delivered by the factory; a meter's own settings lie over it. */
  authority: Closed({
    passwordClass: Type.Integer({ minimum: 0, maximum: 0xff }),
    password: Type.String({ pattern: '^[0-9A-F]{6}$' }),
    operatorCode: Type.String({ pattern: '^[0-9A-F]{8}$' }),
  }),
  /** How long an identity authentication holds. */
  authenticationMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
  quirks: Type.Array(
    Type.Enum([
      'record-count-binary',
      'clock-in-two-reads',
      'relay-reserved-01',
      'no-opened-bit',
      'no-keep-power-bit',
      'one-byte-error',
    ]),
  ),
})

export const Dlt645OldSchema = Closed({
  ...Head,
  protocol: Type.Literal('dlt645-1997'),
  reads: Closed({
    energy: DataId1997,
    tariffs: OrNull(DataId1997),
    reverse: OrNull(DataId1997),
    /** B630, unsigned. */
    power: Type.Boolean(),
  }),
  quirks: Type.Array(Type.Enum([])),
})

/**
 * One value: where it is, how it is written, and what one count of it is (`times` ÷ `over`, 1 ÷ 1
 * where missing) in Wh, W, 0.1 V, mA or thousandths. Of circuit n it is `step` × (n − 1) registers
 * further on; a `packed` bit is n − 1 bits further on, sixteen in a register.
 */
const Item = Closed({
  register: Type.Integer({ minimum: 0, maximum: 0xffff }),
  code: Type.Enum([
    'u16',
    'i16',
    'u32',
    'i32',
    'u64',
    'f32',
    'u32-swapped',
    'i32-swapped',
    'f32-swapped',
    'high-byte',
    'low-byte',
    'u16-unaligned',
    'u32-unaligned',
    'bcd',
    'bits',
  ]),
  /** bcd: how many registers. */
  registers: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
  /** bits: the lowest, 0–15. */
  bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
  /** bits: how many, 1 where missing. */
  width: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  over: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  step: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  packed: Type.Optional(Type.Boolean()),
})

const Written = Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff }), {
  minItems: 1,
  maxItems: 123,
})

const Relay = Closed({
  /** All of them 1: closed. */
  closed: Type.Array(Item, { minItems: 1, maxItems: 3 }),
  /** 1 while the relay obeys an order of ours rather than the meter's own rules. */
  forced: OrNull(Item),
  /** All of them 1: what was ordered is closed. Empty: not told, the relay itself counts. */
  forcedClosed: Type.Array(Item, { maxItems: 3 }),
  /** Function 10H to `register`, of circuit n `step` × (n − 1) further on. */
  orders: Closed({
    register: Type.Integer({ minimum: 0, maximum: 0xffff }),
    step: Type.Optional(Type.Integer({ minimum: 1, maximum: 123 })),
    trip: Type.Optional(Written),
    permitClose: Type.Optional(Written),
    directClose: Type.Optional(Written),
    keepOn: Type.Optional(Written),
    keepOff: Type.Optional(Written),
  }),
  /** Modbus frames carry no deadline: the centre keeps it until the moment of sending (INV-21). */
  deadlineInFrame: Type.Literal(false),
})

const ClockRegisters = Closed({
  register: Type.Integer({ minimum: 0, maximum: 0xffff }),
  code: Type.Enum(['binary', 'bcd']),
  /** Byte by byte, high byte of the first register first. */
  bytes: Type.Array(
    Type.Enum(['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'unused']),
    { minItems: 6, maxItems: 16 },
  ),
})

export const ModbusSchema = Closed({
  ...Head,
  protocol: Type.Literal('modbus'),
  /** What may be read in one go, gaps included; every item lies in exactly one of them. */
  blocks: Type.Array(
    Closed({
      fn: Type.Enum([3, 4]),
      start: Type.Integer({ minimum: 0, maximum: 0xffff }),
      count: Type.Integer({ minimum: 1, maximum: 0x10000 }),
    }),
    { minItems: 1 },
  ),
  /** Registers in one request; the protocol allows 125, some devices less. */
  readMax: Type.Integer({ minimum: 1, maximum: 125 }),
  /** 1 for a meter of one user. Circuit n of a multi-user device lies on phase (n − 1) mod 3. */
  circuits: Type.Integer({ minimum: 1, maximum: 96 }),
  /** Secondary: energies and powers are before CT and PT; the installation's multiplier counts. */
  side: Type.Enum(['primary', 'secondary']),
  items: Closed({
    energy: Item,
    tariffs: Type.Array(Item, { maxItems: 8 }),
    reverse: OrNull(Item),
    power: OrNull(Item),
    voltages: Type.Array(Item, { maxItems: 3 }),
    currents: Type.Array(Item, { maxItems: 3 }),
    powerFactor: OrNull(Item),
    statusWord: OrNull(Item),
  }),
  relay: OrNull(Relay),
  clock: OrNull(ClockRegisters),
  quirks: Type.Array(Type.Enum(['swapped-words'])),
})

export type Dlt645Model = Static<typeof Dlt645Schema>
export type Dlt645OldModel = Static<typeof Dlt645OldSchema>
export type ModbusModel = Static<typeof ModbusSchema>
/** By protocol: DL/T 645-2007, DL/T 645-1997 (energy only) and Modbus. */
export type MeterModels = {
  'dlt645-2007': Dlt645Model
  'dlt645-1997': Dlt645OldModel
  modbus: ModbusModel
}
export type MeterModel = MeterModels[keyof MeterModels]
export type MeterProtocol = MeterModel['protocol']
export type RegisterItem = Static<typeof Item>
export type MeterSample = Static<typeof Sample>
export type SampleMeaning = Static<typeof Meaning>
