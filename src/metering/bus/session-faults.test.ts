import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { readMoney } from '../protocol/dlt645/commands/read.ts'
import { decodeFrame, encodeFrame } from '../protocol/dlt645/frame.ts'
import { busSettings } from './line.ts'
import { createBus } from './session.ts'

const ADDRESSES = ['202611220001', '202611220002']
const STRANGER = '202611220009'
const ITEM = '00900200'
const SETTINGS = busSettings({ baud: 9_600, replyTimeoutMs: 1_000, gapMs: 10 })
/** A later answer is one that a gateway kept back: nobody can tell it from another. */
const LATE_MS_MAX = 1_900

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

/** What travels back for a request whose true answer is `serial` fen. */
const onTheWire = (request: Buffer, serial: number, plan: AnswerPlan): Buffer => {
  const asked = decodeFrame(request.subarray(4))
  if (asked === null) throw new Error('not a request')
  const digits = Buffer.from(serial.toString().padStart(8, '0'), 'hex').reverse()
  const address = plan.stranger ? STRANGER : asked.address
  const data = Buffer.concat([asked.data, digits])
  const frame = encodeFrame({ address, control: 0x91, data })
  const echo = plan.echo ? request : Buffer.alloc(0)
  return Buffer.concat([echo, plan.noise, damaged(frame, plan.damage)])
}

test('no fault on the line turns into a wrong value', async () => {
  let good = 0
  await fc.assert(
    fc.asyncProperty(fc.array(answerPlan, { minLength: 6, maxLength: 12 }), async (plans) => {
      const clock = createManualClock()
      const bus = createBus(clock, SETTINGS)
      let serial = 0
      bus.connected({
        write: (bytes) => {
          serial += 1
          const plan = plans[serial % plans.length]
          if (!plan || plan.silent) return
          const answer = onTheWire(Buffer.from(bytes), serial, plan)
          for (let copy = 0; copy < plan.copies; copy++) {
            clock.after(plan.lateMs + 15 * copy, () => bus.received(answer))
          }
        },
      })
      const wrong: string[] = []
      const ask = async (n: number): Promise<void> => {
        const address = ADDRESSES[n % ADDRESSES.length] ?? ''
        const request = readMoney(address, ITEM)
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
        good += 1
        if (result.value !== own) wrong.push(`${result.value} for ${own}`)
      }
      const all = Promise.all(plans.map((_, n) => ask(n)))
      await clock.advance(60_000)
      await all
      expect(wrong).toEqual([])
    }),
    { numRuns: 150, seed: 645 },
  )
  expect(good).toBeGreaterThan(300)
})
