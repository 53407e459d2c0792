// DL/T 645 on a simulated bus 总线上的645帧: both editions share frames, addresses and answers.

import type { Protocol, RequestClass } from '../wire.ts'
import { textLow } from './bytes.ts'
import { decodeFrame, encodeFrame, type Frame, FrameScanner } from './frame.ts'

/** The longest pause the standard allows inside a frame. */
const BYTE_GAP_MAX_MS = 500
const SECURITY = 0x03
const CLASSES: Record<number, RequestClass> = {
  1: 'read',
  17: 'read',
  18: 'read',
  19: 'read',
  20: 'write',
  28: 'relay',
}
const CREDITS = ['070101FF', '070102FF', '070103FF', '070108FF']

const classOf = ({ control, data }: Frame): RequestClass => {
  if (control !== SECURITY) return CLASSES[control] ?? 'any'
  return CREDITS.includes(textLow(data.subarray(0, 4))) ? 'credit' : 'security'
}

export const DLT645: Protocol<Frame> = {
  scanner: () => new FrameScanner(),
  gapMaxMs: BYTE_GAP_MAX_MS,
  addressOf: ({ address }) => address,
  encode: encodeFrame,
  classOf,
  // Two bytes after a security command, one otherwise.
  negative: (request, reply) =>
    encodeFrame({
      address: decodeFrame(reply)?.address ?? request.address,
      control: request.control | 0xc0,
      data: Buffer.from(request.control === SECURITY ? [0x01, 0x00] : [0x01]),
    }),
  neighbour: (reply) => {
    const frame = decodeFrame(reply)
    if (frame === null) return reply
    const last = (Number(frame.address.slice(-1)) + 1) % 10
    return encodeFrame({ ...frame, address: `${frame.address.slice(0, -1)}${last}` })
  },
  wrongCheck: (reply) => {
    const spoilt = Buffer.from(reply)
    const at = spoilt.length - 2
    spoilt.writeUInt8(spoilt.readUInt8(at) ^ 0x01, at)
    return spoilt
  },
}
