// Requests 请求: what a bus needs to know to carry one question to a device and recognise its
// answer, whatever the protocol. A protocol room builds them; the bus sends the bytes, feeds what
// comes back to a fresh reader, and offers each whole frame to `parse` until one is ours.

import type { ReplyFault } from './fault.ts'

export type Reply<T> = { readonly ok: true; readonly value: T } | ReplyFault

/**
 * What a whole frame means for a request: somebody else's or a late one (the bus drops it and
 * waits on), the answer, or a part of it, after which `next` must be sent to get the rest.
 */
export type Parsed<T> =
  | { readonly kind: 'not-ours' }
  /** One of several that may answer: heard, and more may follow until the time is over. */
  | { readonly kind: 'noted' }
  | { readonly kind: 'reply'; readonly result: Reply<T> }
  | { readonly kind: 'more'; readonly next: Request<T> }

/** A whole frame with a good check, or bytes that belong to none (counted as noise). */
export type StreamPiece =
  | { readonly kind: 'frame'; readonly raw: Buffer }
  | { readonly kind: 'discarded'; readonly bytes: Buffer }

/** Cuts a stream into frames. Its memory is bounded by the longest frame of the protocol. */
export type StreamReader = {
  push(bytes: Uint8Array): readonly StreamPiece[]
  /**
   * The line fell silent: nothing more belongs to what is pending. Looks for a frame hidden behind
   * a false start, then discards the rest. Call it on the inter-byte time-out.
   */
  idle(): readonly StreamPiece[]
}

export type Request<T> = {
  /** For logs and the frame trace, such as `read 00900200`. */
  readonly label: string
  /** What goes on the wire, wake-up bytes included. */
  readonly bytes: Buffer
  /** False for broadcasts: nobody answers, the bus only waits until the bytes have left. */
  readonly expectsReply: boolean
  /**
   * True where a lost answer may be met by sending the same bytes again without any effect in the
   * meter (reads). Orders and money are repeated only by those who can read back.
   */
  readonly repeatable: boolean
  /**
   * What its answer can't be told from: questions to one device whose answers look the same share
   * it. Absent where the answer says what it answers: then only the same label looks the same. Null
   * where even a repeated question's answer is known from the first one's (transaction numbers).
   */
  readonly alike?: string | null
  /** The longest answer in bytes, wake-up bytes included: for the time-out at a given baud rate. */
  readonly replyBytesMax: number
  /** A fresh reader for the answer to this request. */
  reader(): StreamReader
  /** Takes one whole frame as the reader returned it. Never throws. */
  parse(raw: Buffer): Parsed<T>
  /**
   * For a question that several may answer at once: what they said together, when the time is over.
   * `garbled`: bytes came that made no frame.
   */
  readonly atEnd?: (garbled: boolean) => Reply<T>
}

export const NOT_OURS = { kind: 'not-ours' } as const

export const answered = <T>(value: T): Reply<T> => ({ ok: true, value })
