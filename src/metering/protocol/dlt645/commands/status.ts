// Reading status words 读状态字.

import { assert, must } from '../../../../shared/assert.ts'
import { badReply } from '../../fault.ts'
import { answered } from '../../request.ts'
import type { Dlt645Request } from '../exchange.ts'
import type { Bit } from '../format.ts'
import { raisedBits, STATUS_WORDS, type StatusWord3, statusWord3 } from '../status-words.ts'
import { readContent } from './read.ts'

export type StatusWord = {
  /** 1–7. */
  number: number
  word: number
  /** The named bits that are set. */
  raised: readonly Bit[]
}

const WORD_BYTES = 2

const statusWord = (number: number, word: number): StatusWord => ({
  number,
  word,
  raised: raisedBits(word, must(STATUS_WORDS[number - 1], 'a status word number')),
})

const readWord = <T>(address: string, number: number, make: (word: number) => T) =>
  readContent(address, {
    id: `0400050${number}`,
    contentMax: WORD_BYTES,
    read: (content) =>
      content.length === WORD_BYTES ? answered(make(content.readUInt16LE())) : badReply(content),
  })

export const readStatusWord = (address: string, number: number): Dlt645Request<StatusWord> => {
  assert(STATUS_WORDS[number - 1] !== undefined, `no status word ${number}`)
  return readWord(address, number, (word) => statusWord(number, word))
}

export const readStatusWord3 = (address: string): Dlt645Request<StatusWord3> =>
  readWord(address, 3, statusWord3)

/** The block of all words (040005FF); a meter may send fewer than seven. */
export const readStatusWords = (address: string): Dlt645Request<readonly StatusWord[]> =>
  readContent(address, {
    id: '040005FF',
    contentMax: WORD_BYTES * STATUS_WORDS.length,
    read: (content) => {
      const count = content.length / WORD_BYTES
      if (!Number.isInteger(count) || count < 1 || count > STATUS_WORDS.length) {
        return badReply(content)
      }
      return answered(
        Array.from({ length: count }, (_, i) =>
          statusWord(i + 1, content.readUInt16LE(WORD_BYTES * i)),
        ),
      )
    },
  })
