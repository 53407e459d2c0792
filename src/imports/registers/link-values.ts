// Link settings as columns 链路参数列: which column stands for which setting of a kind of link, for a
// gateway and for each of its buses. PURE.

import type { Json, Value, Values } from './items.ts'

/** Columns of a gateway's sheet, by the kind of link; what others use is not for it. */
const OF_KIND: Readonly<Record<string, readonly string[]>> = {
  'tcp-client': ['host', 'port'],
  'tcp-listen': [
    ...['port', 'registration', 'registrationOnEveryPacket'],
    ...['heartbeat', 'heartbeatSeconds'],
  ],
  serial: ['path'],
  'acrel-4g': ['port', 'serial'],
  'acrel-awt100': ['port', 'gatewayNo'],
  mqtt: ['gatewayNo', 'dialect', 'brokerUrl', 'brokerUser'],
}

/** What the secret column is, by the kind of link. */
const SECRETS: Readonly<Record<string, string>> = { 'acrel-awt100': 'secret', mqtt: 'password' }

/** Columns of a bus's sheet that belong to the link. */
const OF_BUS: Readonly<Record<string, readonly string[]>> = {
  'tcp-client': ['port'],
  'tcp-listen': ['port', 'registration'],
  serial: ['path'],
  'acrel-4g': ['port', 'serial'],
}

const LINK_COLUMNS = [...new Set(Object.values(OF_KIND).flat())]
const BUS_LINK_COLUMNS = [...new Set(Object.values(OF_BUS).flat())]
const BUS_COLUMNS = [
  ...['protocol', 'baud', 'parity', 'dataBits', 'stopBits', 'gapMs', 'replyTimeoutMs'],
] as const
const GATEWAY_SETTINGS = ['polled', 'pushIntervalMinutes'] as const

const isValue = (value: unknown): value is Value =>
  (typeof value === 'string' && value !== '') ||
  typeof value === 'number' ||
  typeof value === 'boolean'

const jsonOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}

const taken = (from: Json, fields: readonly string[]): Values =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const value = from[field]
      return isValue(value) ? [[field, value] as const] : []
    }),
  )

const kindOf = (values: Values): string => String(values.linkKind ?? '')

/** What is stored, as it stands in the columns. */
export const linkValues = (link: Json, settings: Json): Values => {
  const kind = String(link.kind ?? '')
  return {
    ...(kind !== '' && { linkKind: kind }),
    ...taken(link, OF_KIND[kind] ?? []),
    ...taken(settings, GATEWAY_SETTINGS),
  }
}

const ownOf = (link: Json, ordinal: number): Json => jsonOf(jsonOf(link.buses)[String(ordinal)])

export const busValues = (link: Json, ordinal: number, settings: Json): Values => ({
  ...taken(settings, BUS_COLUMNS),
  ...taken(ownOf(link, ordinal), OF_BUS[String(link.kind ?? '')] ?? []),
})

/** Columns that are filled in and mean nothing for this kind of link. */
export const unusedColumns = (values: Values): string[] => {
  const kind = kindOf(values)
  const used = OF_KIND[kind] ?? []
  const unused = LINK_COLUMNS.filter((field) => field in values && !used.includes(field))
  return 'secret' in values && SECRETS[kind] === undefined ? [...unused, 'secret'] : unused
}

export const unusedBusColumns = (kind: string, values: Values): string[] =>
  BUS_LINK_COLUMNS.filter((field) => field in values && !(OF_BUS[kind] ?? []).includes(field))

export const settingsWith = (before: Json, values: Values): Json => ({
  ...before,
  ...taken(values, GATEWAY_SETTINGS),
})

export const busSettingsWith = (before: Json, values: Values): Json => ({
  ...before,
  ...taken(values, BUS_COLUMNS),
})

/** The link with what the sheets say; another kind begins anew. Its secret is still plain. */
export const linkWith = (
  before: Json,
  gateway: Values,
  buses: readonly { ordinal: number; values: Values }[],
): Json => {
  const kind = kindOf(gateway)
  const stays = before.kind === kind ? before : {}
  const secret = SECRETS[kind]
  const own = Object.fromEntries(
    buses.flatMap(({ ordinal, values }) => {
      const told = { ...ownOf(stays, ordinal), ...taken(values, OF_BUS[kind] ?? []) }
      return Object.keys(told).length > 0 ? [[String(ordinal), told] as const] : []
    }),
  )
  const others = { ...jsonOf(stays.buses), ...own }
  return {
    ...stays,
    kind,
    ...taken(gateway, OF_KIND[kind] ?? []),
    ...(secret !== undefined && isValue(gateway.secret) && { [secret]: gateway.secret }),
    ...(Object.keys(others).length > 0 && { buses: others }),
  }
}

/** The name under which the secret is stored, sealed; null where this kind of link has none. */
export const sealedSecret = (link: Json): string | null => {
  const name = SECRETS[String(link.kind ?? '')]
  const sealed = name === undefined ? undefined : link[`${name}Sealed`]
  return typeof sealed === 'string' ? sealed : null
}
