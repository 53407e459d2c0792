import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { must } from '../../shared/assert.ts'
import { readMoney } from '../protocol/dlt645/commands/read.ts'
import { decodeFrame, encodeFrame } from '../protocol/dlt645/frame.ts'
import { readRegisters } from '../protocol/modbus/commands/registers.ts'
import { crc16 } from '../protocol/modbus/crc16.ts'
import { RTU, tcpFraming } from '../protocol/modbus/framing.ts'
import type { Request } from '../protocol/request.ts'
import { busSettings, byteMs } from './line.ts'
import { createBus } from './session.ts'

const SETTINGS = busSettings({ baud: 9_600, replyTimeoutMs: 1_000, gapMs: 10 })
/** A later answer is one that a gateway kept back: nobody can tell it from another. */
const LATE_MS_MAX = 1_900

/** One protocol: a request to the nth device, and its true answer, which tells `serial`. */
type Wired = {
  ask(n: number): { address: string; request: Request<number> }
  answer(request: Buffer, serial: number, stranger: boolean): Buffer
}

const ADDRESSES = ['202611220001', '202611220002']
const dlt645: Wired = {
  ask: (n) => {
    const address = ADDRESSES[n % ADDRESSES.length] ?? ''
    return { address, request: readMoney(address, '00900200') }
  },
  answer: (request, serial, stranger) => {
    const asked = must(decodeFrame(request.subarray(4)), 'a request')
    const digits = Buffer.from(serial.toString().padStart(8, '0'), 'hex').reverse()
    const data = Buffer.concat([asked.data, digits])
    const address = stranger ? '202611220009' : asked.address
    return encodeFrame({ address, control: 0x91, data })
  },
}

/** Two registers each time, from places that the answer does not repeat. */
const readsTwo = ({ atEnd: _, ...read }: ReturnType<typeof readRegisters>): Request<number> => ({
  ...read,
  parse: (raw) => {
    const parsed = read.parse(raw)
    if (parsed.kind !== 'reply') return { kind: 'not-ours' }
    const { result } = parsed
    return {
      kind: 'reply',
      result: result.ok ? { ok: true, value: result.value.bytes.readUInt32BE(0) } : result,
    }
  },
})
const four = (serial: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(serial)
  return bytes
}
const modbusRtu: Wired = {
  ask: (n) => {
    const unit = 1 + (n % 2)
    const start = n % 3
    const read = readRegisters({ unit, framing: RTU }, { start, count: 2 })
    return { address: `${unit}`, request: readsTwo(read) }
  },
  answer: (request, serial, stranger) => {
    const body = Buffer.concat([Buffer.of(stranger ? 9 : (request[0] ?? 0), 3, 4), four(serial)])
    const crc = crc16(body)
    return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)])
  },
}
const transactions = tcpFraming()
const modbusTcp: Wired = {
  ask: (n) => {
    const read = readRegisters({ unit: 1 + (n % 2), framing: transactions }, { start: 0, count: 2 })
    return { address: `${1 + (n % 2)}`, request: readsTwo(read) }
  },
  answer: (request, serial, stranger) => {
    const head = Buffer.from(request.subarray(0, 7))
    if (stranger) head[1] = (head[1] ?? 0) ^ 0x80
    head.writeUInt16BE(7, 4)
    return Buffer.concat([head, Buffer.of(3, 4), four(serial)])
  },
}

/** True once in so many times. */
const once = (times: number) => fc.nat(times - 1).map((n) => n === 0)
const damage = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ how: 'none' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ how: fc.constant('flip' as const), at: fc.nat(30), bit: fc.nat(7) }),
  },
  { weight: 1, arbitrary: fc.record({ how: fc.constant('drop' as const), at: fc.nat(30) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      how: fc.constant('insert' as const),
      at: fc.nat(30),
      byte: fc.nat(255),
    }),
  },
  { weight: 1, arbitrary: fc.record({ how: fc.constant('cut' as const), at: fc.nat(30) }) },
)
const answerPlan = fc.record({
  silent: once(8),
  lateMs: fc.oneof(fc.constant(60), fc.integer({ min: 20, max: LATE_MS_MAX })),
  copies: fc.integer({ min: 1, max: 2 }),
  /** From the end of an answer to the beginning of its double. */
  doubledMs: fc.nat(95),
  echo: once(4),
  stranger: once(8),
  noise: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 12 })),
  damage,
})
type AnswerPlan = typeof answerPlan extends fc.Arbitrary<infer T> ? T : never

const damaged = (frame: Buffer, d: AnswerPlan['damage']): Buffer => {
  const at = d.how === 'none' ? 0 : d.at % frame.length
  const copy = Buffer.from(frame)
  switch (d.how) {
    case 'none':
      return copy
    case 'flip':
      copy[at] = (copy[at] ?? 0) ^ (1 << d.bit)
      return copy
    case 'drop':
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1)])
    case 'insert':
      return Buffer.concat([copy.subarray(0, at), Buffer.of(d.byte), copy.subarray(at)])
    case 'cut':
      return copy.subarray(0, at)
  }
}

type World = { clock: ReturnType<typeof createManualClock>; wrong: string[]; good: number }

/** Puts one question after the other to a bus whose answers go as planned. */
const asked = async (wired: Wired, plans: readonly AnswerPlan[], world: World): Promise<void> => {
  const { clock } = world
  const bus = createBus(clock, SETTINGS)
  let serial = 0
  bus.connected({
    write: (bytes) => {
      serial += 1
      const plan = plans[serial % plans.length]
      if (!plan || plan.silent) return
      const request = Buffer.from(bytes)
      const whole = damaged(wired.answer(request, serial, plan.stranger), plan.damage)
      const echo = plan.echo ? request : Buffer.alloc(0)
      const answer = Buffer.concat([echo, plan.noise, whole])
      const apartMs = plan.doubledMs + answer.length * byteMs(SETTINGS)
      for (let copy = 0; copy < plan.copies; copy++) {
        clock.after(plan.lateMs + apartMs * copy, () => bus.received(answer))
      }
    },
  })
  const one = async (n: number): Promise<void> => {
    const { address, request } = wired.ask(n)
    let own = 0
    const marked = {
      ...request,
      // The serial of a request is known when its bytes are taken.
      get bytes() {
        if (own === 0) own = serial + 1
        return request.bytes
      },
    }
    const result = await bus.submit({ address, request: marked, priority: 'status' })
    if (!result.ok) return
    world.good += 1
    if (result.value !== own) world.wrong.push(`${result.value} for ${own}`)
  }
  const all = Promise.all(plans.map((_, n) => one(n)))
  await clock.advance(60_000)
  await all
}

// Modbus TCP carries no check of its own: TCP has one, so its bytes are lost or late, never bent.
test.each([
  ['DL/T 645', dlt645, true],
  ['Modbus RTU', modbusRtu, true],
  ['Modbus TCP', modbusTcp, false],
])('no fault on a line of %s turns into a wrong value', async (_, wired, bent) => {
  let good = 0
  await fc.assert(
    fc.asyncProperty(fc.array(answerPlan, { minLength: 6, maxLength: 12 }), async (drawn) => {
      const plans = bent
        ? drawn
        : drawn.map((p) => ({ ...p, damage: { how: 'none' as const }, noise: new Uint8Array() }))
      const world: World = { clock: createManualClock(), wrong: [], good: 0 }
      await asked(wired, plans, world)
      good += world.good
      expect(world.wrong).toEqual([])
    }),
    { numRuns: 150, seed: 645 },
  )
  expect(good).toBeGreaterThan(300)
})
