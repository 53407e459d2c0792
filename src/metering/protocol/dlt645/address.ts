// Addresses 表地址: 12 digits as printed on the meter, high digit first. On the wire the six bytes
// travel low byte first. A digit A is a wildcard, all nines is the broadcast nobody answers.

import { assert } from '../../../shared/assert.ts'
import { bytesOfDigits, digitsOf } from './digits.ts'

export const ADDRESS_BYTES = 6
/** Whoever is alone on the bus answers, with its real address. */
export const ANY_ADDRESS = 'AAAAAAAAAAAA'
export const BROADCAST_ADDRESS = '999999999999'

/** A device address as a person may write it: 12 decimal digits, no wildcard, no broadcast. */
export const isMeterAddress = (text: string): boolean =>
  /^\d{12}$/.test(text) && text !== BROADCAST_ADDRESS

/** The address of a meter known by its low digits only: the missing high digits are wildcards. */
export const shortenedAddress = (lowDigits: string): string => {
  assert(/^(\d\d){1,6}$/.test(lowDigits), `not whole low bytes of an address: ${lowDigits}`)
  return lowDigits.padStart(12, 'A')
}

/**
 * Whether an answer from `actual` can belong to a request sent to `asked`: asked with AAH
 * wildcards, a meter answers with its real address, so this is a pattern, not equality.
 */
export const addressMatches = (asked: string, actual: string): boolean =>
  asked.length === actual.length &&
  [...asked].every((digit, i) => digit === 'A' || digit === actual[i])

export const addressBytes = (address: string): Buffer => {
  assert(/^[0-9A-F]{12}$/.test(address), `not a 12-digit address: ${address}`)
  return bytesOfDigits(address)
}

export const addressOfBytes = (bytes: Buffer): string => digitsOf(bytes)
