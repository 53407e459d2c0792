import { expect, test } from 'vitest'
import { createManualClock, type ManualClock, settled } from '../../../test/manual-clock.ts'
import type { Priority } from '../driver.ts'
import { broadcastTime } from '../protocol/dlt645/commands/clock.ts'
import { readEnergy, readOverdraft, readTariffEnergies } from '../protocol/dlt645/commands/read.ts'
import { decodeFrame, encodeFrame } from '../protocol/dlt645/frame.ts'
import { busSettings } from './line.ts'
import { type Bus, createBus } from './session.ts'

const A = '202611220001'
const B = '202611220002'
const SETTINGS = busSettings({ baud: 9_600, replyTimeoutMs: 1_000, gapMs: 10 })
/** Longer than any exchange with its silence. */
const LONG_MS = 20_000

/** A good answer to the read that `request` is; `low` is the last byte of the value. */
const answerTo = (request: Buffer, low = 0x26): Buffer => {
  const frame = decodeFrame(request.subarray(4))
  if (frame === null) throw new Error('not a request')
  const data = Buffer.concat([frame.data, Buffer.of(low, 0, 0, 0)])
  return encodeFrame({ address: frame.address, control: 0x91, data })
}

type Meter = (request: Buffer, reply: (bytes: Buffer, afterMs: number) => void) => void

/** A bus whose far end is `meter`; `sent` holds address and time of every request. */
const busWith = (clock: ManualClock, meter: Meter) => {
  const bus: Bus = createBus(clock, SETTINGS)
  const sent: { address: string; atMs: number }[] = []
  bus.connected({
    write: (bytes) => {
      const request = Buffer.from(bytes)
      const address = decodeFrame(request.subarray(4))?.address ?? ''
      sent.push({ address, atMs: clock.mono() })
      meter(request, (reply, afterMs) => {
        clock.after(afterMs, () => bus.received(reply))
      })
    },
  })
  return { bus, sent }
}

const answering: Meter = (request, reply) => reply(answerTo(request), 60)
const silent: Meter = () => {}
const ask = (bus: Bus, address = A, priority: Priority = 'status') =>
  bus.submit({ address, request: readEnergy(address), priority })

test('an answer comes back as the value it carries', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, answering)
  const result = ask(bus)
  await clock.advance(100)
  expect(await result).toEqual({ ok: true, value: 260 })
  expect(bus.counters).toMatchObject({ requests: 1, replies: 1, timeouts: 0 })
})

test('on a line that others have used, nothing is asked before their answers end', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  bus.disconnected()
  const late: number[] = []
  bus.connected({ write: () => late.push(clock.mono()) }, 700)
  const began = clock.mono()
  void ask(bus)
  await clock.advance(1_000)
  expect(sent).toEqual([])
  expect(late).toEqual([began + 700])
})

test('one request is outstanding at a time, and the next waits for its answer', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  const results = [ask(bus, A), ask(bus, B)]
  await clock.advance(1_000)
  expect((await Promise.all(results)).every((r) => r.ok)).toBe(true)
  expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBe(60 + SETTINGS.gapMs)
})

test('a relay order waits for one exchange only, however many reads wait before it', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  for (let i = 0; i < 10; i++) void ask(bus, A)
  await settled()
  void ask(bus, B, 'relay')
  await clock.advance(200)
  expect(sent[1]?.address).toBe(B)
})

test('a meter that does not answer is a timeout, and the next meter is asked', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, (request, reply) => {
    if (decodeFrame(request.subarray(4))?.address === B) reply(answerTo(request), 60)
  })
  const results = [ask(bus, A), ask(bus, B)]
  await clock.advance(LONG_MS)
  expect(await results[0]).toMatchObject({ ok: false, reason: 'timeout', mayRetry: true })
  expect(await results[1]).toMatchObject({ ok: true })
  expect(bus.counters.timeouts).toBe(1)
})

test('a late answer is dropped and counted, and its meter is asked only after it', async () => {
  const clock = createManualClock()
  let requests = 0
  const { bus, sent } = busWith(clock, (request, reply) => {
    requests += 1
    // The first answer comes long after its time is over; the later ones say another value.
    reply(answerTo(request, requests), requests === 1 ? 1_900 : 60)
  })
  const first = ask(bus, A)
  const second = ask(bus, A)
  await clock.advance(LONG_MS)
  expect(await first).toMatchObject({ ok: false, reason: 'timeout' })
  expect(await second).toEqual({ ok: true, value: 20 })
  expect(bus.counters.lateFrames).toBe(1)
  expect(sent[1]?.atMs).toBeGreaterThanOrEqual(1_900)
})

test('while one meter’s answer may still come, the others are read', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, (request, reply) => {
    if (decodeFrame(request.subarray(4))?.address === B) reply(answerTo(request), 60)
  })
  void ask(bus, A)
  void ask(bus, A)
  void ask(bus, B)
  await clock.advance(1_500)
  expect(sent.map(({ address }) => address)).toEqual([A, B])
  await clock.advance(1_000)
  expect(sent.map(({ address }) => address)).toEqual([A, B, A])
})

test.each<[string, Meter, object]>([
  [
    'noise before it',
    (q, reply) => reply(Buffer.concat([Buffer.of(0x68, 1, 2, 3), answerTo(q)]), 60),
    { ok: true, value: 260 },
  ],
  [
    'an echo of the request before it',
    (q, reply) => reply(Buffer.concat([q, answerTo(q)]), 60),
    { ok: true, value: 260 },
  ],
  [
    'a pause in the middle of it',
    (q, reply) => {
      reply(answerTo(q).subarray(0, 9), 60)
      reply(answerTo(q).subarray(9), 400)
    },
    { ok: true, value: 260 },
  ],
  [
    'a false start that hides it until the line is silent',
    (q, reply) =>
      reply(Buffer.concat([Buffer.of(0x68, 1, 1, 1, 1, 1, 1, 0x68, 0x91, 0xc8), answerTo(q)]), 60),
    { ok: true, value: 260 },
  ],
  [
    'half of it only',
    (q, reply) => reply(answerTo(q).subarray(0, 9), 60),
    { ok: false, reason: 'bad-reply' },
  ],
  [
    'another meter’s frame only',
    (q, reply) => {
      const frame = decodeFrame(answerTo(q))
      if (frame) reply(encodeFrame({ ...frame, address: B }), 60)
    },
    { ok: false, reason: 'timeout' },
  ],
])('an answer with %s', async (_, meter, expected) => {
  const clock = createManualClock()
  const { bus } = busWith(clock, meter)
  const result = ask(bus)
  await clock.advance(LONG_MS)
  expect(await result).toMatchObject(expected)
})

test('a doubled answer is counted and leaves the next question alone', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, (request, reply) => {
    reply(answerTo(request), 60)
    reply(answerTo(request), 65)
  })
  const results = [
    ask(bus, A),
    bus.submit({ address: A, request: readOverdraft(A), priority: 'status' }),
  ]
  await clock.advance(1_000)
  expect(await results[0]).toEqual({ ok: true, value: 260 })
  expect(await results[1]).toEqual({ ok: true, value: 26 })
  expect(bus.counters.lateFrames).toBe(2)
})

test('a line that babbles without end still is used', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, answering)
  const babble = () => {
    bus.received(Buffer.of(0x55))
    clock.after(5, babble)
  }
  babble()
  const result = ask(bus)
  await clock.advance(4_000)
  expect(await result).toEqual({ ok: true, value: 260 })
})

test('a long answer is fetched part by part before anything else is asked', async () => {
  const clock = createManualClock()
  const part = (control: number, data: Buffer) => encodeFrame({ address: A, control, data })
  const energies = (...kWh: number[]) => Buffer.from(kWh.flatMap((n) => [0, n, 0, 0]))
  const { bus, sent } = busWith(clock, (request, reply) => {
    const frame = decodeFrame(request.subarray(4))
    const id = Buffer.from('00ff0000', 'hex')
    if (frame?.control === 0x12) {
      reply(part(0x92, Buffer.concat([id, energies(3), Buffer.of(1)])), 60)
    } else reply(part(0xb1, Buffer.concat([id, energies(1, 2)])), 60)
  })
  const whole = bus.submit({ address: A, request: readTariffEnergies(A), priority: 'energy' })
  await settled()
  void ask(bus, B, 'relay')
  await clock.advance(1_000)
  expect(await whole).toEqual({ ok: true, value: [1_000, 2_000, 3_000] })
  expect(sent.slice(0, 3).map(({ address }) => address)).toEqual([A, A, B])
})

test('a lost line fails what is outstanding and queued, at once', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, silent)
  const results = [ask(bus, A), ask(bus, B)]
  await settled()
  bus.disconnected()
  for (const result of results) {
    expect(await result).toMatchObject({ ok: false, reason: 'gateway-offline' })
  }
  expect(await ask(bus, A)).toMatchObject({ ok: false, reason: 'gateway-offline' })
})

test('an order whose deadline passed while it waited is never sent', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, silent)
  void ask(bus, A)
  const order = bus.submit({
    address: B,
    request: readEnergy(B),
    priority: 'relay',
    sendBefore: clock.mono() + 500,
  })
  await clock.advance(LONG_MS)
  expect(await order).toMatchObject({ ok: false, reason: 'deadline-passed', mayRetry: false })
  expect(sent.map(({ address }) => address)).toEqual([A])
})

test('a wall clock that jumps neither sends nor holds an order', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  void ask(bus, A)
  const sendBefore = clock.mono() + 500
  const order = bus.submit({ address: B, request: readEnergy(B), priority: 'relay', sendBefore })
  clock.jumpWall(24 * 3_600_000)
  await clock.advance(1_000)
  expect(await order).toMatchObject({ ok: true })
  expect(sent).toHaveLength(2)
})

test('stopping hears the outstanding answer out and refuses the rest', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  const results = [ask(bus, A), ask(bus, B)]
  await settled()
  let stopped = false
  void bus.stop().then(() => {
    stopped = true
  })
  expect(await results[1]).toMatchObject({ ok: false, reason: 'stopped' })
  await settled()
  expect(stopped).toBe(false)
  await clock.advance(1_000)
  expect(await results[0]).toMatchObject({ ok: true })
  expect(stopped).toBe(true)
  expect(sent).toHaveLength(1)
})

const TIME = broadcastTime({
  year: 2026,
  month: 11,
  dayOfMonth: 22,
  hour: 8,
  minute: 0,
  second: 0,
})

test('a broadcast holds the bus until it has left and every meter had time for it', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  const told = bus.broadcast({ request: TIME, priority: 'energy' })
  const read = ask(bus, A)
  await clock.advance(1_000)
  expect(await told).toEqual({ ok: true, value: null })
  expect(await read).toMatchObject({ ok: true })
  const leftMs = TIME.bytes.length * (11 / 9.6)
  const [first, second] = sent.map(({ atMs }) => atMs)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(leftMs + SETTINGS.gapMs + 100)
  expect((second ?? 0) - (first ?? 0)).toBeLessThan(leftMs + SETTINGS.gapMs + 105)
  expect(bus.counters).toMatchObject({ requests: 2, broadcasts: 1, replies: 1, timeouts: 0 })
})

test('urgent work overtakes a broadcast, and nobody’s answer is taken for its own', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  void ask(bus, A)
  const told = bus.broadcast({ request: TIME, priority: 'energy' })
  void ask(bus, B, 'relay')
  await settled()
  await clock.advance(130)
  expect(sent.map(({ address }) => address).slice(0, 2)).toEqual([A, B])
  // Here somebody does answer it.
  await clock.advance(1_000)
  expect(await told).toEqual({ ok: true, value: null })
  expect(bus.counters.lateFrames).toBe(1)
})

test('a broadcast that could not leave in time is not sent late', async () => {
  const clock = createManualClock()
  const { bus, sent } = busWith(clock, answering)
  void ask(bus, A)
  const sendBefore = clock.mono() + 40
  const told = bus.broadcast({ request: TIME, priority: 'energy', sendBefore })
  await clock.advance(1_000)
  expect(await told).toMatchObject({ ok: false, reason: 'deadline-passed' })
  expect(sent).toHaveLength(1)
})

test('a broadcast on a line that is lost has not left', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, answering)
  const told = bus.broadcast({ request: TIME, priority: 'energy' })
  await settled()
  bus.disconnected()
  expect(await told).toMatchObject({ ok: false, reason: 'gateway-offline' })
})

test('an exchange that ends in time leaves no timer of its own behind', async () => {
  const clock = createManualClock()
  let timers = 0
  const counted: ManualClock = {
    ...clock,
    after: (ms, run) => {
      timers += 1
      return clock.after(ms, run)
    },
  }
  const bus = createBus(counted, { ...SETTINGS, gapMs: 0 })
  bus.connected({
    write: (bytes) => {
      const answer = answerTo(Buffer.from(bytes))
      clock.after(10, () => bus.received(answer))
    },
  })
  for (let n = 0; n < 50; n++) {
    const result = ask(bus, `2026112200${n.toString().padStart(2, '0')}`)
    await clock.advance(10)
    expect(await result).toMatchObject({ ok: true })
  }
  expect(timers).toBeLessThan(5)
})

test('the share of time in use is known', async () => {
  const clock = createManualClock()
  const { bus } = busWith(clock, answering)
  for (let n = 0; n < 60; n++) {
    void ask(bus, A)
    await clock.advance(1_000)
  }
  expect(bus.utilisation).toBeCloseTo(0.06, 2)
})
