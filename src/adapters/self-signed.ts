// A certificate of our own making 自签证书: ECDSA P-256, for the names and addresses of this machine.
// It is written byte by byte (X.509 v3 in DER, RFC 5280), for Node makes no certificates.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import { type Instant, instant, plusMs } from '../shared/clock.ts'
import type { TlsPair } from './tls-pair.ts'

const DAY_MS = 86_400_000
/** Some browsers take none that is valid for longer. */
const DAYS = 825

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const

const lengthOf = (size: number): Buffer => {
  if (size < 0x80) return Buffer.of(size)
  return size < 0x100 ? Buffer.of(0x81, size) : Buffer.of(0x82, size >> 8, size & 0xff)
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body])
}

/** Object identifiers, already as bytes. */
const oid = (hex: string): Buffer => der(TAG.oid, Buffer.from(hex, 'hex'))
const COMMON_NAME = oid('550403')
const ECDSA_SHA256 = oid('2a8648ce3d040302')
const ALTERNATIVE_NAMES = oid('551d11')
const BASIC_CONSTRAINTS = oid('551d13')
const EXTENDED_USE = oid('551d25')
const SERVER_USE = oid('2b06010505070301')

const nameOf = (text: string): Buffer =>
  der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, COMMON_NAME, der(TAG.text, Buffer.from(text, 'utf8')))),
  )

/** YYMMDDHHMMSSZ, for the years up to 2049. */
const timeOf = (at: Instant): Buffer => {
  const text = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return der(TAG.utcTime, Buffer.from(text.slice(2), 'ascii'))
}

const addressBytes = (address: string): Buffer => {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const all = tail === undefined ? before : [...before, ...zeros, ...after]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

const YES = der(TAG.boolean, Buffer.of(0xff))

const extension = (id: Buffer, value: Buffer, critical = false): Buffer =>
  der(TAG.sequence, id, ...(critical ? [YES] : []), der(TAG.octets, value))

export type Named = { names: readonly string[]; addresses: readonly string[] }

const extensionsOf = ({ names, addresses }: Named): Buffer =>
  der(
    TAG.extensions,
    der(
      TAG.sequence,
      extension(BASIC_CONSTRAINTS, der(TAG.sequence), true),
      extension(EXTENDED_USE, der(TAG.sequence, SERVER_USE)),
      extension(
        ALTERNATIVE_NAMES,
        der(
          TAG.sequence,
          ...names.map((name) => der(TAG.dnsName, Buffer.from(name, 'ascii'))),
          ...addresses.map((address) => der(TAG.ipAddress, addressBytes(address))),
        ),
      ),
    ),
  )

const pem = (label: string, bytes: Buffer): Buffer => {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return Buffer.from(
    [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n'),
  )
}

export const selfSigned = (who: Named, now: Instant): TlsPair => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // A serial number is positive and unpredictable.
  const serial = Buffer.concat([Buffer.of(0x40), randomBytes(15)])
  const name = nameOf(who.names[0] ?? 'Prewatt')
  const body = der(
    TAG.sequence,
    der(TAG.version, der(TAG.integer, Buffer.of(2))),
    der(TAG.integer, serial),
    der(TAG.sequence, ECDSA_SHA256),
    name,
    der(TAG.sequence, timeOf(plusMs(now, -DAY_MS)), timeOf(plusMs(now, DAYS * DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(who),
  )
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)])
  const whole = der(TAG.sequence, body, der(TAG.sequence, ECDSA_SHA256), der(TAG.bits, signature))
  return {
    cert: pem('CERTIFICATE', whole),
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

const NAME = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,8}$/i

/** How this machine may be called by those who reach it. */
export const ownNames = (): Named => {
  const host = hostname()
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const addresses = all
    // Addresses of one link only carry a zone that no certificate can name.
    .filter(({ address, scopeid }) => !address.includes('%') && !scopeid)
    .map(({ address }) => address)
  return {
    names: [...new Set(NAME.test(host) ? [host, 'localhost'] : ['localhost'])],
    addresses: [...new Set(['127.0.0.1', '::1', ...addresses])],
  }
}

export const validUntil = (until: Date): Instant => instant(until.getTime())
