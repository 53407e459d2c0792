// One exchange 一问一答: a request frame and the rule by which its reply is known. A reply is ours
// only if address (by pattern), function and the repeated data identifier agree; anything else is
// a late or foreign frame and the bus drops it.

import { answered, NOT_OURS, type Parsed, type Reply, type Request } from '../request.ts'
import { addressMatches, BROADCAST_ADDRESS } from './address.ts'
import {
  DATA_BYTES_MAX,
  decodeFrame,
  encodeFrame,
  FRAME_OVERHEAD_BYTES,
  type Frame,
  parseControl,
  WAKE_UP_BYTES,
} from './frame.ts'
import { refusalOf } from './refusals.ts'
import { dlt645Reader } from './stream.ts'

export type Dlt645Request<T> = Request<T> & {
  readonly frame: Frame
  /** Whether a frame answers this request, well or with a refusal. */
  match(reply: Frame): boolean
  /** What a frame means that matches. */
  answer(reply: Frame): Parsed<T>
}

export type Exchange<T> = {
  label: string
  address: string
  func: number
  data: Buffer
  /** What the reply repeats in front of its content: the data identifier, mostly. */
  echo: Buffer
  /** The longest content of a good reply, without the echo. */
  contentMax: number
  repeatable: boolean
  /** The number of a follow-up frame, with which a good reply ends. */
  sequence?: number
  /** The content of a good reply, after the echo. */
  read: (content: Buffer, reply: Frame) => Reply<T>
  /** How to go on when the meter says that more follows; without it such a reply is read as is. */
  more?: (content: Buffer) => Request<T>
}

const matches = <T>(x: Exchange<T>, reply: Frame): boolean => {
  const control = parseControl(reply.control)
  if (!control.fromSlave || control.func !== x.func) return false
  if (!addressMatches(x.address, reply.address)) return false
  // An error reply carries its reason only: function and address are all there is to go by.
  if (control.error) return true
  if (!reply.data.subarray(0, x.echo.length).equals(x.echo)) return false
  return x.sequence === undefined || reply.data.subarray(x.echo.length).at(-1) === x.sequence
}

/** Answers to writes and orders repeat nothing: all of one function look the same. */
const alikeOf = <T>({ func, echo, sequence }: Exchange<T>): string =>
  `${func} ${echo.toString('hex')} ${sequence ?? ''}`

const answerOf = <T>(x: Exchange<T>, reply: Frame): Parsed<T> => {
  const control = parseControl(reply.control)
  if (control.error) return { kind: 'reply', result: refusalOf(x.func, reply.data) }
  const content = reply.data.subarray(x.echo.length)
  if (control.more && x.more !== undefined) return { kind: 'more', next: x.more(content) }
  return { kind: 'reply', result: x.read(content, reply) }
}

export const ask = <T>(x: Exchange<T>): Dlt645Request<T> => {
  const frame: Frame = { address: x.address, control: x.func, data: x.data }
  const match = (reply: Frame) => matches(x, reply)
  const answer = (reply: Frame) => answerOf(x, reply)
  const dataMax = Math.min(x.echo.length + x.contentMax, DATA_BYTES_MAX)
  return {
    label: x.label,
    frame,
    bytes: encodeFrame(frame, { preamble: WAKE_UP_BYTES }),
    expectsReply: x.address !== BROADCAST_ADDRESS,
    repeatable: x.repeatable,
    alike: alikeOf(x),
    replyBytesMax: WAKE_UP_BYTES + FRAME_OVERHEAD_BYTES + dataMax,
    reader: dlt645Reader,
    match,
    answer,
    parse: (raw) => {
      const reply = decodeFrame(raw)
      return reply === null || !match(reply) ? NOT_OURS : answer(reply)
    },
  }
}

export const NO_ECHO = Buffer.alloc(0)

/** The answer of a meter that accepted an order; it decides nothing, reading back does. */
export type Accepted = 'accepted'

export const accepted = (): Reply<Accepted> => answered('accepted')
