// The fields of a link 链路参数 by its kind, as data, and the way between what is typed and what is
// sent.

import type { TextKey } from '../../text/i18n.ts'

export const LINK_KINDS = [
  'tcp-client',
  'tcp-listen',
  'serial',
  'acrel-4g',
  'acrel-awt100',
  'mqtt',
] as const
export type LinkKind = (typeof LINK_KINDS)[number]

export type LinkField = {
  name: string
  text: TextKey
  kind: 'text' | 'number' | 'flag' | 'secret' | 'choice'
  options?: readonly string[]
  /** Each bus after the first needs one of its own. */
  ownOfBus?: true
}

const port: LinkField = { name: 'port', text: 'link.port', kind: 'number' }

export const LINK_FIELDS: Readonly<Record<LinkKind, readonly LinkField[]>> = {
  'tcp-client': [{ name: 'host', text: 'link.host', kind: 'text' }, port],
  'tcp-listen': [
    port,
    { name: 'registration', text: 'link.registration', kind: 'text', ownOfBus: true },
    { name: 'heartbeat', text: 'link.heartbeat', kind: 'text' },
    { name: 'heartbeatSeconds', text: 'link.heartbeatSeconds', kind: 'number' },
    { name: 'registrationOnEveryPacket', text: 'link.onEveryPacket', kind: 'flag' },
  ],
  serial: [{ name: 'path', text: 'link.path', kind: 'text', ownOfBus: true }],
  'acrel-4g': [port, { name: 'serial', text: 'link.serial', kind: 'text', ownOfBus: true }],
  'acrel-awt100': [
    port,
    { name: 'gatewayNo', text: 'link.gatewayNo', kind: 'text' },
    { name: 'secret', text: 'link.secret', kind: 'secret' },
  ],
  mqtt: [
    { name: 'gatewayNo', text: 'link.gatewayNo', kind: 'text' },
    {
      name: 'dialect',
      text: 'link.dialect',
      kind: 'choice',
      options: ['prewatt', 'acrel-domestic', 'acrel-overseas'],
    },
    { name: 'brokerUrl', text: 'link.brokerUrl', kind: 'text' },
    { name: 'brokerUser', text: 'link.brokerUser', kind: 'text' },
    { name: 'brokerPassword', text: 'link.brokerPassword', kind: 'secret' },
  ],
}

export const isLinkKind = (text: string): text is LinkKind =>
  LINK_KINDS.some((kind) => kind === text)

/** What is typed, by the name of the field; of a later bus as `buses.2.path`. */
export type Typed = Readonly<Record<string, string>>
type Stored = Readonly<Record<string, unknown>>

const isStored = (value: unknown): value is Stored => typeof value === 'object' && value !== null

const typedOf = (value: unknown): string =>
  value === undefined || value === null ? '' : String(value)

export const typedLink = (kind: LinkKind, stored: Stored, buses: readonly number[]): Typed => {
  const own = isStored(stored.buses) ? stored.buses : {}
  const typed: Record<string, string> = {}
  for (const { name, ownOfBus } of LINK_FIELDS[kind]) {
    typed[name] = typedOf(stored[name])
    if (!ownOfBus) continue
    for (const bus of buses.filter((ordinal) => ordinal > 1)) {
      const ofBus = own[String(bus)]
      typed[`buses.${bus}.${name}`] = isStored(ofBus) ? typedOf(ofBus[name]) : ''
    }
  }
  return typed
}

const entered = (field: LinkField, text: string): unknown => {
  if (field.kind === 'number') return /^\d{1,9}$/.test(text) ? Number(text) : text
  return field.kind === 'flag' ? text === 'true' : text
}

/** What is sent: fields left empty are left out, and what the form does not know stays. */
export const linkOf = (
  kind: LinkKind,
  typed: Typed,
  stored: Stored,
  buses: readonly number[],
): Stored => {
  const fields = LINK_FIELDS[kind]
  const link: Record<string, unknown> = { kind }
  for (const field of fields) {
    const text = (typed[field.name] ?? '').trim()
    if (text !== '' && text !== 'false') link[field.name] = entered(field, text)
  }
  const before = stored.kind === kind && isStored(stored.buses) ? stored.buses : {}
  const own: Record<string, Stored> = {}
  for (const bus of buses.filter((ordinal) => ordinal > 1)) {
    const known = before[String(bus)]
    const ofBus: Record<string, unknown> = isStored(known) ? { ...known } : {}
    for (const field of fields.filter((each) => each.ownOfBus)) {
      const text = (typed[`buses.${bus}.${field.name}`] ?? '').trim()
      if (text === '') delete ofBus[field.name]
      else ofBus[field.name] = entered(field, text)
    }
    if (Object.keys(ofBus).length > 0) own[String(bus)] = ofBus
  }
  return Object.keys(own).length > 0 ? { ...link, buses: own } : link
}
