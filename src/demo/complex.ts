// The demonstration complex 演示综合体 as pure data: two buildings and a basement, three substations
// with one gateway each, single-user prepaid meters and their tenants. Seeding the centre and
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

export type GatewayDefinition = {
  code: string
  name: string
  nameEn: string
  substation: string
  baud: number
}

export type MeterDefinition = {
  /** Communication address, 12 digits; the meter number is the same. */
  address: string
  gateway: string
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
}

export type ComplexDefinition = {
  name: string
  nameEn: string
  /** The meters keep local time at this distance from UTC. */
  utcOffsetMinutes: number
  buildings: readonly BuildingDefinition[]
  gateways: readonly GatewayDefinition[]
  meters: readonly MeterDefinition[]
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

const parseRow = (line: string): MeterDefinition => {
  const cells = line.split('|').map((cell) => cell.trim())
  assert(cells.length === COLUMNS, `the demo table needs ${COLUMNS} columns: ${line}`)
  const [place = '', wiring = '', load = '', power = '', money = '', flags = ''] = cells
  const [name = '', nameEn = '', tenant = ''] = cells.slice(6)
  const [serial = '', premises = '', floor = ''] = place.split(/\s+/)
  const [phases, point = ''] = wiring.split(/\s+/)
  const gateway = premises.slice(0, 1)
  const ratedW = Number(power)
  return {
    address: `2026110${'ABP'.indexOf(gateway) + 1}${serial.padStart(4, '0')}`,
    gateway,
    model: phases === '3' ? 'dlt645-prepaid-3p' : 'dlt645-prepaid-1p',
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
    ...alarms(ratedW),
    opened: !flags.includes('unopened'),
    dead: flags.includes('dead'),
    // An invented but fixed history: between one and some forty thousand kilowatt-hours.
    initialWh: 1_234_560 + ((Number(serial) * 7_919 + ratedW * 13) % 39_000) * 1_010,
    priceE4: PRICE_E4,
  }
}

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
    { code: 'A', name: 'A座通讯管理机', nameEn: 'Gateway A', substation: 'A座配电间', baud: 9_600 },
    { code: 'B', name: 'B座通讯管理机', nameEn: 'Gateway B', substation: 'B座配电间', baud: 9_600 },
    {
      code: 'P',
      name: '地下室通讯管理机',
      nameEn: 'Gateway P',
      substation: '地下配电室',
      baud: 9_600,
    },
  ],
  meters: METER_TABLE.trim().split('\n').map(parseRow),
}
