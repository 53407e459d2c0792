import { describe, expect, test } from 'vitest'
import {
  ask,
  authenticateBench,
  BENCH_CUSTOMER,
  benchMeter,
  creditData,
  load,
  NOON,
  openedMeter,
  order,
  readDi,
  sendCredit,
} from './bench-meter.ts'
import { decideCredit, SERR } from './credit.ts'
import { encodeFrame } from './frame.ts'
import { balanceFenOf } from './state.ts'

const MINUTE_MS = 60_000
const OTHER_CUSTOMER = '000000999999'

/** Everything wrong at once; each row of the ladder mends one thing more. */
const LADDER: [reason: string, mend: 'nothing' | keyof typeof MENDS][] = [
  ['suspended', 'nothing'],
  ['authentication', 'suspension'],
  ['other', 'authentication'],
  ['other', 'publicKey'],
  ['customer', 'opened'],
  ['count', 'customer'],
  ['hoarding', 'count'],
  ['verification', 'amount'],
  ['accept', 'macs'],
]
type Attempt = Parameters<typeof decideCredit>
const MENDS = {
  suspension: ([state]: Attempt) => Object.assign(state, { suspendedUntilMs: 0 }),
  authentication: ([, , , when]: Attempt) => Object.assign(when, { authenticated: true }),
  publicKey: ([, identity]: Attempt) => Object.assign(identity, { publicKey: false }),
  opened: ([state]: Attempt) => Object.assign(state, { opened: true }),
  customer: ([, , request]: Attempt) => Object.assign(request, { customerNo: BENCH_CUSTOMER }),
  count: ([, , request]: Attempt) => Object.assign(request, { count: 8 }),
  amount: ([, , request]: Attempt) => Object.assign(request, { amountFen: 100 }),
  macs: ([, , request]: Attempt) => Object.assign(request, { macsGood: true }),
}

describe('the order in which a recharge is refused', () => {
  const wrongInEveryWay = (): Attempt => {
    const meter = openedMeter(5_000, 7, { publicKey: true, hoardingLimitFen: 10_000 })
    Object.assign(meter.state, { opened: false, suspendedUntilMs: NOON + 1 })
    const request = {
      kind: 'recharge' as const,
      amountFen: 5_001,
      count: 9,
      customerNo: OTHER_CUSTOMER,
      macsGood: false,
    }
    return [meter.state, meter.site.identity, request, { nowMs: NOON, authenticated: false }]
  }

  test.each(LADDER.map(([reason, mend], step) => ({ reason, mend, step })))(
    'step $step: $reason, once $mend is mended',
    ({ reason, step }) => {
      const attempt = wrongInEveryWay()
      for (const [, mend] of LADDER.slice(0, step + 1)) {
        if (mend !== 'nothing') MENDS[mend](attempt)
      }
      expect(decideCredit(...attempt)).toBe(reason)
    },
  )

  test('the number in use is a repeat even where the money would be too much', () => {
    const [state, identity, request] = wrongInEveryWay()
    Object.assign(state, { opened: true, suspendedUntilMs: 0 })
    const same = { ...request, count: 7, customerNo: BENCH_CUSTOMER }
    const when = { nowMs: NOON, authenticated: true }
    expect(decideCredit(state, { ...identity, publicKey: false }, same, when)).toBe('repeat')
  })
})

describe('a credit on the wire', () => {
  test.each([
    ['number n+1', { amountFen: 10_000, count: 6 }, 'ok', 15_000],
    ['number n again', { amountFen: 10_000, count: 5 }, SERR.repeat, 5_000],
    ['a skipped number', { amountFen: 10_000, count: 7 }, SERR.count, 5_000],
    ['a spent number', { amountFen: 10_000, count: 4 }, SERR.count, 5_000],
    [
      "another customer's",
      { amountFen: 10_000, count: 6, customerNo: OTHER_CUSTOMER },
      SERR.customer,
      5_000,
    ],
    ['forged check codes', { amountFen: 10_000, count: 6, forged: true }, SERR.verification, 5_000],
    ['above the hoarding limit', { amountFen: 95_001, count: 6 }, SERR.hoarding, 5_000],
    ['exactly to the hoarding limit', { amountFen: 95_000, count: 6 }, 'ok', 100_000],
    ['of nothing', { amountFen: 0, count: 6 }, 'ok', 5_000],
  ])('%s', (_name, credit, answer, balanceFen) => {
    const meter = openedMeter(5_000, 5, { hoardingLimitFen: 100_000 })
    expect(load(meter, credit)).toBe(answer)
    expect(balanceFenOf(meter.state)).toBe(balanceFen)
    expect(meter.state.purchaseCount).toBe(answer === 'ok' ? 6 : 5)
  })

  test('is refused before, and five minutes after, an authentication', () => {
    const meter = openedMeter(0)
    const credit = { amountFen: 100, count: 1 }
    expect(sendCredit(meter, credit)).toBe(SERR.authentication)
    authenticateBench(meter)
    expect(sendCredit(meter, credit, NOON + 5 * MINUTE_MS)).toBe(SERR.authentication)
    expect(sendCredit(meter, credit, NOON + 5 * MINUTE_MS - 1)).toBe('ok')
  })

  test('pays the overdraft first', () => {
    const meter = openedMeter(-300, 0, { overdraftLimitFen: 1_000 })
    load(meter, { amountFen: 1_000, count: 1 })
    expect(meter.state).toMatchObject({ remainingFen: 700, overdraftFen: 0 })
  })

  test('is written into the purchase record, newest first', () => {
    const meter = openedMeter(5_000, 5)
    load(meter, { amountFen: 10_000, count: 6 })
    load(meter, { amountFen: 1, count: 7 })
    // Read high byte first: total, after, before, amount, count, moment.
    const newest = ['00015001', '00015001', '00015000', '00000001', '0007', '2611221200']
    expect(readDi(meter, '0333FF01')).toBe(newest.join(''))
    expect(readDi(meter, '03330202')).toBe('0006')
    expect(readDi(meter, '0333FF03')).toBe('0'.repeat(46))
  })
})

describe('opening', () => {
  test('writes the customer number, uses number 1 and lights the shop', () => {
    const meter = benchMeter()
    expect(load(meter, { amountFen: 100, count: 1 })).toBe(SERR.other)
    expect(meter.state.relay.open).toBe(true)
    expect(load(meter, { kind: 'open', amountFen: 100, count: 1 })).toBe('ok')
    expect(meter.state).toMatchObject({
      opened: true,
      customerNo: BENCH_CUSTOMER,
      purchaseCount: 1,
      relay: { open: false, cause: null },
    })
    expect(meter.state.credits).toMatchObject([{ kind: 'open', count: 1, amountFen: 100 }])
  })

  test('with no money leaves the shop dark', () => {
    const meter = benchMeter()
    load(meter, { kind: 'open', amountFen: 0, count: 1 })
    expect(meter.state.relay.open).toBe(true)
  })
})

describe('too many wrong check codes', () => {
  test('suspend credits for a day', () => {
    const meter = openedMeter(0, 0, { macFailuresMax: 3 })
    const forged = { amountFen: 100, count: 1, forged: true }
    const attempts = [1, 2, 3, 4].map(() => load(meter, forged))
    expect(attempts).toEqual([2, 2, 2, SERR.suspended])
    const nextDay = NOON + 24 * 60 * MINUTE_MS
    expect(load(meter, { amountFen: 100, count: 1 }, nextDay - 1)).toBe(SERR.suspended)
    expect(load(meter, { amountFen: 100, count: 1 }, nextDay)).toBe('ok')
  })
})

describe('the wallet query', () => {
  test('shows money, count and customer without an authentication', () => {
    const meter = openedMeter(12_345, 9)
    const answer = ask(meter, 0x03, Buffer.from('0102810700000000', 'hex'))
    const data = answer?.data ?? Buffer.alloc(0)
    expect(data.readUInt32LE(4)).toBe(12_345)
    expect(data.readUInt32LE(12)).toBe(9)
    expect(data.subarray(20, 26).toString('hex')).toBe('563412000000')
  })
})

describe('power lost inside a credit', () => {
  test.each([
    ['countFirst', 6, 5_000, 0],
    ['balanceFirst', 5, 6_000, 1],
  ] as const)('%s leaves one half behind and a dead meter', (cut, count, balanceFen, credits) => {
    const meter = openedMeter(5_000, 5)
    authenticateBench(meter)
    meter.powerCut = cut
    expect(sendCredit(meter, { amountFen: 1_000, count: 6 })).toBe('silence')
    expect(meter.state.purchaseCount).toBe(count)
    expect(balanceFenOf(meter.state)).toBe(balanceFen)
    expect(meter.state.credits).toHaveLength(credits)
    expect(readDi(meter, '00900200')).toBeNull()
  })
})

describe('other ways money moves', () => {
  test('a foreign credit uses up the next number', () => {
    const meter = openedMeter(5_000, 5)
    meter.foreignCredit(700, NOON)
    expect(load(meter, { amountFen: 1_000, count: 6 })).toBe(SERR.repeat)
    expect(meter.state.credits.map(({ kind }) => kind)).toEqual(['foreign'])
  })

  test('a reset or a swap begins at number 1 with a new opening', () => {
    for (const begin of ['reset', 'swap'] as const) {
      const meter = openedMeter(5_000, 5)
      if (begin === 'reset') meter.reset(NOON)
      else meter.swap(NOON, 1)
      expect(meter.state).toMatchObject({ purchaseCount: 0, opened: false, remainingFen: 0 })
      expect(meter.state.relay).toMatchObject({ open: true, cause: 'notOpened' })
      expect(load(meter, { kind: 'open', amountFen: 9, count: 1 })).toBe('ok')
    }
  })

  test('a frame held back since before a reset is stopped by the new customer number', () => {
    const meter = openedMeter(5_000, 1)
    const old = creditData({ amountFen: 1_000, count: 2 })
    meter.reset(NOON)
    load(meter, { kind: 'open', amountFen: 9, count: 1, customerNo: OTHER_CUSTOMER })
    const answer = meter.onFrame(
      encodeFrame({ address: meter.address, control: 0x03, data: old }),
      NOON,
    )
    expect(answer?.readUInt8(8)).toBe(0xc3)
    expect(meter.state.remainingFen).toBe(9)
  })

  test("an operator's trip outlasts a credit", () => {
    const meter = openedMeter(5_000)
    order(meter, 0x1a)
    load(meter, { amountFen: 1_000, count: 1 })
    expect(meter.state.relay).toMatchObject({ open: true, cause: 'operator' })
  })
})
