// Registers 寄存器 as a slave shows them: blocks of words that are made when they are asked for. What
// lies in no block does not exist.

const READ_WORDS_MAX = 125
const WRITE_WORDS_MAX = 123
const REGISTERS = 0x1_0000

export const REFUSAL = { function: 0x01, address: 0x02, value: 0x03, failure: 0x04 } as const
export type Refusal = keyof typeof REFUSAL

export type Block = { start: number; length: number; words: () => readonly number[] }

export const u16 = (value: number): number => Math.min(Math.max(Math.round(value), 0), 0xffff)
export const i16 = (value: number): number =>
  Math.min(Math.max(Math.round(value), -0x8000), 0x7fff) & 0xffff
/** High word first. */
export const u32 = (value: number): [number, number] => [
  Math.floor(value / REGISTERS) % REGISTERS,
  value % REGISTERS,
]
export const f32 = (value: number): [number, number] => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)]
}
/** Two bytes in one register, the first one high. */
export const pair = (high: number, low: number): number => ((high & 0xff) << 8) | (low & 0xff)

const REGISTER_WH = 10
const ROLL_OVER = 100_000_000
/** An energy as eight digits show it, ×0.01 kWh: after 999999.99 comes 0. */
export const hundredths = (energyWh: number): number =>
  Math.floor(energyWh / REGISTER_WH) % ROLL_OVER

/** A block in which only some registers mean something; the others read as zero. */
export const sparse = (length: number, at: Record<number, readonly number[]>): number[] => {
  const words = Array.from({ length }, () => 0)
  for (const [offset, values] of Object.entries(at))
    words.splice(Number(offset), values.length, ...values)
  return words
}

/** `count` registers from `start`, or why not. */
export const readWords = (
  blocks: readonly Block[],
  start: number,
  count: number,
): readonly number[] | Refusal => {
  if (count < 1 || count > READ_WORDS_MAX) return 'value'
  const block = blocks.find((b) => start >= b.start && start + count <= b.start + b.length)
  if (block === undefined) return 'address'
  return block.words().slice(start - block.start, start - block.start + count)
}

/** The words of a 10H request, or why not. */
export const wordsOf = (pdu: Buffer): { start: number; words: number[] } | Refusal => {
  if (pdu.length < 6) return 'value'
  const count = pdu.readUInt16BE(3)
  const bytes = pdu.readUInt8(5)
  if (count < 1 || count > WRITE_WORDS_MAX || bytes !== count * 2) return 'value'
  if (pdu.length !== 6 + bytes) return 'value'
  const words = Array.from({ length: count }, (_, i) => pdu.readUInt16BE(6 + 2 * i))
  return { start: pdu.readUInt16BE(1), words }
}
