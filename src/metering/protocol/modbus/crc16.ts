// CRC-16 校验 of Modbus RTU: polynomial A001 (reflected), start FFFF, no final inversion. It travels
// low byte first. Serial line specification V1.02, 6.2.2.

const POLYNOMIAL = 0xa001

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1
  return crc
})

export const CRC_BYTES = 2
export const CRC_START = 0xffff

/** The CRC with one byte more. */
export const crcStep = (crc: number, byte: number): number =>
  (crc >> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0)

/** Of the bytes in [from, to). */
export const crc16 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  let crc = CRC_START
  for (let i = from; i < to; i++) crc = crcStep(crc, bytes[i] ?? 0)
  return crc
}

/** Whether the last two of the bytes in [from, to) are the CRC of those before them. */
export const crcIsGood = (bytes: Uint8Array, from = 0, to = bytes.length): boolean => {
  const at = to - CRC_BYTES
  if (at <= from) return false
  const crc = crc16(bytes, from, at)
  return bytes[at] === (crc & 0xff) && bytes[at + 1] === crc >> 8
}
