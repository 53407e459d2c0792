// Secrets inside link settings 链路密钥: sealed before they are stored, opened only by the collector,
// never shown again.

import type { LinkSettings } from './link.ts'
import { type LinkProblem, recordOf } from './link-fields.ts'
import type { SealedLink } from './link-settings.ts'

/** Key and vector of AES-128 (data gateways). */
const SECRET_BYTES = 16
const PASSWORD_MAX = 128
/** Of a gateway at our own broker, which the network may reach. */
const PASSWORD_LEAST = 8

/** Names under which a secret is entered and under which it is stored. */
const SECRETS = [
  { plain: 'secret', sealed: 'secretSealed', least: SECRET_BYTES, most: SECRET_BYTES },
  { plain: 'password', sealed: 'passwordSealed', least: PASSWORD_LEAST, most: PASSWORD_MAX },
  { plain: 'brokerPassword', sealed: 'brokerPasswordSealed', least: 1, most: PASSWORD_MAX },
] as const

const NAMES = new Set<string>(SECRETS.flatMap(({ plain, sealed }) => [plain, sealed]))

const withoutSecrets = (values: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(recordOf(values)).filter(([name]) => !NAMES.has(name)))

/** Buses have no secrets of their own. */
const withoutAnySecret = (link: unknown): Record<string, unknown> => {
  const { buses, ...rest } = withoutSecrets(link)
  if (buses === undefined) return rest
  const own = Object.entries(recordOf(buses)).map(([no, bus]) => [no, withoutSecrets(bus)])
  return { ...rest, buses: Object.fromEntries(own) }
}

/** The names of the secrets that were entered; those left out stay as they are. */
export const secretsEntered = (entered: unknown): string[] => {
  const given = recordOf(entered)
  return SECRETS.map(({ plain }) => plain).filter(
    (name) => typeof given[name] === 'string' && given[name] !== '',
  )
}

export type SealedSettings =
  | { ok: true; link: Readonly<Record<string, unknown>> }
  | ({ ok: false } & LinkProblem)

/**
 * What is stored of settings that were entered: their secrets sealed. One that is left out stays as
 * it was in `before`.
 */
export const sealLinkSecrets = (
  entered: unknown,
  before: unknown,
  seal: (plain: Buffer) => Buffer,
): SealedSettings => {
  const given = recordOf(entered)
  const link = withoutAnySecret(entered)
  const old = recordOf(before)
  for (const { plain, sealed, least, most } of SECRETS) {
    const value = given[plain]
    if (value === undefined || value === null || value === '') {
      if (old.kind === link.kind && old[sealed] !== undefined) link[sealed] = old[sealed]
      continue
    }
    const bytes = Buffer.from(typeof value === 'string' ? value : '')
    if (bytes.length < least || bytes.length > most) {
      const size = least === most ? `${least}` : `${least}–${most}`
      return { ok: false, field: plain, zh: `须为 ${size} 字节`, en: `${size} bytes` }
    }
    link[sealed] = seal(bytes).toString('base64')
  }
  return { ok: true, link }
}

/** Settings as they may be shown: whether a secret is set, never the secret. */
export const shownLink = (stored: unknown): Readonly<Record<string, unknown>> => {
  const link = withoutAnySecret(stored)
  for (const { plain, sealed } of SECRETS) {
    if (recordOf(stored)[sealed] !== undefined) link[`${plain}Set`] = true
  }
  return link
}

/** Null where a secret does not open, e.g. under another master key. */
export const openLink = (
  link: SealedLink,
  open: (sealed: Buffer) => Buffer | null,
): LinkSettings | null => {
  switch (link.kind) {
    case 'acrel-awt100': {
      const { secretSealed, ...rest } = link
      const secret = open(secretSealed)
      return secret ? { ...rest, secret } : null
    }
    case 'mqtt': {
      const { passwordSealed: ownSealed, broker: sealedBroker, ...rest } = link
      const own = ownSealed ? open(ownSealed) : null
      if (ownSealed && !own) return null
      if (!sealedBroker) return { ...rest, broker: null, password: own }
      const { passwordSealed, ...broker } = sealedBroker
      const password = passwordSealed ? open(passwordSealed) : null
      if (passwordSealed && !password) return null
      return { ...rest, broker: { ...broker, password }, password: own }
    }
    default:
      return link
  }
}
