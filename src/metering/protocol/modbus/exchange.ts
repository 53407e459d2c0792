// One Modbus exchange 一问一答: a sealed request and the rule by which its answer is known. Over
// RTU an answer names only unit, function and counts, so a late one to a like question can't be
// told from ours: the silence the bus keeps after a time-out guards that. TCP has its number.

import { assert } from '../../../shared/assert.ts'
import { badReply } from '../fault.ts'
import { NOT_OURS, type Parsed, type Reply, type Request, type StreamReader } from '../request.ts'
import { CRC_BYTES, crcIsGood } from './crc16.ts'
import { exceptionOf } from './exceptions.ts'
import { frameBytes, isBroadcast, pduAt, seal, type Target, TCP_LENGTH_AT } from './framing.ts'
import { PDU_BYTES_MAX } from './functions.ts'
import {
  type AnswerForm,
  answerLength,
  beginsAsRequest,
  EXCEPTION_PDU_BYTES,
  isException,
  type Question,
} from './question.ts'
import { rtuReader } from './rtu-stream.ts'
import { tcpReader } from './tcp-stream.ts'

export type ModbusExchange<T> = {
  label: string
  target: Target
  /** A frame from `newFrame` with its PDU filled in, not yet sealed. */
  bytes: Buffer
  form: AnswerForm
  repeatable: boolean
  /** What follows the function, and the byte count where the form has one. */
  read: (content: Buffer) => Reply<T>
  /** How to go on when the answer says that more follows; null when it is complete. */
  more?: (content: Buffer) => Request<T> | null
}

/** Over RTU an answer repeats nothing of a read but unit, function and byte count. */
const alikeOf = ({ target, fn, form, bytes }: Question): string | null => {
  if (target.framing.kind === 'tcp') return null
  const at = pduAt(target.framing)
  if (form.kind === 'repeated') return bytes.toString('hex', at, at + form.bytes)
  return form.kind === 'counted' ? `${fn} ${form.bytes}` : `${fn}`
}

const answerBytesMax = (form: AnswerForm): number => {
  switch (form.kind) {
    case 'counted':
      return 2 + form.bytes
    case 'counted-any':
      return 2 + form.bytesMax
    case 'repeated':
      return form.bytes
    case 'fixed':
      return 1 + form.bytes
    case 'identity':
      return PDU_BYTES_MAX
  }
}

/** Whether a whole frame answers the question; `bad` where it does with wrong counts (TCP). */
const recognise = (q: Question, raw: Buffer): 'ours' | 'bad' | 'not-ours' => {
  if (q.target.framing.kind === 'rtu') {
    const length = raw.length - 1 - CRC_BYTES
    const ours = raw[0] === q.target.unit && length > 0 && answerLength(q, raw, 1) === length
    if (!ours || beginsAsRequest(q, raw, 0, raw.length)) return 'not-ours'
    return crcIsGood(raw) ? 'ours' : 'not-ours'
  }
  const at = pduAt(q.target.framing)
  const ours =
    raw.length > at &&
    raw.readUInt32BE(0) === q.bytes.readUInt32BE(0) &&
    raw.readUInt16BE(TCP_LENGTH_AT) === raw.length - at + 1 &&
    raw[at - 1] === q.target.unit &&
    (raw[at] === q.fn || isException(q, raw[at]))
  if (!ours) return 'not-ours'
  const fits = answerLength(q, raw, at) === raw.length - at
  const isEcho = raw.equals(q.bytes) && !(fits && q.form.kind === 'repeated')
  if (isEcho) return 'not-ours'
  return fits ? 'ours' : 'bad'
}

const HEAD: Record<AnswerForm['kind'], number> = {
  counted: 2,
  'counted-any': 2,
  repeated: 1,
  fixed: 1,
  identity: 1,
}

const parse = <T>(x: ModbusExchange<T>, q: Question, raw: Buffer): Parsed<T> => {
  const verdict = recognise(q, raw)
  if (verdict === 'not-ours') return NOT_OURS
  const at = pduAt(q.target.framing)
  const end = q.target.framing.kind === 'rtu' ? raw.length - CRC_BYTES : raw.length
  if (verdict === 'bad') return { kind: 'reply', result: badReply(raw.subarray(at, end)) }
  if (isException(q, raw[at])) {
    return { kind: 'reply', result: exceptionOf(raw[at + 1] ?? 0) }
  }
  const content = raw.subarray(at + HEAD[x.form.kind], end)
  const next = x.more?.(content) ?? null
  return next === null ? { kind: 'reply', result: x.read(content) } : { kind: 'more', next }
}

export const ask = <T>(x: ModbusExchange<T>): Request<T> => {
  const { target, form } = x
  const { framing } = target
  const bytes = seal(framing, x.bytes)
  const question: Question = { target, fn: bytes[pduAt(framing)] ?? 0, form, bytes }
  return {
    label: x.label,
    bytes,
    expectsReply: !isBroadcast(target),
    repeatable: x.repeatable,
    alike: alikeOf(question),
    replyBytesMax: frameBytes(framing, Math.max(answerBytesMax(form), EXCEPTION_PDU_BYTES)),
    reader: (): StreamReader =>
      framing.kind === 'rtu' ? rtuReader(question) : tcpReader(question),
    parse: (raw) => parse(x, question, raw),
  }
}

/** A read has one device that answers it. */
export const assertOne = (target: Target): void =>
  assert(!isBroadcast(target), 'nobody answers a read that is broadcast')
