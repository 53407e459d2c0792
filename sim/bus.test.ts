import { beforeEach, describe, expect, test } from 'vitest'
import { Bus, type Station } from './bus.ts'
import { type MeterFaults, noFaults } from './faults.ts'
import { DLT645 } from './meter/dlt645-wire.ts'
import { decodeFrame, encodeFrame, type Frame } from './meter/frame.ts'
import type { Timers } from './timers.ts'

/** Time that only moves when it is told to. */
class Virtual implements Timers {
  #nowMs = 0
  #due: { atMs: number; run: () => void }[] = []
  wallMs = () => Math.floor(this.#nowMs)
  monoMs = () => this.#nowMs
  after = (delayMs: number, run: () => void) => {
    if (delayMs <= 0) run()
    else this.#due.push({ atMs: this.#nowMs + delayMs, run })
  }
  every = () => () => {}

  runUntil(atMs: number): void {
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined || next.atMs > atMs) break
      this.#due = this.#due.filter((one) => one !== next)
      this.#nowMs = next.atMs
      next.run()
    }
    this.#nowMs = atMs
  }
}

const BYTE_MS = 11_000 / 9_600
const REQUEST = { control: 0x11, data: Buffer.from([0, 0, 0, 0]) }
const REPLY_BYTES = 20
const REQUEST_BYTES = 16

const station = (
  address: string,
  reactionMs: number,
  faults: Partial<MeterFaults> = {},
): Station<Frame> => ({
  protocol: DLT645,
  address,
  reactionMs,
  preamble: 0,
  faults: { ...noFaults(), ...faults },
  onRequest: (frame) =>
    frame.address === address || frame.address === 'AAAAAAAAAAAA'
      ? encodeFrame({ address, control: 0x91, data: Buffer.alloc(8) })
      : null,
})
const request = (address: string) => encodeFrame({ address, ...REQUEST })

const ONE = '000000000001'
const TWO = '000000000002'

let time = new Virtual()
let heard: { atMs: number; bytes: Buffer }[] = []
const busOf = (stations: Station<Frame>[], pace = 1) =>
  new Bus({
    baud: 9_600,
    pace,
    timers: time,
    stations,
    onBytes: (bytes) => heard.push({ atMs: time.monoMs(), bytes }),
  })

beforeEach(() => {
  time = new Virtual()
  heard = []
})

describe('time on the wires', () => {
  test('an exchange takes request, reaction and reply at eleven bits a byte', () => {
    busOf([station(ONE, 50)]).transmit(request(ONE))
    time.runUntil(1_000)
    expect(heard).toHaveLength(1)
    expect(heard[0]?.atMs).toBeCloseTo((REQUEST_BYTES + REPLY_BYTES) * BYTE_MS + 50, 6)
  })

  test('half the pace takes half the time, none takes none', () => {
    busOf([station(ONE, 50)], 0.5).transmit(request(ONE))
    time.runUntil(1_000)
    expect(heard[0]?.atMs).toBeCloseTo(((REQUEST_BYTES + REPLY_BYTES) * BYTE_MS + 50) / 2, 6)
    busOf([station(ONE, 50)], 0).transmit(request(ONE))
    expect(heard[1]?.atMs).toBe(1_000)
  })

  test('a frame may arrive in pieces, but not with a pause of more than half a second', () => {
    const bus = busOf([station(ONE, 50)])
    const whole = request(ONE)
    bus.transmit(whole.subarray(0, 7))
    time.runUntil(400)
    bus.transmit(whole.subarray(7))
    time.runUntil(1_000)
    expect(heard).toHaveLength(1)
    bus.transmit(whole.subarray(0, 7))
    time.runUntil(2_000)
    bus.transmit(whole.subarray(7))
    time.runUntil(3_000)
    expect(heard).toHaveLength(1)
  })
})

describe('two who speak at once', () => {
  const exchangeMs = (REQUEST_BYTES + REPLY_BYTES) * BYTE_MS + 50

  test.each([
    ['while the meter answers', exchangeMs - 5, []],
    ['so that it still runs when the meter answers', REQUEST_BYTES * BYTE_MS + 45, []],
    ['after the answer', exchangeMs + 1, [ONE, TWO]],
  ])('a second request %s', (_name, secondAtMs, answered) => {
    const bus = busOf([station(ONE, 50), station(TWO, 20)])
    bus.transmit(request(ONE))
    time.runUntil(secondAtMs)
    bus.transmit(request(TWO))
    time.runUntil(1_000)
    expect(heard.map(({ bytes }) => decodeFrame(bytes)?.address)).toEqual(answered)
    expect(bus.collisions > 0).toBe(answered.length === 0)
  })

  test.each([1, 0])('two meters answering one wildcard garble each other at pace %d', (pace) => {
    const bus = busOf([station(ONE, 50), station(TWO, 55)], pace)
    bus.transmit(request('AAAAAAAAAAAA'))
    time.runUntil(1_000)
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.filter(({ bytes }) => decodeFrame(bytes) !== null)).toEqual([])
  })

  test('two answers that follow each other are both heard', () => {
    const bus = busOf([station(ONE, 20), station(TWO, 20 + REPLY_BYTES * BYTE_MS + 1)])
    bus.transmit(request('AAAAAAAAAAAA'))
    time.runUntil(1_000)
    expect(heard.map(({ bytes }) => decodeFrame(bytes)?.address)).toEqual([ONE, TWO])
  })
})

describe('faults', () => {
  const good = encodeFrame({ address: ONE, control: 0x91, data: Buffer.alloc(8) })

  test.each<[string, Partial<MeterFaults>, (bytes: Buffer[]) => boolean]>([
    ['silent', { silent: true }, (b) => b.length === 0],
    ['loseNextReply', { loseNextReply: 1 }, (b) => b.length === 0],
    ['halfFrame', { halfFrame: true }, (b) => b[0]?.length === REPLY_BYTES / 2],
    ['duplicate', { duplicate: true }, (b) => b.length === 2 && b[1]?.equals(good) === true],
    ['echo', { echo: true }, (b) => b[0]?.equals(Buffer.concat([request(ONE), good])) === true],
    ['wrongAddress', { wrongAddress: true }, (b) => decodeFrame(b[0] ?? good)?.address === TWO],
    [
      'wrongCheck',
      { wrongCheck: true },
      (b) => b.length === 1 && decodeFrame(b[0] ?? good) === null,
    ],
    ['noise', { noise: 200 }, (b) => b.length === 1 && b[0]?.equals(good) === false],
    ['a fault for other requests', { on: 'credit', silent: true }, (b) => b.length === 1],
    [
      'a negative is for changes only',
      { negativeButApplied: true },
      (b) => b[0]?.equals(good) === true,
    ],
  ])('%s', (_name, faults, expected) => {
    busOf([station(ONE, 50, faults)]).transmit(request(ONE))
    time.runUntil(1_000)
    expect(expected(heard.map(({ bytes }) => bytes))).toBe(true)
  })

  test('a late reply comes late, and meets whoever speaks by then', () => {
    const bus = busOf([station(ONE, 50, { lateMs: 300 }), station(TWO, 20)])
    bus.transmit(request(ONE))
    time.runUntil(300)
    bus.transmit(request(TWO))
    time.runUntil(1_000)
    expect(heard.map(({ bytes }) => decodeFrame(bytes)?.address)).toEqual([TWO, ONE])
  })

  test('a lost reply is lost once', () => {
    const bus = busOf([station(ONE, 50, { loseNextReply: 1 })])
    bus.transmit(request(ONE))
    time.runUntil(500)
    bus.transmit(request(ONE))
    time.runUntil(1_000)
    expect(heard).toHaveLength(1)
  })
})
