import { expect, test } from 'vitest'
import { crc16, crcIsGood } from './crc16.ts'
import { MODBUS_EXAMPLES, modbusExample } from './example-frames.ts'

test('the check value of the standard CRC-16/MODBUS is 4B37', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37)
})

test.each(MODBUS_EXAMPLES.filter((one) => one.framing === 'rtu'))(
  '$id ($what) has a good CRC',
  ({ id }) => {
    const bytes = modbusExample(id)
    expect(crcIsGood(bytes)).toBe(true)
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const corrupt = Buffer.from(bytes)
      corrupt[bit >> 3] = (corrupt[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(crcIsGood(corrupt)).toBe(false)
    }
  },
)

test('a part of a buffer is checked by itself', () => {
  const framed = Buffer.concat([Buffer.of(9, 9), modbusExample('R7'), Buffer.of(9)])
  expect(crcIsGood(framed, 2, 7)).toBe(true)
  expect(crcIsGood(framed, 1, 7)).toBe(false)
  expect(crcIsGood(Buffer.of(1, 2), 0, 2)).toBe(false)
})
