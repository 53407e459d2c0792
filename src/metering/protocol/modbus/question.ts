// Questions 问句: what a request lets its reader know of the answer. Only an answer of exactly this
// form is ours; its length is never taken from the line alone.

import { pduAt, type Target } from './framing.ts'
import { EXCEPTION_BIT } from './functions.ts'
import { identityReplyLength, MORE, NONE } from './pdu-length.ts'

export type AnswerForm =
  /** Function, byte count, that many bytes: reads. */
  | { readonly kind: 'counted'; readonly bytes: number }
  /** Function, any byte count, that many bytes. */
  | { readonly kind: 'counted-any'; readonly bytesMax: number }
  /** The first bytes of the request's own PDU: writes, and makers' functions that confirm so. */
  | { readonly kind: 'repeated'; readonly bytes: number }
  /** Function and a fixed number of bytes: makers' functions. */
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'identity' }

export type Question = {
  readonly target: Target
  readonly fn: number
  readonly form: AnswerForm
  /** The whole request as sent. */
  readonly bytes: Buffer
}

export const EXCEPTION_PDU_BYTES = 2

const repeats = (q: Question, bytes: Uint8Array, at: number, count: number): number => {
  const from = pduAt(q.target.framing)
  for (let i = 1; i < count; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return MORE
    if (byte !== q.bytes[from + i]) return NONE
  }
  return count
}

/** Functions from 80H up, which only makers use, have no room for the exception bit. */
export const isException = (q: Question, fn: number | undefined): boolean =>
  fn === (q.fn | EXCEPTION_BIT) && fn !== q.fn

/** The length of the answer whose PDU would begin at `at`, `MORE` or `NONE`. */
export const answerLength = (q: Question, bytes: Uint8Array, at: number): number => {
  const fn = bytes[at]
  if (fn === undefined) return MORE
  if (isException(q, fn)) return EXCEPTION_PDU_BYTES
  if (fn !== q.fn) return NONE
  const { form } = q
  if (form.kind === 'fixed') return 1 + form.bytes
  if (form.kind === 'repeated') return repeats(q, bytes, at, form.bytes)
  if (form.kind === 'identity') return identityReplyLength(bytes, at)
  const count = bytes[at + 1]
  if (count === undefined) return MORE
  const fits = form.kind === 'counted' ? count === form.bytes : count <= form.bytesMax
  return fits ? 2 + count : NONE
}

/**
 * Whether the bytes from `at` begin as the request did, in the first `count`: what an adapter that
 * echoes gives back. Where the answer repeats the request the two can't be told apart.
 */
export const beginsAsRequest = (
  q: Question,
  bytes: Uint8Array,
  at: number,
  count: number,
): boolean => {
  if (q.form.kind === 'repeated') return false
  const end = Math.min(count, q.bytes.length)
  for (let i = 0; i < end; i++) if (bytes[at + i] !== q.bytes[i]) return false
  return true
}
