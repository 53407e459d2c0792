// Probes 探测报文: questions to whoever may be there. They read, they never change anything, and one to
// many listens for as long as anybody may take to answer.

import type { Outcome } from '../driver.ts'
import { ANY_ADDRESS, addressMatches, isMeterAddress } from '../protocol/dlt645/address.ts'
import { dataIdBytes, dataIdOf } from '../protocol/dlt645/data-ids.ts'
import { digitsOf } from '../protocol/dlt645/digits.ts'
import {
  decodeFrame,
  encodeFrame,
  FRAME_OVERHEAD_BYTES,
  type Frame,
  parseControl,
  WAKE_UP_BYTES,
} from '../protocol/dlt645/frame.ts'
import { FUNC } from '../protocol/dlt645/functions.ts'
import { dlt645Reader } from '../protocol/dlt645/stream.ts'
import { readRegisters } from '../protocol/modbus/commands/registers.ts'
import type { Framing } from '../protocol/modbus/framing.ts'
import { answered, NOT_OURS, type Request } from '../protocol/request.ts'
import type { Heard, Question } from './address-search.ts'
import type { Submit } from './trace.ts'
import type { UnitQuestion } from './unit-search.ts'

/** Every meter has it: the billing register. */
const HARMLESS_ITEM = '00000000'
const REGISTER_BYTES = 4
const ADDRESS_REPLY_BYTES = 6

/** 500 ms to think (DL/T 645-2007, 5.3.3), and what the way to the bus takes. */
const THINK_LEAST_MS = 650
/** Modbus devices answer sooner, and there are 247 to be asked. */
const UNIT_THINK_LEAST_MS = 300
const UNIT_ALLOWED_MS = 1_200
/** Of the time that a bus allows an answer so much is for thinking; the rest is its way. */
const THINK_ALLOWED_MS = 900

export type ProbeLine = {
  submit: Submit
  /** As the bus is set, ms. */
  replyTimeoutMs: number
}

type Asked = { address: string; func: number; data: Buffer; replyBytes: number; label: string }

const askedBy = (question: Question): Asked => {
  if (question.kind === 'any') {
    const func = FUNC.readAddress
    const data = Buffer.alloc(0)
    return {
      ...{ address: ANY_ADDRESS, func, data, replyBytes: ADDRESS_REPLY_BYTES },
      label: 'read address',
    }
  }
  const address =
    question.kind === 'tail' ? question.digits.padStart(ANY_ADDRESS.length, 'A') : question.address
  const data = dataIdBytes(HARMLESS_ITEM)
  const replyBytes = data.length + REGISTER_BYTES
  return { address, func: FUNC.readData, data, replyBytes, label: `look for ${address}` }
}

/** Whose answer a frame is; null: it answers something else. A refusal is an answer too. */
const answeredBy = (asked: Asked, reply: Frame): string | null => {
  const { fromSlave, func, error } = parseControl(reply.control)
  if (!fromSlave || func !== asked.func) return null
  // Some name themselves in the data only, and repeat the AA they were asked by.
  const named = asked.func === FUNC.readAddress && reply.data.length === ADDRESS_REPLY_BYTES
  const address = named ? digitsOf(reply.data) : reply.address
  if (!isMeterAddress(address) || !addressMatches(asked.address, address)) return null
  if (error || named) return address
  return dataIdOf(reply.data.subarray(0, asked.data.length)) === dataIdOf(asked.data)
    ? address
    : null
}

const bytesOf = ({ address, func, data }: Asked): Buffer =>
  encodeFrame({ address, control: func, data }, { preamble: WAKE_UP_BYTES })

/** Whoever answers within the time, one or many. */
const collecting = (asked: Asked): Request<Heard> => {
  const addresses = new Set<string>()
  return {
    label: asked.label,
    bytes: bytesOf(asked),
    expectsReply: true,
    repeatable: true,
    replyBytesMax: WAKE_UP_BYTES + FRAME_OVERHEAD_BYTES + asked.replyBytes,
    reader: dlt645Reader,
    parse: (raw) => {
      const reply = decodeFrame(raw)
      const address = reply && answeredBy(asked, reply)
      if (address === null) return NOT_OURS
      addresses.add(address)
      return { kind: 'noted' }
    },
    atEnd: (garbled) => answered({ addresses: [...addresses], garbled }),
  }
}

/** One by its name: its answer ends the exchange. */
const single = (asked: Asked): Request<Heard> => ({
  label: asked.label,
  bytes: bytesOf(asked),
  expectsReply: true,
  repeatable: true,
  replyBytesMax: WAKE_UP_BYTES + FRAME_OVERHEAD_BYTES + asked.replyBytes,
  reader: dlt645Reader,
  parse: (raw) => {
    const reply = decodeFrame(raw)
    const address = reply && answeredBy(asked, reply)
    if (address === null) return NOT_OURS
    return { kind: 'reply', result: answered({ addresses: [address], garbled: false }) }
  },
})

const thinkMs = (replyTimeoutMs: number, least: number, allowed: number): number =>
  Math.max(least, replyTimeoutMs - allowed)

const NOBODY: Heard = { addresses: [], garbled: false }
const NOISE: Heard = { addresses: [], garbled: true }

/** Silence and noise are answers here; a fault says that the line is gone or stopped. */
export const askAddresses = async (
  line: ProbeLine,
  question: Question,
): Promise<Outcome<Heard>> => {
  const asked = askedBy(question)
  const request = question.kind === 'one' ? single(asked) : collecting(asked)
  const probeMs = thinkMs(line.replyTimeoutMs, THINK_LEAST_MS, THINK_ALLOWED_MS)
  // A name of its own: what is asked of a meter by its address does not wait for a probe's silence.
  const address = `scan ${asked.address}`
  const result = await line.submit({ address, request, priority: 'scan', probeMs })
  if (result.ok) return result
  if (result.reason === 'timeout') return { ok: true, value: NOBODY }
  return result.reason === 'bad-reply' ? { ok: true, value: NOISE } : result
}

/** Whether a device answers under a unit number, if only to say that it has no such register. */
export const askUnit = async (
  line: ProbeLine & { framing: Framing },
  { unit, range }: UnitQuestion,
): Promise<Outcome<boolean>> => {
  const { framing, replyTimeoutMs } = line
  const request = readRegisters({ unit, framing }, range)
  const probeMs = thinkMs(replyTimeoutMs, UNIT_THINK_LEAST_MS, UNIT_ALLOWED_MS)
  const result = await line.submit({ address: `${unit}`, request, priority: 'scan', probeMs })
  if (result.ok) return { ok: true, value: true }
  const { reason } = result
  if (reason === 'refused-by-meter' || reason === 'not-supported') return { ok: true, value: true }
  return reason === 'timeout' || reason === 'bad-reply' ? { ok: true, value: false } : result
}
