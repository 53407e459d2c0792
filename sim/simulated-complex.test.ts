import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Master } from './master.ts'
import { type ComplexOptions, startSimulatedComplex } from './simulated-complex.ts'
import { hostTimers, type Timers } from './timers.ts'

const ONE = '202611220001'
const TWO = '202611220002'
const CUSTOMER = '000000123456'
const BYTE_MS = 11_000 / 9_600

const found = (balanceFen: number) => ({ customerNo: CUSTOMER, purchaseCount: 4, balanceFen })
const definition = {
  gateways: [{ code: 'A' }],
  meters: [
    { address: ONE, gateway: 'A', found: found(10_000), preamble: 0, ratedW: 0 },
    { address: TWO, gateway: 'A', found: found(20_000), preamble: 4, ratedW: 0 },
  ],
}

type Started = Awaited<ReturnType<typeof startSimulatedComplex>>
let complex: Started
let master: Master
let stops: (() => Promise<void> | void)[] = []

const start = async (options: Partial<ComplexOptions> = {}) => {
  const base = { definition, dataDir: null, boundTo: 'test', pace: 0 }
  const started = await startSimulatedComplex({ ...base, ...options })
  const dialled = await Master.dial(started.gateways[0]?.port ?? 0)
  stops.push(async () => {
    dialled.close()
    await started.stop()
  })
  return { started, dialled }
}
const post = async (path: string, body: object) => {
  const response = await fetch(complex.control + path, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

afterEach(async () => {
  for (const stop of stops.toReversed()) await stop()
  stops = []
})

describe('a gateway without pacing', () => {
  beforeEach(async () => {
    const { started, dialled } = await start()
    complex = started
    master = dialled
  })

  test('carries requests to the meters and answers back', async () => {
    expect(await master.read(ONE, '00900200')).toBe('00010000')
    expect(await master.read(TWO, '00900200')).toBe('00020000')
    expect(await master.read('999900000000', '00900200', 30)).toBeNull()
  })

  test('every client hears every answer', async () => {
    const other = await Master.dial(complex.gateways[0]?.port ?? 0)
    const overheard = other.next()
    await master.read(ONE, '00900200')
    expect((await overheard)?.address).toBe(ONE)
    other.close()
  })

  test('a credit is seen by the witness', async () => {
    const random2 = await master.authenticate(ONE)
    const credit = { amountFen: 1_234, count: 5, customerNo: CUSTOMER }
    const answer = await master.ask(Master.credit(ONE, random2, credit))
    expect(answer?.control).toBe(0x83)
    const witness = await (await fetch(`${complex.control}/meters/${ONE}`)).json()
    expect(witness).toMatchObject({
      balanceFen: 11_234,
      purchaseCount: 5,
      credits: [{ kind: 'recharge', count: 5, amountFen: 1_234, customerNo: CUSTOMER }],
    })
  })

  test('a held frame is applied when the gateway is flushed, not before', async () => {
    const random2 = await master.authenticate(ONE)
    await post(`/meters/${ONE}/fault`, { on: 'credit', holdNextRequest: 1 })
    const credit = { amountFen: 1_000, count: 5, customerNo: CUSTOMER }
    expect(await master.ask(Master.credit(ONE, random2, credit), 50)).toBeNull()
    expect(complex.meter(ONE).state.purchaseCount).toBe(4)
    const late = master.next()
    expect((await post('/gateways/A/fault', { flush: true })).body).toMatchObject({ flushed: 1 })
    expect((await late)?.control).toBe(0x83)
    expect(complex.meter(ONE).state.purchaseCount).toBe(5)
  })

  test('a negative answer can hide that the credit was applied', async () => {
    const random2 = await master.authenticate(ONE)
    await post(`/meters/${ONE}/fault`, { negativeButApplied: true })
    const credit = { amountFen: 1_000, count: 5, customerNo: CUSTOMER }
    expect((await master.ask(Master.credit(ONE, random2, credit)))?.control).toBe(0xc3)
    expect(complex.meter(ONE).state.purchaseCount).toBe(5)
  })

  test('acts and settings of a test take effect at once', async () => {
    await post(`/meters/${ONE}/fault`, { foreignCreditFen: 500, clockDriftSec: 60 })
    await post(`/meters/${TWO}/set`, { balanceFen: -7, overdraftLimitFen: 100, priceE4: 9_999 })
    expect(complex.meter(TWO).state.prices.current).toEqual([9_999, 9_999, 9_999, 9_999])
    expect(await (await fetch(`${complex.control}/state`)).json()).toMatchObject({
      meters: [
        { balanceFen: 10_500, purchaseCount: 5, clockOffsetMs: 60_000 },
        { balanceFen: -7, overdraftFen: 7, relay: 'closed' },
      ],
    })
  })

  test('clock, covers and power can be played with', async () => {
    await post(`/meters/${ONE}/set`, { clockPpm: 100_000, coverOpen: true })
    await post(`/meters/${TWO}/set`, { powered: false })
    expect(await master.read(TWO, '00900200', 30)).toBeNull()
    await post(`/meters/${TWO}/set`, { powered: true })
    expect(await master.read(TWO, '03110000')).toBe('000001')
    expect(await master.read(ONE, '03300d00')).toBe('000001')
    const { body } = await post(`/meters/${ONE}/set`, {})
    expect(body).toMatchObject({ clockPpm: 100_000, powered: true })
  })

  test.each([
    ['an unknown setting', `/meters/${ONE}/set`, { clockPPM: 3 }, 400],
    ['an unknown fault', `/meters/${ONE}/fault`, { silnet: true }, 400],
    ['a wrong value', `/meters/${ONE}/set`, { balanceFen: 'much' }, 400],
    ['an unknown meter', '/meters/1/set', {}, 404],
    ['an unknown path', '/nothing', {}, 404],
  ])('the control port refuses %s', async (_name, path, body, status) => {
    expect((await post(path, body)).status).toBe(status)
  })

  test('a gateway that is down closes and refuses, and comes back on its port', async () => {
    await post('/gateways/A/fault', { down: true })
    await master.closed
    const port = complex.gateways[0]?.port ?? 0
    await expect(Master.dial(port)).rejects.toThrow('ECONNREFUSED')
    await post('/gateways/A/fault', { down: false })
    const again = await Master.dial(port)
    expect(await again.read(ONE, '00900200')).toBe('00010000')
    again.close()
  })

  test('a connection can be cut in the middle of a reply', async () => {
    await post('/gateways/A/fault', { cutAfterBytes: 7 })
    const answer = master.read(ONE, '00900200', 100)
    await master.closed
    expect(await answer).toBeNull()
    const again = await Master.dial(complex.gateways[0]?.port ?? 0)
    expect(await again.read(ONE, '00900200')).toBe('00010000')
    again.close()
  })
})

describe('a paced bus', () => {
  test('is as slow as its baud rate', async () => {
    const { dialled } = await start({ pace: 1, reactionMs: 20 })
    // Request 16 bytes, reply 20, no preamble; 20 ms of reaction.
    const theoryMs = 36 * BYTE_MS + 20
    const ratios: number[] = []
    for (let exchange = 0; exchange < 12; exchange++) {
      const beganMs = performance.now()
      await dialled.read(ONE, '00900200')
      ratios.push((performance.now() - beganMs) / theoryMs)
    }
    // A busy machine may be late with any of them, but no exchange may beat the wires.
    const quickest = Math.min(...ratios)
    expect(quickest).toBeGreaterThan(0.99)
    expect(quickest).toBeLessThan(1.25)
  })
})

describe('what is kept on the disk', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sim-'))
    stops.push(() => rmSync(dataDir, { recursive: true }))
  })

  test('survives a restart, ports included', async () => {
    const first = await start({ dataDir })
    first.started.meter(ONE).foreignCredit(100, Date.now())
    first.dialled.close()
    await first.started.stop()
    stops = stops.slice(0, 1)
    const second = await start({ dataDir })
    expect(second.started.gateways).toEqual(first.started.gateways)
    expect(second.started.control).toBe(first.started.control)
    expect(second.started.meter(ONE).state.remainingFen).toBe(10_100)
  })

  const HOUR_MS = 3_600_000
  const inHours = (hours: number): Timers => ({
    ...hostTimers,
    wallMs: () => hostTimers.wallMs() + hours * HOUR_MS,
  })
  const restarted = async (hours: number) => {
    const first = await start({ dataDir })
    first.dialled.close()
    await first.started.stop()
    stops = stops.slice(0, 1)
    return start({ dataDir, timers: inHours(hours) })
  }

  test('after a pause the freezes that passed meanwhile are there', async () => {
    const { dialled, started } = await restarted(3)
    expect(await dialled.read(ONE, '05040006')).toMatch(/^\d{10}$/)
    expect(started.meter(ONE).state.intervalFreezes).toHaveLength(6)
    expect(started.meter(ONE).state.events.powerDown.count).toBe(0)
  })

  test('of an earlier program is completed, not refused', async () => {
    const first = await start({ dataDir })
    first.started.meter(ONE).foreignCredit(100, Date.now())
    first.dialled.close()
    await first.started.stop()
    stops = stops.slice(0, 1)
    const path = join(dataDir, 'sim-test', 'gateway-A.jsonl')
    const without = readFileSync(path, 'utf8').replaceAll(/"(powered|clockPpm)":[^,]+,/g, '')
    writeFileSync(path, without)
    const second = await start({ dataDir })
    expect(second.started.meter(ONE).state).toMatchObject({
      remainingFen: 10_100,
      powered: true,
      clockPpm: 0,
    })
  })

  test('belongs to one database', async () => {
    await start({ dataDir, boundTo: 'first' })
    cpSync(join(dataDir, 'sim-first'), join(dataDir, 'sim-second'), { recursive: true })
    await expect(start({ dataDir, boundTo: 'second' })).rejects.toThrow(
      'is bound to database first, not to second',
    )
  })
})
