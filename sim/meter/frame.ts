// Frames of DL/T 645-2007 帧, as a slave sees them: 68 address 68 C L data+33H CS 16.
// Garbage is skipped one byte at a time, so a bad length never costs the next good frame.

import { hexLow, textLow } from './bytes.ts'

/** `address` is written high digit first: 12 digits, or A where the master says "any". */
export type Frame = { address: string; control: number; data: Buffer }

const START = 0x68
const END = 0x16
const OFFSET = 0x33
const HEAD_BYTES = 10
const TAIL_BYTES = 2

const sum = (bytes: Uint8Array): number => bytes.reduce((a, b) => (a + b) & 0xff, 0)

export const encodeFrame = ({ address, control, data }: Frame): Buffer => {
  const body = Buffer.concat([
    Buffer.from([START]),
    hexLow(address),
    Buffer.from([START, control, data.length]),
    data.map((byte) => (byte + OFFSET) & 0xff),
  ])
  return Buffer.concat([body, Buffer.from([sum(body), END])])
}

type Found = { frame: Frame; length: number } | 'incomplete' | 'garbage'

/** Looks for a frame that begins exactly at `from`. */
const frameAt = (bytes: Buffer, from: number): Found => {
  if (bytes[from] !== START) return 'garbage'
  if (bytes.length < from + HEAD_BYTES) {
    return bytes.length > from + 7 && bytes[from + 7] !== START ? 'garbage' : 'incomplete'
  }
  if (bytes[from + 7] !== START) return 'garbage'
  const dataEnd = from + HEAD_BYTES + bytes.readUInt8(from + 9)
  if (bytes.length < dataEnd + TAIL_BYTES) return 'incomplete'
  if (bytes[dataEnd + 1] !== END) return 'garbage'
  if (bytes[dataEnd] !== sum(bytes.subarray(from, dataEnd))) return 'garbage'
  const frame = {
    address: textLow(bytes.subarray(from + 1, from + 7)),
    control: bytes.readUInt8(from + 8),
    data: Buffer.from(bytes.subarray(from + HEAD_BYTES, dataEnd).map((b) => (b - OFFSET) & 0xff)),
  }
  return { frame, length: dataEnd + TAIL_BYTES - from }
}

/** Cuts a stream of bytes into frames; what cannot become a frame is thrown away. */
export class FrameScanner {
  #pending: Buffer = Buffer.alloc(0)

  push(bytes: Uint8Array): Frame[] {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const frames: Frame[] = []
    let at = 0
    while (at < this.#pending.length) {
      const found = frameAt(this.#pending, at)
      if (found === 'incomplete') break
      if (found === 'garbage') at += 1
      else {
        frames.push(found.frame)
        at += found.length
      }
    }
    this.#pending = this.#pending.subarray(at)
    return frames
  }

  /** A pause longer than the standard allows inside a frame: what was begun is void. */
  reset(): void {
    this.#pending = Buffer.alloc(0)
  }
}

/** The first good frame in `bytes`, or null. */
export const decodeFrame = (bytes: Uint8Array): Frame | null => {
  const whole = Buffer.from(bytes)
  for (let at = 0; at < whole.length; at++) {
    const found = frameAt(whole, at)
    if (found !== 'incomplete' && found !== 'garbage') return found.frame
  }
  return null
}
