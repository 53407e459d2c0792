// The stream reader 收帧: cuts whatever a line delivers into frames. It resynchronises one byte at
// a time, so a corrupt length never costs the next good frame, and what it decides depends on the
// bytes alone, never on how they were split. At most one unfinished frame is kept.

import { must } from '../../../shared/assert.ts'
import { decodeFrame, type Frame, measureFrame, START, WAKE_UP } from './frame.ts'

export type Dlt645Piece =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly raw: Buffer }
  | { readonly kind: 'discarded'; readonly bytes: Buffer }

export type Dlt645Reader = {
  push(bytes: Uint8Array): Dlt645Piece[]
  idle(): Dlt645Piece[]
}

type Scan = { pieces: Dlt645Piece[]; pending: Buffer }

/** Noise between two points of the buffer; wake-up bytes are not noise. */
const noise = (bytes: Buffer, from: number, to: number): Dlt645Piece[] => {
  const dropped = bytes.subarray(from, to).filter((byte) => byte !== WAKE_UP)
  return dropped.length === 0 ? [] : [{ kind: 'discarded', bytes: Buffer.from(dropped) }]
}

const scan = (bytes: Buffer, nothingFollows: boolean): Scan => {
  const pieces: Dlt645Piece[] = []
  let taken = 0
  let at = bytes.indexOf(START)
  while (at !== -1) {
    const measured = measureFrame(bytes, at)
    if (measured.kind === 'partial' && !nothingFollows) break
    if (measured.kind === 'whole') {
      // A copy, so that nobody holds on to the whole stream through one frame.
      const raw = Buffer.from(bytes.subarray(at, at + measured.length))
      const frame = must(decodeFrame(raw), 'a measured frame decodes')
      pieces.push(...noise(bytes, taken, at), { kind: 'frame', frame, raw })
      taken = at + measured.length
      at = bytes.indexOf(START, taken)
    } else {
      at = bytes.indexOf(START, at + 1)
    }
  }
  const keptFrom = at === -1 ? bytes.length : at
  pieces.push(...noise(bytes, taken, keptFrom))
  return { pieces, pending: Buffer.from(bytes.subarray(keptFrom)) }
}

export const dlt645Reader = (): Dlt645Reader => {
  let pending: Buffer = Buffer.alloc(0)
  const step = (bytes: Buffer, nothingFollows: boolean) => {
    const next = scan(bytes, nothingFollows)
    pending = next.pending
    return next.pieces
  }
  return {
    push: (bytes) => step(Buffer.concat([pending, bytes]), false),
    // A false 68H in noise can hide a whole good frame behind it until this moment.
    idle: () => step(pending, true),
  }
}
