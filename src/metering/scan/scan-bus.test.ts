import { describe, expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../../../test/manual-clock.ts'
import { type BusManner, simulatedBus } from '../../../test/simulated-bus.ts'
import { simulatedModbus } from '../../../test/simulated-modbus.ts'
import type { BusLine } from '../bus-line.ts'
import { createDevice } from '../drivers/create-device.ts'
import type { MeterModel } from '../meter-model/meter-model.ts'
import ddsy1352 from '../models/acrel-ddsy1352.ts'
import dtsd1352 from '../models/acrel-dtsd1352.ts'
import prepaid1p from '../models/dlt645-prepaid-1p.ts'
import prepaid3p from '../models/dlt645-prepaid-3p.ts'
import { readEnergy } from '../protocol/dlt645/commands/read.ts'
import { RTU } from '../protocol/modbus/framing.ts'
import { type BusScan, type ScanWish, scanStep, startScan } from './scan-bus.ts'
import { type Submit, type Told, traced } from './trace.ts'

const MODELS: readonly MeterModel[] = [prepaid1p, prepaid3p, ddsy1352, dtsd1352]
const NOTHING_KNOWN = { dlt645: [], modbus: [] }

const lineOver = (clock: ManualClock, submit: Submit, replyTimeoutMs: number): BusLine => ({
  online: true,
  replyTimeoutMs,
  framing: RTU,
  submit,
  servedAs: () => null,
  deviceOver: (bus, config, model) => {
    const rng = { bytes: (n: number) => Buffer.alloc(n), below: () => 0 }
    const keyOf = async () => null
    return createDevice({ bus, clock, rng, keyOf, zone: 'Asia/Shanghai' }, config, model)
  },
})

type Scanned = { scan: BusScan; told: Told[]; tookMs: number }

const scanned = async (
  clock: ManualClock,
  line: BusLine,
  wish: Partial<ScanWish> = {},
): Promise<Scanned> => {
  const told: Told[] = []
  const bus = traced(clock, line, (one) => told.push(one))
  let scan = startScan(
    { protocols: ['dlt645'], known: NOTHING_KNOWN, thorough: true, ...wish },
    MODELS,
  )
  const since = clock.mono()
  let ended = false
  const all = (async () => {
    while (!ended) {
      const step = await scanStep({ line, models: MODELS, bus }, scan)
      if (!step.ok) throw new Error(step.reason)
      scan = step.scan
      ended = step.ended
    }
  })()
  while (!ended) await clock.advance(1_000)
  await all
  return { scan, told, tookMs: clock.mono() - since }
}

const serial = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ address: (202_611_220_001 + i).toString() }))

const onBus = (meters: Parameters<typeof simulatedBus>[1], manner: BusManner = {}) => {
  const clock = createManualClock()
  const replyTimeoutMs = 1_500
  const simulated = simulatedBus(clock, meters, { reactionMs: null, replyTimeoutMs, ...manner })
  const submit: Submit = (job) => simulated.bus.submit(job)
  return { clock, ...simulated, line: lineOver(clock, submit, replyTimeoutMs) }
}

const addressesOf = ({ found }: BusScan) => found.map(({ address }) => address).sort()

describe('on simulated wires, where answers collide', () => {
  test.each([1, 2, 5])('%i meters are found, and none invented', async (count) => {
    const meters = serial(count)
    const { clock, line } = onBus(meters, { baud: 9_600 })
    const { scan } = await scanned(clock, line)
    expect(addressesOf(scan)).toEqual(meters.map(({ address }) => address))
    expect(scan.addresses).toMatchObject({ end: 'done', unconfirmed: [], doubled: [] })
  })

  test('two with the same last eight digits are told apart', async () => {
    const meters = [{ address: '202611220001' }, { address: '310011220001' }]
    const { clock, line } = onBus(meters, { baud: 9_600, reactionMs: 40 })
    expect(addressesOf((await scanned(clock, line, { thorough: false })).scan)).toEqual(
      meters.map(({ address }) => address),
    )
  })

  test('a noisy meter is found all the same', async () => {
    const meters = serial(4)
    const { clock, line, station } = onBus(meters, { baud: 9_600 })
    station(meters[2]?.address ?? '').faults.noise = 15
    const { scan } = await scanned(clock, line)
    expect(addressesOf(scan)).toEqual(meters.map(({ address }) => address))
  })

  test('32 at 2400 baud take minutes, and nothing that is sent could change a meter', async () => {
    const { clock, line, sent } = onBus(serial(32), { baud: 2_400 })
    const { scan, told, tookMs } = await scanned(clock, line)
    expect(scan.found).toHaveLength(32)
    expect(scan.addresses?.probes).toBe(233)
    expect(tookMs).toBeLessThan(6 * 60_000)
    // Read address and read data, and no other function.
    const functions = new Set(sent.map((bytes) => bytes[4 + 8]))
    expect([...functions].sort()).toEqual([0x11, 0x13])
    expect(told.length).toBe(233 + 32 * 8)
  })

  test('each is asked what it is', async () => {
    const { clock, line } = onBus([{ address: '202611220009', model: 'dlt645-prepaid-3p' }])
    const { scan } = await scanned(clock, line)
    expect(scan.found[0]?.identity).toMatchObject({
      meterNo: '202611220009',
      software: 'PREWATT-SIM-1',
      phases: 3,
      prepaid: true,
      models: ['dlt645-prepaid-3p'],
    })
  })
})

test('an order waits for one question of a search at most', async () => {
  const [only = { address: '' }] = serial(1)
  const { clock, line, bus } = onBus([only], { baud: 2_400 })
  const searching = scanned(clock, line)
  const since = clock.mono()
  const ordered = bus.submit({
    address: only.address,
    request: readEnergy(only.address),
    priority: 'relay',
  })
  let answeredAt = 0
  void ordered.then(() => {
    answeredAt = clock.mono()
  })
  await searching
  expect((await ordered).ok).toBe(true)
  expect(answeredAt - since).toBeLessThan(2_000)
})

test('silence that a search meets says nothing of the line', async () => {
  const { clock, line, bus } = onBus(serial(1), { baud: 9_600 })
  await scanned(clock, line, { known: { dlt645: ['202611229999'], modbus: [] } })
  expect(bus.silencesInARow).toBe(0)
  expect(bus.counters.timeouts).toBe(0)
})

test('a Modbus device is found, with the model whose registers make sense', async () => {
  const clock = createManualClock()
  const { bus } = simulatedModbus(clock, { model: 'acrel-ddsy1352' })
  const line = lineOver(clock, (job) => bus.submit(job), 500)
  const { scan } = await scanned(clock, line, { protocols: ['modbus'] })
  expect(scan.found.map(({ address }) => address)).toEqual(['1'])
  expect(scan.found[0]?.identity?.models[0]).toBe('acrel-ddsy1352')
})
