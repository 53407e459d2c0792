// The far end of the batch benchmark 批量测试对端, a process of its own: serial buses of DL/T 645 meters
// with a relay, that answer after the time the wire would take. It tells when each order reaches
// the wire, and on demand how long each bus was busy.
//
//   node batch-server.ts BAUD THINKING_MS

import { createServer, type Socket } from 'node:net'
import { encodeTime } from '../../src/metering/protocol/dlt645/calendar.ts'
import { decodeFrame, encodeFrame } from '../../src/metering/protocol/dlt645/frame.ts'
import { instant, localTime } from '../../src/shared/clock.ts'
import { meterContent } from './dlt645-content.ts'

const BITS_PER_BYTE = 11
const ZONE = 'Asia/Shanghai'
const NO_SUCH_DATA = 0x02
const ORDER = 0x1c
const TRIP = 0x1a
const KEEP_ON = 0x3a
const KEPT_WORD = 0x10
const TRIPPED_WORD = 0x50

const [baud = 2_400, thinkingMs = 100] = process.argv.slice(2).map(Number)
const byteMs = (BITS_PER_BYTE * 1_000) / baud
const relays = new Map<string, boolean>()
const kept = new Set<string>()
const busy = new Map<Socket, number>()

const contentOf = (id: string, address: string): Buffer | null => {
  if (id === '04000503')
    return Buffer.of(relays.get(address) ? TRIPPED_WORD : 0, kept.has(address) ? KEPT_WORD : 0)
  if (id !== '0400010C') return meterContent(id)
  return encodeTime('YYMMDDWWhhmmss', localTime(instant(Date.now()), ZONE))
}

const answerTo = (request: Buffer): { answer: Buffer; address: string; order: boolean } | null => {
  const frame = decodeFrame(request.subarray(request.indexOf(0x68)))
  if (frame === null) return null
  const { address, control, data } = frame
  const order = (control & 0x1f) === ORDER
  if (order) {
    // After password and operator; the rest is its deadline.
    if (data[8] === TRIP) relays.set(address, true)
    if (data[8] === KEEP_ON) kept.add(address)
    const done = { address, control: control | 0x80, data: Buffer.alloc(0) }
    return { answer: encodeFrame(done), address, order }
  }
  const id = Buffer.from(data.subarray(0, 4)).reverse().toString('hex').toUpperCase()
  const content = contentOf(id, address)
  const answer =
    content === null
      ? encodeFrame({ address, control: control | 0xc0, data: Buffer.of(NO_SUCH_DATA) })
      : encodeFrame({
          ...{ address, control: control | 0x80 },
          data: Buffer.concat([data.subarray(0, 4), content]),
        })
  return { answer, address, order }
}

const now = (): number => performance.timeOrigin + performance.now()

const server = createServer({ noDelay: true }, (socket) => {
  busy.set(socket, 0)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => busy.delete(socket))
  socket.on('data', (request) => {
    const at = now()
    const answered = answerTo(request)
    if (answered === null) return
    const { answer, address, order } = answered
    process.send?.({ seen: address, order, at })
    const takesMs = (request.length + answer.length) * byteMs + thinkingMs
    busy.set(socket, (busy.get(socket) ?? 0) + takesMs)
    const waitMs = Math.max(1, Math.round(at + takesMs - now() - 0.5))
    setTimeout(() => socket.write(answer), waitMs)
  })
})
process.on('message', () => {
  process.send?.({ busy: [...busy.values()] })
  for (const socket of busy.keys()) busy.set(socket, 0)
})
server.listen(0, '127.0.0.1', 1_024, () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0)
})
process.on('disconnect', () => process.exit(0))
