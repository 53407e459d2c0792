// The demonstration complex 演示综合体 as pure data: two buildings and a basement, three substations
// with one gateway each; single-user prepaid meters up to the fourth floor and in the basement,
// multi-user devices from the fifth floor up, and a main meter per building. Seeding the centre and
// starting the simulated complex read the same table, so the two can never disagree.

import { assert, must } from '../shared/assert.ts'
import { METER_TABLE } from './meter-table.ts'

export const LOAD_KINDS = [
  'restaurant',
  'milk-tea',
  'clothing',
  'pharmacy',
  'gym',
  'office',
  'supermarket',
  'cinema',
  'hotel',
  'cold-room',
  'public-stairs',
  'parking',
  'lift',
  'pump',
  'round-the-clock',
] as const
export type LoadKind = (typeof LOAD_KINDS)[number]

export const POINT_KINDS = ['lighting', 'aircon', 'power', 'public'] as const
export type PointKind = (typeof POINT_KINDS)[number]

export const MODEL_IDS = [
  'dlt645-prepaid-1p',
  'dlt645-prepaid-3p',
  'dlt645-1997-1p',
  'acrel-ddsy1352',
  'acrel-dtsy1352',
  'acrel-dtsd1352',
  'acrel-adf300-12',
  'acrel-adf300-24',
  'acrel-adf300-36',
  'modbus-submeter',
  'sfere-submeter',
] as const
export type ModelId = (typeof MODEL_IDS)[number]

export type BuildingDefinition = {
  code: string
  name: string
  nameEn: string
  floors: readonly number[]
}

export type BusDefinition = {
  ordinal: number
  baud: number
  parity: 'even' | 'none'
  protocol: 'dlt645' | 'modbus'
}

export type GatewayDefinition = {
  code: string
  name: string
  nameEn: string
  substation: string
  /** Bus n is at the gateway's TCP port + n − 1, as serial servers count. */
  buses: readonly BusDefinition[]
}

export type MeterDefinition = {
  /** The number of the meter, 12 digits; on a DL/T 645 bus its communication address as well. */
  address: string
  gateway: string
  bus: number
  /** Address of the device it is part of; absent: a meter under its own address. */
  device?: string
  /** The circuits it has in its device: one, or three for a three-phase user. */
  channels: readonly number[]
  model: ModelId
  building: string
  floor: number
  premises: string
  name: string
  nameEn: string
  tenant: string
  point: PointKind
  /** Fire, lifts, cold rooms: never tripped. */
  protected: boolean
  load: LoadKind
  /** Power at the busiest moment of the load profile. */
  ratedW: number
  /** What the centre's seed opens the account with; the meter itself starts empty. */
  openingFen: number
  /** The account is kept by the centre 后台计费; the meter only counts and switches. */
  centre: boolean
  /** The main meter 总表 of its gateway's building: it counts what all the others use, and losses. */
  main: boolean
  /** Ratio of its current transformers; the registers show the secondary side. */
  ct: number
  alarm1Fen: number
  alarm2Fen: number
  /** False: the seed leaves this meter without an account. */
  opened: boolean
  /** The meter never answers. */
  dead: boolean
  /** What the register shows at the start, as found on the wall. */
  initialWh: number
  /** Price of a kWh in 10⁻⁴ yuan, the four decimals a meter holds. */
  priceE4: number
  /** Of its premises: what public energy is shared by. Whole square metres. */
  areaM2: number
}

/** How the losses and the unmetered use of a building are shared 公摊. */
export type SharingDefinition = {
  building: string
  name: string
  nameEn: string
  by: 'area' | 'energy'
  vacant: 'landlord' | 'others'
}

export type ComplexDefinition = {
  name: string
  nameEn: string
  /** The meters keep local time at this distance from UTC. */
  utcOffsetMinutes: number
  buildings: readonly BuildingDefinition[]
  gateways: readonly GatewayDefinition[]
  meters: readonly MeterDefinition[]
  sharing: readonly SharingDefinition[]
}

const PRICE_E4 = 10_500
const COLUMNS = 9

const memberOf =
  <T extends string>(members: readonly T[]) =>
  (text: string): T =>
    must(
      members.find((member) => member === text),
      `no such word in the demo table: ${text}`,
    )
const pointKind = memberOf(POINT_KINDS)
const loadKind = memberOf(LOAD_KINDS)

const yuan = (text: string): number => {
  const m = /^(\d+)\.(\d\d)$/.exec(text)
  assert(m !== null, `no amount with two decimals in the demo table: ${text}`)
  return Number(`${m[1]}${m[2]}`)
}

/** Larger loads are warned earlier: about a day and about a third of a day of their full power. */
const alarms = (ratedW: number) =>
  ratedW >= 12_000
    ? { alarm1Fen: 10_000, alarm2Fen: 4_000 }
    : ratedW >= 4_000
      ? { alarm1Fen: 5_000, alarm2Fen: 2_000 }
      : { alarm1Fen: 3_000, alarm2Fen: 1_000 }

/** Of a shop of that kind, in the middle. */
const AREA_M2: Readonly<Record<LoadKind, number>> = {
  restaurant: 180,
  'milk-tea': 32,
  clothing: 85,
  pharmacy: 70,
  gym: 420,
  office: 140,
  supermarket: 460,
  cinema: 950,
  hotel: 880,
  'cold-room': 60,
  'public-stairs': 110,
  parking: 240,
  lift: 25,
  pump: 40,
  'round-the-clock': 150,
}

/** An invented but fixed size: up to a fifth smaller or larger than the middle. */
const areaOf = (serial: number, load: LoadKind): number =>
  Math.round((AREA_M2[load] * (32 + ((serial * 7) % 17))) / 40)

type Wiring = Required<Pick<MeterDefinition, 'bus' | 'device' | 'channels'>>

const PLACE = /^(\d+)(?::(\d+)(?:-(\d+))?)?$/

/** `1:4-6` is device 1, circuits 4 to 6 on bus 2; null: a meter of its own on bus 1. */
const placeOn2 = (flags: readonly string[]): Wiring | null => {
  const place = flags.map((flag) => PLACE.exec(flag)).find((match) => match !== null)
  if (place === undefined) return null
  const [, device = '', first = '1', last = first] = place
  const count = Number(last) - Number(first) + 1
  const channels = Array.from({ length: count }, (_, i) => Number(first) + i)
  return { bus: 2, device, channels }
}

/** `main60` is a main meter behind transformers of 60. */
const mainRatio = (flags: readonly string[]): number | null => {
  const main = flags.map((flag) => /^main(\d*)$/.exec(flag)).find((match) => match !== null)
  return main === undefined ? null : Number(main[1] || 1)
}

const modelOf = (phases: string, onBus2: boolean, ratio: number | null): ModelId => {
  if (ratio !== null) return phases === '3' ? 'acrel-dtsd1352' : 'modbus-submeter'
  if (onBus2) return 'acrel-adf300-12'
  return phases === '3' ? 'dlt645-prepaid-3p' : 'dlt645-prepaid-1p'
}

/** An invented but fixed history: between one and some forty thousand kilowatt-hours. */
const historyWh = (serial: number, ratedW: number): number =>
  1_234_560 + ((serial * 7_919 + ratedW * 13) % 39_000) * 1_010

const parseRow = (line: string): MeterDefinition => {
  const cells = line.split('|').map((cell) => cell.trim())
  assert(cells.length === COLUMNS, `the demo table needs ${COLUMNS} columns: ${line}`)
  const [place = '', wiring = '', load = '', power = '', money = '', flagText = ''] = cells
  const [name = '', nameEn = '', tenant = ''] = cells.slice(6)
  const [serial = '', premises = '', floor = ''] = place.split(/\s+/)
  const [phases = '', point = ''] = wiring.split(/\s+/)
  const flags = flagText.split(/\s+/)
  const gateway = premises.slice(0, 1)
  const ratedW = Number(power)
  const address = `2026110${'ABP'.indexOf(gateway) + 1}${serial.padStart(4, '0')}`
  const onBus2 = placeOn2(flags)
  const ratio = mainRatio(flags)
  return {
    address,
    gateway,
    ...(onBus2 ?? { bus: 1, channels: [1] }),
    model: modelOf(phases, onBus2 !== null, ratio),
    building: gateway,
    floor: Number(floor),
    premises,
    name,
    nameEn,
    tenant,
    point: pointKind(point),
    protected: flags.includes('protected'),
    load: loadKind(load),
    ratedW,
    openingFen: yuan(money),
    centre: onBus2 !== null && ratio === null,
    main: ratio !== null,
    ct: ratio ?? 1,
    ...alarms(ratedW),
    opened: !flags.includes('unopened'),
    dead: flags.includes('dead'),
    // Main meters were put in new.
    initialWh: ratio === null ? historyWh(Number(serial), ratedW) : 0,
    priceE4: PRICE_E4,
    areaM2: areaOf(Number(serial), loadKind(load)),
  }
}

const BUSES: readonly BusDefinition[] = [
  { ordinal: 1, baud: 9_600, parity: 'even', protocol: 'dlt645' },
  { ordinal: 2, baud: 9_600, parity: 'none', protocol: 'modbus' },
]

const FLOORS = [1, 2, 3, 4, 5, 6]

export const DEMO_COMPLEX: ComplexDefinition = {
  name: '锦绣广场',
  nameEn: 'Jinxiu Plaza',
  utcOffsetMinutes: 480,
  buildings: [
    { code: 'A', name: 'A座', nameEn: 'Building A', floors: FLOORS },
    { code: 'B', name: 'B座', nameEn: 'Building B', floors: FLOORS },
    { code: 'P', name: '地下室', nameEn: 'Basement', floors: [-1] },
  ],
  gateways: [
    {
      code: 'A',
      name: 'A座通讯管理机',
      nameEn: 'Gateway A',
      substation: 'A座配电间',
      buses: BUSES,
    },
    {
      code: 'B',
      name: 'B座通讯管理机',
      nameEn: 'Gateway B',
      substation: 'B座配电间',
      buses: BUSES,
    },
    {
      code: 'P',
      name: '地下室通讯管理机',
      nameEn: 'Gateway P',
      substation: '地下配电室',
      buses: BUSES,
    },
  ],
  meters: METER_TABLE.trim().split('\n').map(parseRow),
  sharing: [
    {
      building: 'A',
      name: 'A座公摊',
      nameEn: 'Shared by Building A',
      by: 'area',
      vacant: 'landlord',
    },
    {
      building: 'P',
      name: '地下室公摊',
      nameEn: 'Shared by the basement',
      by: 'energy',
      vacant: 'others',
    },
  ],
}
