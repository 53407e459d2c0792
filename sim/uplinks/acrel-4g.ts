// A 4G meter that calls the centre 4G电表: it registers, asks the time, sends heartbeats and its data
// block, and answers Modbus that comes wrapped to it. From the protocol's description, on its own.

import { crc16 } from '../modbus/rtu.ts'
import { type Caller, type CentreAddress, startCaller } from './caller.ts'

export type Meter4gOptions = {
  to: CentreAddress
  /** Up to 20 characters. */
  serial: string
  /** Unit number of the meter. */
  unit: number
  /** One Modbus RTU request in, the reply or null (it keeps silent). */
  answer: (rtu: Buffer) => Buffer | null
  heartbeatMs?: number
  /** How often the data block is sent until it is acknowledged. */
  reportMs?: number
}

export type Meter4g = {
  readonly caller: Caller
  readonly registered: boolean
  /** The centre's time as the meter was last told. */
  readonly toldTime: Buffer | null
  readonly acknowledged: number
  readonly reports: number
  report(): void
  /** Raw bytes up the line, for tests of what the centre does with them. */
  send(bytes: Buffer): void
  stop(): Promise<void>
}

const CMD = { register: 0x84, transparent: 0x90, data: 0x91, time: 0x93, beat: 0x94 }

const crcBytes = (bytes: Buffer): Buffer => {
  const crc = crc16(bytes)
  return Buffer.of(crc & 0xff, crc >>> 8)
}

const padded = (text: string, length: number): Buffer => {
  const out = Buffer.alloc(length)
  out.write(text, 'latin1')
  return out
}

export const frame4g = (command: number, body: Buffer = Buffer.alloc(0)): Buffer => {
  const inner = Buffer.concat([Buffer.of(command), body])
  return Buffer.concat([
    Buffer.from('7b7b', 'hex'),
    inner,
    crcBytes(inner),
    Buffer.from('7d7d', 'hex'),
  ])
}

/** The register frame's body, 58 bytes. */
const registration = (serial: string, reportMinutes: number): Buffer =>
  Buffer.concat([
    padded(serial, 20),
    padded('89860428231940423610', 30),
    Buffer.of(0x1a),
    Buffer.from('010001000100', 'hex'),
    Buffer.of(reportMinutes),
  ])

/** The main block 0200 ×48 wrapped as the meter uploads it, CRC dropped. */
const dataBody = (serial: string, unit: number, reply: Buffer): Buffer =>
  Buffer.concat([
    padded(serial, 20),
    Buffer.from('[['),
    Buffer.of(unit),
    Buffer.from('(('),
    reply.subarray(0, -2),
    Buffer.from('))]]'),
  ])

const mainBlockRequest = (unit: number): Buffer => {
  const bare = Buffer.from([unit, 0x03, 0x02, 0x00, 0x00, 0x30])
  return Buffer.concat([bare, crcBytes(bare)])
}

const DOWN_BODY: Readonly<Record<number, number>> = {
  [CMD.register]: 0,
  [CMD.data]: 0,
  [CMD.time]: 7,
}

/** Length of a Modbus request by its function; the writes of several registers tell their own. */
const requestLength = (rtu: Buffer): number | null => {
  const fn = rtu[1]
  if (fn !== 0x10 && fn !== 0x0f) return 8
  const bytes = rtu[6]
  return bytes === undefined ? null : 9 + bytes
}

/** Whole frames from the centre without head, check and tail; what is in pieces is kept. */
const split = (pending: Buffer): { frames: Buffer[]; rest: Buffer } => {
  const frames: Buffer[] = []
  let rest = pending
  for (;;) {
    const command = rest[2]
    if (command === undefined) return { frames, rest }
    const body = DOWN_BODY[command] ?? requestLength(rest.subarray(3))
    if (body === null || rest.length < 3 + body + 4) return { frames, rest }
    frames.push(rest.subarray(2, 3 + body))
    rest = rest.subarray(3 + body + 4)
  }
}

class Meter implements Meter4g {
  readonly caller: Caller
  registered = false
  toldTime: Buffer | null = null
  acknowledged = 0
  reports = 0
  readonly #options: Meter4gOptions
  readonly #timers: NodeJS.Timeout[]
  #pending: Buffer = Buffer.alloc(0)

  constructor(options: Meter4gOptions) {
    this.#options = options
    this.caller = startCaller(options.to, {
      up: () => this.send(frame4g(CMD.register, registration(options.serial, 30))),
      bytes: (bytes) => this.#receive(bytes),
      down: () => {
        this.registered = false
        this.#pending = Buffer.alloc(0)
      },
    })
    this.#timers = [
      setInterval(() => this.send(frame4g(CMD.beat)), options.heartbeatMs ?? 30_000),
      setInterval(() => this.report(), options.reportMs ?? 1_800_000),
    ]
  }

  send(bytes: Buffer): void {
    this.caller.socket?.write(bytes)
  }

  report(): void {
    const { serial, unit, answer } = this.#options
    const reply = answer(mainBlockRequest(unit))
    if (!reply || !this.registered) return
    this.reports += 1
    this.send(frame4g(CMD.data, dataBody(serial, unit, reply)))
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.caller.stop()
  }

  #receive(bytes: Buffer): void {
    const { frames, rest } = split(Buffer.concat([this.#pending, bytes]))
    this.#pending = rest
    for (const frame of frames) this.#obey(frame.readUInt8(0), frame.subarray(1))
  }

  #obey(command: number, body: Buffer): void {
    const { serial, answer } = this.#options
    if (command === CMD.register) {
      this.registered = true
      this.send(frame4g(CMD.time, padded(serial, 20)))
      this.report()
    }
    if (command === CMD.time) this.toldTime = Buffer.from(body)
    if (command === CMD.data) this.acknowledged += 1
    const reply = command === CMD.transparent ? answer(Buffer.from(body)) : null
    if (reply) this.send(frame4g(CMD.transparent, Buffer.concat([padded(serial, 20), reply])))
  }
}

export const startMeter4g = (options: Meter4gOptions): Meter4g => new Meter(options)
