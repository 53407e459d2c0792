// A master on a socket 主站端: sends one request at a time to a simulated gateway and waits for the
// answer. For tests of the simulator over real TCP.

import { connect, type Socket } from 'node:net'
import { creditData } from './meter/bench-meter.ts'
import { hexLow, reversed } from './meter/bytes.ts'
import { DEMO_KEY, encryptBlocks, sessionKey } from './meter/cipher.ts'
import { creditMacs } from './meter/credit.ts'
import { encodeFrame, type Frame, FrameScanner } from './meter/frame.ts'

export class Master {
  readonly #socket: Socket
  readonly #scanner = new FrameScanner()
  #arrived: (frame: Frame) => void = () => {}
  /** Resolves when the other side has gone. */
  readonly closed: Promise<void>

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      for (const frame of this.#scanner.push(Buffer.from(bytes))) this.#arrived(frame)
    })
    socket.on('error', () => socket.destroy())
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()))
  }

  static dial(port: number): Promise<Master> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('connect', () => resolve(new Master(socket)))
    })
  }

  send(frame: Frame): void {
    this.#socket.write(encodeFrame(frame))
  }

  /** The next frame that arrives, or null after `timeoutMs`. */
  next(timeoutMs = 60_000): Promise<Frame | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs)
      this.#arrived = (frame) => {
        clearTimeout(timer)
        resolve(frame)
      }
    })
  }

  ask(frame: Frame, timeoutMs?: number): Promise<Frame | null> {
    const answer = this.next(timeoutMs)
    this.send(frame)
    return answer
  }

  async read(address: string, di: string, timeoutMs?: number): Promise<string | null> {
    const answer = await this.ask({ address, control: 0x11, data: hexLow(di) }, timeoutMs)
    if (answer === null || answer.control !== 0x91) return null
    return reversed(answer.data.subarray(4)).toString('hex')
  }

  /** Authenticates; resolves to the meter's random number. */
  async authenticate(address: string): Promise<Buffer> {
    const factor = Buffer.from(`0000${address}`, 'hex')
    const random1 = Buffer.from('0011223344556677', 'hex')
    const cipher1 = encryptBlocks(sessionKey(DEMO_KEY, factor), random1)
    const fields = [cipher1, random1, factor].map((field) => reversed(field))
    const data = Buffer.concat([hexLow('070000FF'), Buffer.alloc(4), ...fields])
    const answer = await this.ask({ address, control: 0x03, data })
    if (answer?.control !== 0x83) throw new Error('authentication refused')
    return reversed(answer.data.subarray(4, 8))
  }

  /** The frame of a recharge signed under this random number. */
  static credit(
    address: string,
    random2: Buffer,
    credit: { amountFen: number; count: number; customerNo: string; kind?: 'open' | 'recharge' },
  ): Frame {
    const data = creditData(credit)
    const { mac1, mac2 } = creditMacs(random2, credit)
    reversed(mac1).copy(data, 16)
    reversed(mac2).copy(data, 26)
    return { address, control: 0x03, data }
  }

  close(): void {
    this.#socket.destroy()
  }
}
