// What can be said against or about a reading 读数标志: a closed list; each is one bit of
// `reading.flags`, with its words. Blocking ones keep a reading out of billing until a person
// decides (INV-27); the others only say how it came about.

import type { Words } from '../../shared/words.ts'

type Row = {
  bit: number
  /** Not billed until somebody accepts it; the view `billable_reading` says the same as 15. */
  blocks: boolean
  words: Words
}

export const READING_FLAGS = {
  backwards: { bit: 1, blocks: true, words: { zh: '读数倒走', en: 'the register went backwards' } },
  jump: {
    bit: 2,
    blocks: true,
    words: { zh: '用电突增，超出该点可能的功率', en: 'more than the point can draw' },
  },
  clock: { bit: 4, blocks: true, words: { zh: '时钟异常', en: 'impossible clock' } },
  // Reserved: a reply with another address is dropped on the bus and never stored under this meter
  // (INV-26). It marks what is brought in by hand under a doubtful address.
  address: { bit: 8, blocks: true, words: { zh: '表地址不符', en: 'wrong address' } },
  late: { bit: 16, blocks: false, words: { zh: '迟到', en: 'arrived late' } },
  rollover: { bit: 32, blocks: false, words: { zh: '计度器翻转', en: 'the register rolled over' } },
  backfilled: { bit: 64, blocks: false, words: { zh: '补抄', en: 'fetched later' } },
  estimated: { bit: 128, blocks: false, words: { zh: '估算', en: 'estimated' } },
} as const satisfies Record<string, Row>

export type ReadingFlag = keyof typeof READING_FLAGS

const isFlag = (name: string): name is ReadingFlag => name in READING_FLAGS

/** In the order of their bits. */
export const READING_FLAG_NAMES: readonly ReadingFlag[] = Object.keys(READING_FLAGS).filter(isFlag)

export const flagNames = (flags: number): ReadingFlag[] =>
  READING_FLAG_NAMES.filter((name) => (flags & READING_FLAGS[name].bit) !== 0)

export const BLOCKING_FLAGS: number = READING_FLAG_NAMES.filter(
  (name) => READING_FLAGS[name].blocks,
).reduce((bits, name) => bits | READING_FLAGS[name].bit, 0)

export const isBlocked = (flags: number): boolean => (flags & BLOCKING_FLAGS) !== 0
