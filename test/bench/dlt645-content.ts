// What the far ends of the benchmarks hold 测试对端数据: a DL/T 645 meter with an empty wallet, by data
// identifier.

import { bytesOfDigits } from '../../src/metering/protocol/dlt645/digits.ts'

const WALLET_QUERY = '07810201'
const WALLET_BYTES = 26

/** Null: no such data. */
export const meterContent = (id: string): Buffer | null => {
  const zeros = (bytes: number) => Buffer.alloc(bytes)
  switch (id) {
    case WALLET_QUERY:
      return zeros(WALLET_BYTES)
    case '0000FF00':
      return zeros(20)
    case '00020000':
    case '00900201':
      return zeros(4)
    case '04000503':
      return Buffer.of(0x00, 0x02)
    case '02030000':
    case '02060000':
      return zeros(3).subarray(0, id === '02060000' ? 2 : 3)
    case '0201FF00':
      return zeros(6)
    case '0202FF00':
      return zeros(9)
    case '0400010C':
      return bytesOfDigits('00112233445566'.slice(0, 14))
    default:
      return null
  }
}
