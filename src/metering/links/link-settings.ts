// Link settings as stored in `gateway.link` 链路参数, for one bus of the gateway. What is stored under
// `buses.<ordinal>` is laid over the rest for that bus. Secrets stay sealed here.

import { busSettings } from '../bus/line.ts'
import type { CallerIdentity, LinkSettings, MqttDialect } from './link.ts'
import { LinkFields, type LinkProblem, recordOf } from './link-fields.ts'

/** As `LinkSettings`, with every secret still sealed. */
export type SealedLink =
  | Exclude<LinkSettings, { kind: 'acrel-awt100' | 'mqtt' }>
  | {
      kind: 'acrel-awt100'
      port: number
      gatewayNo: string
      secretSealed: Buffer
      busOrdinal: number
    }
  | {
      kind: 'mqtt'
      gatewayNo: string
      busOrdinal: number
      dialect: MqttDialect
      broker: { url: string; user: string | null; passwordSealed: Buffer | null } | null
      passwordSealed: Buffer | null
    }

export type ReadLink = { ok: true; settings: SealedLink } | ({ ok: false } & LinkProblem)

export const LINK_KINDS = [
  'tcp-client',
  'tcp-listen',
  'serial',
  'acrel-4g',
  'acrel-awt100',
  'mqtt',
] as const satisfies readonly LinkSettings['kind'][]
const DIALECTS = ['prewatt', 'acrel-domestic', 'acrel-overseas'] as const
const PARITIES = ['none', 'even', 'odd'] as const

const REGISTRATION_LEAST = 2
/** Shorter ones turn up inside the frames of meters, and would be taken out of them. */
const STRIPPED_LEAST = 4
const DEFAULT_HEARTBEAT_SECONDS = 60
const BAUD = { least: 300, most: 921_600 }

const HOST = /^[A-Za-z0-9._:-]{1,253}$/
/** A device file, or a port of Windows. */
const SERIAL_PATH = /^(\/dev\/(?!.*\.\.)[A-Za-z0-9._:/+-]{1,200}|COM\d{1,3})$/
const PRINTABLE = /^[\x21-\x7e]{1,64}$/
/** No characters that mean something in a topic. */
const TOPIC_PART = /^[A-Za-z0-9._:-]{1,64}$/

/** What one bus is read from. */
type Source = { fields: LinkFields; bus: unknown; ordinal: number }

/** A serial server gives each of its ports a TCP port, counting up from the first. */
const tcpClient = (
  { fields, ordinal }: Source,
  ownPort: boolean,
): Extract<SealedLink, { kind: 'tcp-client' }> => {
  const host = fields.text('host', HOST, '须为主机名或 IP 地址', 'A host name or an IP address')
  const first = fields.port('port')
  const port = ownPort ? first : first + ordinal - 1
  if (port > 65_535) fields.fail('port', '超出端口范围', 'Beyond the last port')
  return { kind: 'tcp-client', host, port }
}

const callerIdentity = (fields: LinkFields): CallerIdentity => {
  const onEveryPacket = fields.flag('registrationOnEveryPacket')
  const least = onEveryPacket ? STRIPPED_LEAST : REGISTRATION_LEAST
  const registration = fields.packet('registration', least)
  const heartbeat = fields.has('heartbeat') ? fields.packet('heartbeat', STRIPPED_LEAST) : null
  if (heartbeat !== null && new Set(heartbeat).size === 1 && heartbeat.length > 0)
    fields.fail(
      'heartbeat',
      '不能是同一字节重复：普通报文里也会出现，会被误删',
      'One byte repeated also stands in ordinary frames, and would be taken out of them',
    )
  const seconds = fields.whole('heartbeatSeconds', 1, 3_600, DEFAULT_HEARTBEAT_SECONDS)
  return { registration, onEveryPacket, heartbeat, heartbeatMs: seconds * 1_000 }
}

/** Speed, parity and bits are the bus's; each kind of line has its own defaults. */
const serial = ({ fields, bus }: Source): Extract<SealedLink, { kind: 'serial' }> => {
  const { baud, parity, dataBits, stopBits } = busSettings(bus)
  const line = new LinkFields(recordOf(bus), (name) => `bus.${name}`)
  line.whole('baud', BAUD.least, BAUD.most, baud)
  line.oneOf('parity', PARITIES, parity)
  line.oneOf('dataBits', [7, 8], dataBits)
  line.oneOf('stopBits', [1, 2], stopBits)
  if (line.problem) fields.fail(line.problem.field, line.problem.zh, line.problem.en)
  const path = fields.text(
    'path',
    SERIAL_PATH,
    '须为 /dev/ 下的串口，或 COM 口',
    'A serial port under /dev/, or a COM port',
  )
  return { kind: 'serial', path, baud, parity, dataBits, stopBits }
}

const isBrokerUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, pathname } = new URL(text)
  const plain = username === '' && password === '' && (pathname === '' || pathname === '/')
  return plain && hostname !== '' && ['mqtt:', 'mqtts:'].includes(protocol)
}

const broker = (fields: LinkFields): Extract<SealedLink, { kind: 'mqtt' }>['broker'] => {
  if (!fields.has('brokerUrl')) return null
  const url = fields.text('brokerUrl', /^\S{1,200}$/, '须为网址', 'An address')
  if (!isBrokerUrl(url)) {
    fields.fail(
      'brokerUrl',
      '须为 mqtt:// 或 mqtts:// 地址，不含用户名、密码和路径',
      'An mqtt:// or mqtts:// address without user, password or path',
    )
  }
  const user = fields.has('brokerUser')
    ? fields.text('brokerUser', /^.{1,128}$/, '须为 1 至 128 个字符', '1 to 128 characters')
    : null
  const passwordSealed = fields.has('brokerPasswordSealed')
    ? fields.sealed('brokerPasswordSealed', 'brokerPassword')
    : null
  return { url, user, passwordSealed }
}

const gatewayNo = (fields: LinkFields): string =>
  fields.text(
    'gatewayNo',
    TOPIC_PART,
    '须为 1 至 64 个字母、数字或 . _ : -',
    '1 to 64 letters, digits or . _ : -',
  )

const parse = (kind: LinkSettings['kind'], source: Source, ownPort: boolean): SealedLink => {
  const { fields, ordinal } = source
  switch (kind) {
    case 'tcp-client':
      return tcpClient(source, ownPort)
    case 'tcp-listen':
      return { kind, port: fields.port('port'), ...callerIdentity(fields) }
    case 'serial':
      return serial(source)
    case 'acrel-4g': {
      const no = fields.text(
        'serial',
        /^[\x21-\x7e]{1,20}$/,
        '须为 1 至 20 位序列号',
        'A serial number of up to 20 characters',
      )
      return { kind, port: fields.port('port'), serial: no }
    }
    case 'acrel-awt100': {
      const port = fields.port('port')
      const no = fields.text('gatewayNo', PRINTABLE, '须为 1 至 64 个字符', '1 to 64 characters')
      const secretSealed = fields.sealed('secretSealed', 'secret')
      return { kind, port, gatewayNo: no, secretSealed, busOrdinal: ordinal }
    }
    case 'mqtt': {
      const dialect = fields.oneOf('dialect', DIALECTS, 'prewatt')
      const no = gatewayNo(fields)
      const passwordSealed = fields.has('passwordSealed')
        ? fields.sealed('passwordSealed', 'password')
        : null
      const own = { broker: broker(fields), passwordSealed }
      return { kind, gatewayNo: no, busOrdinal: ordinal, dialect, ...own }
    }
  }
}

/** What says which one on the wire is meant: each bus after the first needs its own. */
const OWN_FIELDS: Readonly<Partial<Record<LinkSettings['kind'], string>>> = {
  'tcp-listen': 'registration',
  serial: 'path',
  'acrel-4g': 'serial',
}

/**
 * Pure: nothing is opened. `field` names what is wrong as it is stored, e.g. `buses.2.registration`
 * or, for a setting of the bus, `bus.parity`.
 */
export const readLinkSettings = (
  stored: unknown,
  busOrdinal: number,
  storedBusSettings: unknown,
): ReadLink => {
  const top = recordOf(stored)
  const own = recordOf(recordOf(top.buses)[String(busOrdinal)])
  const kind = LINK_KINDS.find((one) => one === top.kind)
  if (!kind) return { ok: false, field: 'kind', zh: '未知的链路类型', en: 'Unknown kind of link' }
  const ownField = OWN_FIELDS[kind]
  const shared = { ...top }
  if (ownField && busOrdinal > 1) delete shared[ownField]
  const isOwn = (name: string) => name in own || (name === ownField && busOrdinal > 1)
  const fields = new LinkFields({ ...shared, ...own }, (name) =>
    isOwn(name) ? `buses.${busOrdinal}.${name}` : name,
  )
  const source = { fields, bus: storedBusSettings, ordinal: busOrdinal }
  const settings = parse(kind, source, 'port' in own)
  return fields.problem ? { ok: false, ...fields.problem } : { ok: true, settings }
}
