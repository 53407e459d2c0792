// Codes of the second factor 动态口令, pure: HOTP (RFC 4226) by SHA-1 over steps of 30 seconds
// (RFC 6238), six digits, as the authenticator programs on telephones make them.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../shared/clock.ts'

const STEP_MS = 30_000
const DIGITS = 6
/** A telephone's clock may be a step off to either side (RFC 6238 §5.2). */
const STEPS_OFF = 1
export const SECRET_BYTES = 20
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 without padding, as authenticator programs read secrets. */
export const base32 = (bytes: Buffer): string => {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((five) => BASE32.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('')
}

/** The code of a counter (RFC 4226 §5.3). */
export const hotp = (secret: Buffer, counter: number, digits = DIGITS): string => {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha1', secret).update(message).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

export const stepAt = (now: Instant): number => Math.floor(now / STEP_MS)

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * The step whose code this is; null where it is none of about now, or of a step not after the last
 * one used, since a code works once.
 */
export const stepOfCode = (
  secret: Buffer,
  code: string,
  now: Instant,
  lastStep: number | null,
): number | null => {
  const middle = stepAt(now)
  let found: number | null = null
  for (let step = middle - STEPS_OFF; step <= middle + STEPS_OFF; step++)
    if (same(hotp(secret, step), code) && step > (lastStep ?? -1)) found = step
  return found
}

/** What authenticator programs read from the picture. */
export const otpauthUri = (secret: Buffer, username: string): string => {
  const issuer = 'Prewatt'
  const label = encodeURIComponent(`${issuer}:${username}`)
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${issuer}&digits=6&period=30`
}
