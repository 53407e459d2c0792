// Refusals 异常应答: the error byte of most replies (bit per reason) and SERR of security replies.

import { type MeterRefusal, type RefusedByMeter, refused } from '../fault.ts'
import { FUNC } from './functions.ts'

const ERROR_BITS: readonly MeterRefusal[] = [
  'other',
  'noSuchData',
  'notAuthorised',
  'baudRateFixed',
  'tooManyZones',
  'tooManyPeriods',
  'tooManyTariffs',
  'reserved',
]

const SECURITY_BITS: readonly MeterRefusal[] = [
  'other',
  'repeatRecharge',
  'macWrong',
  'notAuthenticated',
  'customerMismatch',
  'countWrong',
  'hoardingLimit',
  'addressWrong',
  'suspended',
  'closeRestoreFailed',
]

const SERR_BYTES_MAX = 2

/**
 * What an error reply of function `func` says. SERR has two bytes by the standard and one in some
 * commercial meters. No bit set, or one nobody defined, still is a refusal.
 */
export const refusalOf = (func: number, data: Buffer): RefusedByMeter => {
  const length = Math.min(data.length, SERR_BYTES_MAX)
  const code = length === 0 ? 0 : data.readUIntLE(0, length)
  const names = func === FUNC.security ? SECURITY_BITS : ERROR_BITS
  const raised = Array.from({ length: 8 * SERR_BYTES_MAX }, (_, bit) => bit)
    .filter((bit) => ((code >> bit) & 1) === 1)
    .map((bit) => names[bit] ?? 'reserved')
  return refused(code, raised.length === 0 ? ['other'] : [...new Set(raised)])
}
