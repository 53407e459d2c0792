// What the data gateway says in XML 数据网关报文: log-in, heartbeat and reports. It comes from
// outside: entities and document types are refused, and numbers stay text until they are read.

import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { energyWhOfKwh } from './decimal-text.ts'

export type Awt100Auth = {
  gatewayNo: string
  buildingNo: string
  operation: string
  md5: string | null
}

/** One meter of a report; `bus` and `unit` from its five-digit id. */
export type Awt100Meter = {
  bus: number
  unit: number
  energyWh: number | null
  /** Sharp, peak, flat, valley, and deep valley where the gateway sends it. */
  tariffsWh: (number | null)[] | null
}

export type Awt100Report = {
  gatewayNo: string
  /** yyyyMMddHHmmss by the gateway's clock. */
  time: string | null
  meters: Awt100Meter[]
}

const NESTED_MAX = 16
const METERS_MAX = 1_000
const FUNCTIONS_MAX = 200

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  processEntities: false,
  maxNestedTags: NESTED_MAX,
})

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** A child that is there once. */
const child = (node: Node, name: string): Node | null => {
  const value = Object.hasOwn(node, name) ? node[name] : undefined
  return isNode(value) ? value : null
}

/** The text of a child that is there once, '' where it is empty, null where it is missing. */
const textIn = (node: Node | null, name: string): string | null => {
  const value = node && Object.hasOwn(node, name) ? node[name] : undefined
  if (typeof value === 'string') return value
  const text = isNode(value) ? value['#text'] : undefined
  return typeof text === 'string' ? text : isNode(value) ? '' : null
}

/** The root element; null for what is no whole document. */
const rootOf = (xml: string): Node | null => {
  if (xml.includes('<!')) return null
  try {
    if (XMLValidator.validate(xml) !== true) return null
    const parsed: unknown = parser.parse(xml)
    return isNode(parsed) ? child(parsed, 'root') : null
  } catch {
    return null
  }
}

export const parseAwt100Auth = (xml: string): Awt100Auth | null => {
  const root = rootOf(xml)
  const common = root && child(root, 'common')
  const validate = root && child(root, 'id_validate')
  const gatewayNo = textIn(common, 'gateway_id')
  const operation = textIn(validate, '@operation')
  if (!gatewayNo || !operation) return null
  const buildingNo = textIn(common, 'building_id') ?? ''
  return { gatewayNo, buildingNo, operation, md5: textIn(validate, 'md5') }
}

/** Which gateway sends the heartbeat; null where it is none. */
export const parseAwt100Heartbeat = (xml: string): string | null => {
  const root = rootOf(xml)
  if (!root || !Object.hasOwn(root, 'heart_beat')) return null
  return textIn(child(root, 'common'), 'gateway_id')
}

const TOTAL = 'WPP'
/**
 * In the order of tariffs. The example of A1 shows all five and their sum as WPP, so EPISG is a
 * register of its own: deep valley.
 */
const TARIFFS = ['POWERHIGHER', 'POWERHIGH', 'POWERFLAT', 'POWERLOW', 'EPISG'] as const
const ALWAYS_TOLD = 4

/** By function id. A value that the gateway marks as wrong, or says twice, is not known. */
const energiesOf = (meter: Node): ReadonlyMap<string, number | null> => {
  const energies = new Map<string, number | null>()
  for (const one of listOf(meter.function).slice(0, FUNCTIONS_MAX)) {
    const id = isNode(one) ? textIn(one, '@id')?.trim().toUpperCase() : undefined
    if (!isNode(one) || id === undefined) continue
    const faulty = !['', '0', null].includes(textIn(one, '@error'))
    const text = textIn({ value: one }, 'value') ?? ''
    energies.set(id, faulty || energies.has(id) ? null : energyWhOfKwh(text))
  }
  return energies
}

const meterOf = (node: unknown): Awt100Meter | null => {
  const id = isNode(node) ? /^(\d{2})(\d{3})$/.exec(textIn(node, '@id') ?? '') : null
  if (!isNode(node) || !id) return null
  const energies = energiesOf(node)
  const tariffs = TARIFFS.map((name) => energies.get(name) ?? null)
  const told = energies.has('EPISG') ? tariffs : tariffs.slice(0, ALWAYS_TOLD)
  return {
    bus: Number(id[1]),
    unit: Number(id[2]),
    energyWh: energies.get(TOTAL) ?? null,
    tariffsWh: told.every((energyWh) => energyWh === null) ? null : told,
  }
}

export const parseAwt100Report = (xml: string): Awt100Report | null => {
  const root = rootOf(xml)
  const data = root && child(root, 'data')
  const gatewayNo = root && textIn(child(root, 'common'), 'gateway_id')
  if (!data || !gatewayNo) return null
  const meters = listOf(data.meter)
    .slice(0, METERS_MAX)
    .map(meterOf)
    .filter((meter) => meter !== null)
  return { gatewayNo, time: textIn(data, 'time'), meters }
}

const PLAIN = /^[\w.:-]{0,64}$/
/** Echoed text is ours to keep harmless. */
const plain = (text: string): string => (PLAIN.test(text) ? text : '')

type Names = { gatewayNo: string; buildingNo: string }

const documentOf = ({ gatewayNo, buildingNo }: Names, type: string, body: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?><root><common>` +
      `<building_id>${plain(buildingNo)}</building_id>` +
      `<gateway_id>${plain(gatewayNo)}</gateway_id><type>${type}</type></common>${body}</root>`,
  )

export const sequenceXml = (names: Names, sequence: string): Buffer =>
  documentOf(
    names,
    'id_validate',
    `<id_validate operation="sequence"><sequence>${sequence}</sequence></id_validate>`,
  )

export const resultXml = (names: Names, passed: boolean): Buffer => {
  const result = passed ? 'pass' : 'fail'
  return documentOf(
    names,
    'id_validate',
    `<id_validate operation="result"><result>${result}</result></id_validate>`,
  )
}

/** `time`: yyyyMMddHHmmss, local. */
export const heartbeatXml = (names: Names, time: string): Buffer =>
  documentOf(names, 'heart_beat', `<heart_beat operation="time"><time>${time}</time></heart_beat>`)

/** Two digits of the bus, three of the address: where a request goes and an answer comes from. */
export type Awt100Passage = { bus: number; unit: number; rtu: Buffer }

export const passageText = ({ bus, unit, rtu }: Awt100Passage): string =>
  `${String(bus).padStart(2, '0')}${String(unit).padStart(3, '0')}|${rtu.toString('hex')}`

export const parsePassage = (text: string): Awt100Passage | null => {
  const match = /^(\d{2})(\d{3})\|((?:[0-9a-fA-F]{2}){1,512})$/.exec(text.trim())
  if (!match) return null
  const [, bus, unit, rtu = ''] = match
  return { bus: Number(bus), unit: Number(unit), rtu: Buffer.from(rtu, 'hex') }
}
