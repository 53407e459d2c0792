// Faults on request 故障注入: how a simulated meter's traffic can go wrong, and what that does to the
// bytes. Every distortion is repeatable; none changes what the meter has done.

import { type Static, Type } from 'typebox'
import { drawn } from './meter/site.ts'
import { type Protocol, RequestClass } from './wire.ts'

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
  /** The check of the reply (sum or CRC) is wrong. */
  wrongCheck: Type.Boolean(),
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
  wrongCheck: false,
})

export const appliesTo = <F>(faults: MeterFaults, protocol: Protocol<F>, request: F): boolean =>
  faults.on === 'any' || faults.on === protocol.classOf(request)

const changesMeter = <F>(protocol: Protocol<F>, request: F) =>
  ['write', 'credit', 'relay'].includes(protocol.classOf(request))

const noisy = (bytes: Buffer, perMille: number, seed: string): Buffer =>
  Buffer.from(
    [...bytes].flatMap((byte, i) => {
      if (drawn(1_000, seed, i) >= perMille) return [byte]
      const extra = drawn(256, seed, i, 'byte')
      return [[byte ^ (1 << (extra % 8))], [extra, byte], []][drawn(3, seed, i, 'how')] ?? []
    }),
  )

type Answered<F> = { protocol: Protocol<F>; request: F; reply: Buffer }

const distorted = <F>(
  faults: MeterFaults,
  { protocol, request, reply }: Answered<F>,
  seed: string,
): Buffer => {
  const refused = faults.negativeButApplied && changesMeter(protocol, request)
  let bytes = refused ? protocol.negative(request, reply) : reply
  if (faults.wrongAddress) bytes = protocol.neighbour(bytes)
  if (faults.wrongCheck) bytes = protocol.wrongCheck(bytes)
  if (faults.echo) bytes = Buffer.concat([protocol.encode(request), bytes])
  if (faults.halfFrame) bytes = bytes.subarray(0, Math.floor(bytes.length / 2))
  return faults.noise > 0 ? noisy(bytes, faults.noise, seed) : bytes
}

/** @param seed makes the noise of each reply different and yet repeatable. */
export const distort = <F>(
  faults: MeterFaults,
  answered: Answered<F>,
  seed: string,
): { copies: Buffer[]; lateMs: number } => {
  const { protocol, request, reply } = answered
  if (!appliesTo(faults, protocol, request)) return { copies: [reply], lateMs: 0 }
  if (faults.loseNextReply > 0) {
    faults.loseNextReply -= 1
    return { copies: [], lateMs: 0 }
  }
  const bytes = distorted(faults, answered, seed)
  return { copies: faults.duplicate ? [bytes, bytes] : [bytes], lateMs: faults.lateMs }
}
