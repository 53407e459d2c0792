// Purchase count 充值次数: our numbers never wrap, the meter's do. Both ways between them. PURE.

import { assert } from '../shared/assert.ts'

/** What number n is on the wire and in the meter. */
export const countOnWire = (n: number, modulus: number): number => n % modulus

/**
 * How far the meter's count is ahead of our number n, within half a modulus: 0 equal, −1 one
 * behind. A wrap is no jump.
 */
export const countAhead = (metered: number, n: number, modulus: number): number => {
  assert(modulus >= 4, 'a count wraps at 4 or more')
  const ahead = (((metered - n) % modulus) + modulus) % modulus
  return ahead > modulus / 2 ? ahead - modulus : ahead
}

/** Our number for what the meter counts, the one nearest to a number known to be near. */
export const unwrapCount = (metered: number, near: number, modulus: number): number =>
  near + countAhead(metered, near, modulus)
