// The RTU stream reader 收帧(RTU): silence between frames means nothing behind a gateway, so a frame
// ends where its function and counts say, if its CRC agrees; after that one byte at a time. The
// answer to the request comes first, even behind noise that looks like the start of another frame.

import type { StreamPiece, StreamReader } from '../request.ts'
import { CRC_BYTES, crcIsGood } from './crc16.ts'
import { MORE, NONE, replyLength, requestLength } from './pdu-length.ts'
import { answerLength, beginsAsRequest, type Question } from './question.ts'

const EMPTY: Buffer = Buffer.alloc(0)
const UNIT_MIN = 1
const UNIT_MAX = 247
/** What surrounds a PDU. */
const AROUND = 1 + CRC_BYTES

/** A length still to be learned, or beyond the bytes that are here, is `MORE`. */
const whole = (bytes: Buffer, at: number, pdu: number): number =>
  pdu === MORE || at + AROUND + pdu > bytes.length ? MORE : AROUND + pdu

/** The whole answer at `at`, `MORE` while it may still become one, or `NONE`. */
const measureAnswer = (q: Question, bytes: Buffer, at: number): number => {
  const pdu = answerLength(q, bytes, at + 1)
  if (pdu === NONE) return NONE
  const length = whole(bytes, at, pdu)
  if (length === MORE) return MORE
  const good = crcIsGood(bytes, at, at + length)
  return good && !beginsAsRequest(q, bytes, at, length) ? length : NONE
}

/** Any other frame at `at`: somebody else's answer, a request, our own echo. */
const measureOther = (q: Question | null, bytes: Buffer, at: number): number => {
  const unit = bytes[at] ?? 0
  if (unit < UNIT_MIN || unit > UNIT_MAX) return NONE
  if (q !== null && beginsAsRequest(q, bytes, at, bytes.length - at)) {
    return at + q.bytes.length > bytes.length ? MORE : q.bytes.length
  }
  const pdus = [replyLength(bytes, at + 1), requestLength(bytes, at + 1)]
  pdus.sort((a, b) => a - b)
  let open = false
  for (const pdu of pdus) {
    if (pdu === NONE) continue
    const length = whole(bytes, at, pdu)
    if (length === MORE) open = true
    else if (crcIsGood(bytes, at, at + length)) return length
  }
  return open ? MORE : NONE
}

type Found = { at: number; length: number }

class RtuReader implements StreamReader {
  readonly #question: Question | null
  #pending: Buffer = EMPTY

  constructor(question: Question | null) {
    this.#question = question
  }

  push(bytes: Uint8Array): readonly StreamPiece[] {
    const view = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.#scan(
      this.#pending.length === 0 ? view : Buffer.concat([this.#pending, view]),
      false,
    )
  }

  idle(): readonly StreamPiece[] {
    return this.#pending.length === 0 ? [] : this.#scan(this.#pending, true)
  }

  #scan(bytes: Buffer, nothingFollows: boolean): StreamPiece[] {
    const pieces: StreamPiece[] = []
    let taken = 0
    let found = this.#findAnswer(bytes, 0, nothingFollows)
    while (found.length > 0) {
      if (found.at > taken) this.#cutOthers(pieces, bytes, taken, found.at, true)
      taken = found.at + found.length
      pieces.push({ kind: 'frame', raw: Buffer.from(bytes.subarray(found.at, taken)) })
      found = this.#findAnswer(bytes, taken, nothingFollows)
    }
    const kept =
      found.at > taken
        ? this.#cutOthers(pieces, bytes, taken, found.at, nothingFollows)
        : Math.min(found.at, bytes.length)
    this.#pending = kept === bytes.length ? EMPTY : Buffer.from(bytes.subarray(kept))
    return pieces
  }

  /** The first whole answer, or (length 0) where one may be coming: the end if nowhere. */
  #findAnswer(bytes: Buffer, from: number, nothingFollows: boolean): Found {
    const q = this.#question
    if (q === null) return { at: bytes.length, length: 0 }
    let at = bytes.indexOf(q.target.unit, from)
    while (at !== -1) {
      const length = measureAnswer(q, bytes, at)
      if (length > 0) return { at, length }
      if (length === MORE && !nothingFollows) return { at, length: 0 }
      at = bytes.indexOf(q.target.unit, at + 1)
    }
    return { at: bytes.length, length: 0 }
  }

  /**
   * Cuts [from, to), which holds no answer, into other frames and noise. Returns from where the
   * bytes must be kept, because they may be the beginning of a frame.
   */
  #cutOthers(
    pieces: StreamPiece[],
    bytes: Buffer,
    from: number,
    to: number,
    nothingFollows: boolean,
  ): number {
    let taken = from
    let at = from
    while (at < to) {
      const length = measureOther(this.#question, bytes, at)
      const beyond = length === MORE || at + length > to
      if (length !== NONE && beyond && !nothingFollows) break
      if (length > 0 && !beyond) {
        discard(pieces, bytes, taken, at)
        taken = at + length
        pieces.push({ kind: 'frame', raw: Buffer.from(bytes.subarray(at, taken)) })
        at = taken
      } else {
        at += 1
      }
    }
    discard(pieces, bytes, taken, at)
    return at
  }
}

const discard = (pieces: StreamPiece[], bytes: Buffer, from: number, to: number): void => {
  if (to > from) pieces.push({ kind: 'discarded', bytes: Buffer.from(bytes.subarray(from, to)) })
}

/** For the answer to one question; null finds any frame of a known function, in both directions. */
export const rtuReader = (question: Question | null): StreamReader => new RtuReader(question)
