// Faults on request 故障注入: how a simulated meter's traffic can go wrong, and what that does to the
// bytes. Every distortion is repeatable; none changes what the meter has done.

import { type Static, Type } from 'typebox'
import { textLow } from './meter/bytes.ts'
import { decodeFrame, encodeFrame, type Frame } from './meter/frame.ts'
import { drawn } from './meter/site.ts'

const RequestClass = Type.Union([
  Type.Literal('any'),
  Type.Literal('read'),
  Type.Literal('write'),
  Type.Literal('credit'),
  Type.Literal('security'),
  Type.Literal('relay'),
])
export type RequestClass = Static<typeof RequestClass>

const Count = Type.Integer({ minimum: 0 })

export const MeterFaults = Type.Object({
  /** Which requests the faults below apply to. */
  on: RequestClass,
  /** Hears nothing and says nothing. */
  silent: Type.Boolean(),
  /** Chance in a thousand that a byte of the reply is flipped, lost or preceded by another. */
  noise: Type.Integer({ minimum: 0, maximum: 1_000 }),
  /** Only the first half of the reply reaches the wire. */
  halfFrame: Type.Boolean(),
  /** The request comes back in front of the reply. */
  echo: Type.Boolean(),
  lateMs: Count,
  duplicate: Type.Boolean(),
  /** Done, but answered with an error (writes, credits and relay commands). */
  negativeButApplied: Type.Boolean(),
  /** So many replies are lost on the way back. */
  loseNextReply: Count,
  /** So many requests stay in the gateway until it is flushed. */
  holdNextRequest: Count,
  /** The reply carries a neighbour's address. */
  wrongAddress: Type.Boolean(),
})
export type MeterFaults = Static<typeof MeterFaults>

export const noFaults = (): MeterFaults => ({
  on: 'any',
  silent: false,
  noise: 0,
  halfFrame: false,
  echo: false,
  lateMs: 0,
  duplicate: false,
  negativeButApplied: false,
  loseNextReply: 0,
  holdNextRequest: 0,
  wrongAddress: false,
})

const CLASSES: Record<number, RequestClass> = {
  17: 'read',
  18: 'read',
  19: 'read',
  20: 'write',
  28: 'relay',
}
const SECURITY = 0x03
const CREDITS = ['070101FF', '070102FF', '070103FF']

export const classOf = ({ control, data }: Frame): RequestClass => {
  if (control !== SECURITY) return CLASSES[control] ?? 'any'
  return CREDITS.includes(textLow(data.subarray(0, 4))) ? 'credit' : 'security'
}

export const appliesTo = (faults: MeterFaults, request: Frame): boolean =>
  faults.on === 'any' || faults.on === classOf(request)

const changesMeter = (request: Frame) => ['write', 'credit', 'relay'].includes(classOf(request))

/** The same answer turned into "no": two bytes after a security command, one otherwise. */
const negative = (request: Frame, address: string): Buffer =>
  encodeFrame({
    address,
    control: request.control | 0xc0,
    data: Buffer.from(request.control === SECURITY ? [0x01, 0x00] : [0x01]),
  })

const neighbour = (reply: Buffer): Buffer => {
  const frame = decodeFrame(reply)
  if (frame === null) return reply
  const last = (Number(frame.address.slice(-1)) + 1) % 10
  return encodeFrame({ ...frame, address: `${frame.address.slice(0, -1)}${last}` })
}

const noisy = (bytes: Buffer, perMille: number, seed: string): Buffer =>
  Buffer.from(
    [...bytes].flatMap((byte, i) => {
      if (drawn(1_000, seed, i) >= perMille) return [byte]
      const extra = drawn(256, seed, i, 'byte')
      return [[byte ^ (1 << (extra % 8))], [extra, byte], []][drawn(3, seed, i, 'how')] ?? []
    }),
  )

/** @param serial makes the noise of each reply different and yet repeatable. */
export const distort = (
  faults: MeterFaults,
  request: Frame,
  reply: Buffer,
  serial: number,
): { copies: Buffer[]; lateMs: number } => {
  if (!appliesTo(faults, request)) return { copies: [reply], lateMs: 0 }
  if (faults.loseNextReply > 0) {
    faults.loseNextReply -= 1
    return { copies: [], lateMs: 0 }
  }
  const address = decodeFrame(reply)?.address ?? request.address
  let bytes =
    faults.negativeButApplied && changesMeter(request) ? negative(request, address) : reply
  if (faults.wrongAddress) bytes = neighbour(bytes)
  if (faults.echo) bytes = Buffer.concat([encodeFrame(request), bytes])
  if (faults.halfFrame) bytes = bytes.subarray(0, Math.floor(bytes.length / 2))
  if (faults.noise > 0) bytes = noisy(bytes, faults.noise, `${address}|${serial}`)
  return { copies: faults.duplicate ? [bytes, bytes] : [bytes], lateMs: faults.lateMs }
}
