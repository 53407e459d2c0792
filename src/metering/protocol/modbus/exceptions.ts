// Exceptions 异常码: why a Modbus device says no (application protocol V1.1b3, section 7).

import { type MeterRefusal, type RefusedByMeter, refused } from '../fault.ts'

type Exception = { refusal: MeterRefusal; mayRetry: boolean }

const EXCEPTIONS: ReadonlyMap<number, Exception> = new Map([
  [0x01, { refusal: 'functionUnknown', mayRetry: false }],
  [0x02, { refusal: 'addressUnknown', mayRetry: false }],
  [0x03, { refusal: 'valueRejected', mayRetry: false }],
  [0x04, { refusal: 'deviceFailure', mayRetry: false }],
  [0x05, { refusal: 'acknowledged', mayRetry: true }],
  [0x06, { refusal: 'busy', mayRetry: true }],
  [0x08, { refusal: 'memoryParity', mayRetry: true }],
  [0x0a, { refusal: 'gatewayPath', mayRetry: true }],
  [0x0b, { refusal: 'gatewayTargetSilent', mayRetry: true }],
])

/** A code nobody defined still is a refusal. */
export const exceptionOf = (code: number): RefusedByMeter => {
  const known = EXCEPTIONS.get(code)
  return refused(code, [known?.refusal ?? 'other'], known?.mayRetry ?? false)
}
