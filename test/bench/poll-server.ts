// The far end of the polling benchmark 测试对端, a process of its own: Modbus TCP answered at once, or
// serial buses of Modbus and DL/T 645 meters that answer after the time the wire would take.
//
//   node poll-server.ts tcp
//   node poll-server.ts paced BAUD THINKING_MS DEAD_EVERY

import { createServer, type Socket } from 'node:net'
import { decodeFrame, encodeFrame } from '../../src/metering/protocol/dlt645/frame.ts'
import { crc16 } from '../../src/metering/protocol/modbus/crc16.ts'
import { meterContent } from './dlt645-content.ts'

const BITS_PER_BYTE = 11
const REQUEST_BYTES = 12
const REGISTERS = 20

/** MBAP, unit, 03, byte count, 20 registers. */
const answerTcp = (socket: Socket): void => {
  const answer = Buffer.alloc(9 + 2 * REGISTERS)
  answer.writeUInt16BE(3 + 2 * REGISTERS, 4)
  answer[7] = 3
  answer[8] = 2 * REGISTERS
  for (let i = 0; i < REGISTERS; i++) answer.writeUInt16BE(1_000 + i, 9 + 2 * i)
  socket.on('data', (bytes) => {
    for (let at = 0; at + REQUEST_BYTES <= bytes.length; at += REQUEST_BYTES) {
      const own = Buffer.from(answer)
      bytes.copy(own, 0, at, at + 2)
      own[6] = bytes[at + 6] ?? 0
      socket.write(own)
    }
  })
}

const NO_SUCH_DATA = 0x02

const answerDlt645 = (request: Buffer): Buffer | null => {
  const frame = decodeFrame(request.subarray(request.indexOf(0x68)))
  if (frame === null) return null
  const { address, control, data } = frame
  const id = Buffer.from(data.subarray(0, 4)).reverse().toString('hex').toUpperCase()
  const echo = data.subarray(0, 4)
  const found = meterContent(id)
  if (found === null) {
    return encodeFrame({ address, control: control | 0xc0, data: Buffer.of(NO_SUCH_DATA) })
  }
  return encodeFrame({ address, control: control | 0x80, data: Buffer.concat([echo, found]) })
}

const answerRtu = (request: Buffer): Buffer => {
  const count = request.readUInt16BE(4)
  const answer = Buffer.alloc(5 + 2 * count)
  answer[0] = request[0] ?? 0
  answer[1] = request[1] ?? 0
  answer[2] = 2 * count
  answer.writeUInt16LE(crc16(answer, 0, answer.length - 2), answer.length - 2)
  return answer
}

const isModbus = (request: Buffer): boolean => request.length === 8 && request[0] !== 0xfe

/** Every so many'th meter is dead; its number is the last digits of its address. */
const isDead = (request: Buffer, every: number): boolean => {
  if (every === 0) return false
  if (isModbus(request)) return (request[0] ?? 0) % every === 0
  const frame = decodeFrame(request.subarray(request.indexOf(0x68)))
  return frame !== null && Number(frame.address.slice(-6)) % every === 0
}

const answerPaced = (socket: Socket, baud: number, thinkingMs: number, deadEvery: number): void => {
  const byteMs = (BITS_PER_BYTE * 1_000) / baud
  socket.on('data', (request) => {
    const arrivedAt = performance.now()
    if (isDead(request, deadEvery)) return
    const answer = isModbus(request) ? answerRtu(request) : answerDlt645(request)
    if (answer === null) return
    const dueAt = arrivedAt + (request.length + answer.length) * byteMs + thinkingMs
    // Timers count whole milliseconds and are late by a fraction of one.
    const waitMs = Math.max(1, Math.round(dueAt - performance.now() - 0.5))
    setTimeout(() => socket.write(answer), waitMs)
  })
}

const [kind = '', baud = '9600', thinkingMs = '50', deadEvery = '0'] = process.argv.slice(2)
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  if (kind === 'tcp') answerTcp(socket)
  else answerPaced(socket, Number(baud), Number(thinkingMs), Number(deadEvery))
})
server.listen(0, '127.0.0.1', 1_024, () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0)
})
process.on('disconnect', () => process.exit(0))
