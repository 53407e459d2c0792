// JSON from gateways 网关JSON: read without rounding. Whole numbers that a double holds exactly stay
// numbers; every other number stays the text that was sent, and is read digit by digit later.

const BYTES_MAX = 256 * 1_024
const PLAIN_INTEGER = /^-?\d{1,16}$/

const utf8 = new TextDecoder('utf-8', { fatal: true })

const exactly = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  if (typeof value !== 'number') return value
  const source = context?.source ?? ''
  return PLAIN_INTEGER.test(source) && Number.isSafeInteger(value) ? value : source
}

/** Undefined where it is no JSON in UTF-8, or too long. */
export const parseExactJson = (payload: Buffer): unknown => {
  if (payload.length > BYTES_MAX) return undefined
  try {
    return JSON.parse(utf8.decode(payload), exactly)
  } catch {
    // Also where it is nested too deep for the parser.
    return undefined
  }
}
