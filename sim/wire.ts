// What a bus must know of a protocol 协议, whatever it carries: where a frame ends, whom it is for,
// and how an answer can be spoilt. One bus speaks one of them.

import { type Static, Type } from 'typebox'

export const RequestClass = Type.Union([
  Type.Literal('any'),
  Type.Literal('read'),
  Type.Literal('write'),
  Type.Literal('credit'),
  Type.Literal('security'),
  Type.Literal('relay'),
])
export type RequestClass = Static<typeof RequestClass>

export type Scanner<F> = {
  /** Frames that became whole with these bytes. */
  push(bytes: Uint8Array): F[]
  /** What was begun is void. */
  reset(): void
}

export type Protocol<F> = {
  scanner(): Scanner<F>
  /** A longer pause between two pieces ends whatever was begun. */
  readonly gapMaxMs: number
  addressOf(request: F): string
  encode(request: F): Buffer
  classOf(request: F): RequestClass
  /** The same answer turned into "no". */
  negative(request: F, reply: Buffer): Buffer
  /** The same answer under a neighbour's address, its check still right. */
  neighbour(reply: Buffer): Buffer
  /** The same answer with a wrong check. */
  wrongCheck(reply: Buffer): Buffer
}
