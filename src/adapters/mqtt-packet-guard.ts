// Bounds the packets that strangers send to our broker 报文长度限制: the broker itself would wait for
// whatever length a client claims, and keep it.

import { Transform } from 'node:stream'

export type PacketLimits = {
  /** The first packet comes before any log-in. */
  firstBytes: number
  bytes: number
}

const LENGTH_BYTES_MAX = 4
const SEVEN_BITS = 0x7f
const MORE_BIT = 0x80

/** Passes bytes on, and fails at the first packet that claims to be longer than allowed. */
export const packetGuard = (limits: PacketLimits): Transform => {
  let most = limits.firstBytes
  /** Bytes of the present packet that are still to come; null while its head is read. */
  let left: number | null = null
  let head: number[] = []

  /** False where the head is no head, or claims too much. */
  const readHead = (byte: number): boolean => {
    head.push(byte)
    if (head.length === 1 || (byte & MORE_BIT) !== 0) return head.length <= LENGTH_BYTES_MAX
    const length = head
      .slice(1)
      .reduce((sum, digit, place) => sum + (digit & SEVEN_BITS) * 128 ** place, 0)
    head = []
    left = length === 0 ? null : length
    const good = length <= most
    most = limits.bytes
    return good
  }

  const isGood = (chunk: Buffer): boolean => {
    for (let at = 0; at < chunk.length; ) {
      if (left === null) {
        if (!readHead(chunk[at] ?? 0)) return false
        at += 1
      } else {
        const taken = Math.min(left, chunk.length - at)
        left = left === taken ? null : left - taken
        at += taken
      }
    }
    return true
  }

  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      if (isGood(chunk)) done(null, chunk)
      else done(new Error('an MQTT packet that is too long'))
    },
  })
}
