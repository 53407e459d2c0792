// The Modbus TCP stream reader 收帧(TCP): frames by the length in their header. There is no check,
// so a header counts only with protocol 0 and a PDU whose own counts give the same length; bytes
// that are none are skipped one at a time.

import type { StreamPiece, StreamReader } from '../request.ts'
import { TCP_HEAD_BYTES, TCP_LENGTH_AT, TCP_UNCOUNTED_BYTES } from './framing.ts'
import { PDU_BYTES_MAX } from './functions.ts'
import { MORE, NONE, replyLength, requestLength } from './pdu-length.ts'
import { isException, type Question } from './question.ts'

const EMPTY: Buffer = Buffer.alloc(0)
const LENGTH_MIN = 2
const LENGTH_MAX = 1 + PDU_BYTES_MAX

/** Whether transaction, unit and function at `at` are those of the request. */
const isAnswer = (q: Question, bytes: Buffer, at: number): boolean =>
  bytes[at] === q.bytes[0] &&
  bytes[at + 1] === q.bytes[1] &&
  bytes[at + TCP_HEAD_BYTES - 1] === q.target.unit &&
  (bytes[at + TCP_HEAD_BYTES] === q.fn || isException(q, bytes[at + TCP_HEAD_BYTES]))

/** The whole frame at `at`, `MORE` while it may still become one, or `NONE`. */
const measure = (q: Question | null, bytes: Buffer, at: number): number => {
  for (let i = 2; i < TCP_LENGTH_AT; i++) if ((bytes[at + i] ?? 0) !== 0) return NONE
  if (at + TCP_LENGTH_AT + 2 > bytes.length)
    return (bytes[at + TCP_LENGTH_AT] ?? 0) === 0 ? MORE : NONE
  const counted = bytes.readUInt16BE(at + TCP_LENGTH_AT)
  if (counted < LENGTH_MIN || counted > LENGTH_MAX) return NONE
  const length = TCP_UNCOUNTED_BYTES + counted
  // An answer with wrong counts is ours all the same: the request calls it bad.
  const ours = q !== null && isAnswer(q, bytes, at)
  if (!ours) {
    const pdus = [
      replyLength(bytes, at + TCP_HEAD_BYTES),
      requestLength(bytes, at + TCP_HEAD_BYTES),
    ]
    if (!pdus.includes(MORE) && !pdus.includes(counted - 1)) return NONE
    if (at + length <= bytes.length && !pdus.includes(counted - 1)) return NONE
  }
  return at + length > bytes.length ? MORE : length
}

class TcpReader implements StreamReader {
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
    let at = 0
    while (at < bytes.length) {
      const length = measure(this.#question, bytes, at)
      if (length > 0) {
        discard(pieces, bytes, taken, at)
        taken = at + length
        pieces.push({ kind: 'frame', raw: whole(bytes, at, taken) })
        at = taken
      } else if (length === MORE && !nothingFollows) break
      else at += 1
    }
    discard(pieces, bytes, taken, at)
    this.#pending = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at))
    return pieces
  }
}

/** A frame that came alone is handed on as it came: what the net reads into is never used again. */
const whole = (bytes: Buffer, from: number, to: number): Buffer =>
  from === 0 && to === bytes.length ? bytes : Buffer.from(bytes.subarray(from, to))

const discard = (pieces: StreamPiece[], bytes: Buffer, from: number, to: number): void => {
  if (to > from) pieces.push({ kind: 'discarded', bytes: Buffer.from(bytes.subarray(from, to)) })
}

/** For the answer to one question; null finds any frame of a known function, in both directions. */
export const tcpReader = (question: Question | null): StreamReader => new TcpReader(question)
