// Bytes 字节 as the simulated meter keeps them: packed decimal and binary fields, low byte first.

/** A whole number as `length` BCD bytes, low byte first; higher digits are cut off. */
export const bcdLow = (value: number, length: number): Buffer => {
  const digits = Math.abs(value)
    .toString()
    .padStart(length * 2, '0')
    .slice(-length * 2)
  return hexLow(digits)
}

/** The number in BCD bytes (low byte first), or null where a nibble is no decimal digit. */
export const fromBcdLow = (bytes: Uint8Array): number | null => {
  const digits = textLow(bytes)
  return /^\d+$/.test(digits) ? Number(digits) : null
}

/** Hexadecimal text, high digit first, as bytes with the low byte first. */
export const hexLow = (text: string): Buffer => Buffer.from(text, 'hex').reverse()

/** Bytes (low byte first) as hexadecimal text, high digit first. */
export const textLow = (bytes: Uint8Array): string =>
  Buffer.from(bytes).reverse().toString('hex').toUpperCase()

export const reversed = (bytes: Uint8Array): Buffer => Buffer.from(bytes).reverse()

/** A whole number as `length` binary bytes, low byte first. */
export const binLow = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntLE(value, 0, length)
  return bytes
}

export const fromBinLow = (bytes: Uint8Array): number =>
  Buffer.from(bytes).readUIntLE(0, bytes.length)

/** ASCII text in `length` bytes; reversed, as every field of the protocol is. */
export const asciiLow = (text: string, length: number): Buffer =>
  Buffer.from(text.padEnd(length, '\0').slice(0, length), 'ascii').reverse()
