import { expect, test } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { createMemoryNet, type FarEnd } from '../../test/memory-net.ts'
import type { Rng } from '../ports/ids.ts'
import { busId, complexId, gatewayId, meterId } from '../shared/ids.ts'
import type { BusDevice, GatewayConfig } from './config-store.ts'
import { startGateway } from './gateway-runner.ts'
import { createSharedLinks } from './links/shared-links.ts'
import model from './models/dlt645-prepaid-1p.ts'
import { addressBytes, addressOfBytes } from './protocol/dlt645/address.ts'
import { encodeFrame, START } from './protocol/dlt645/frame.ts'
import type { GatewayChange, PollResult } from './readings/poll-result.ts'
import { DEFAULT_INTERVALS } from './rounds/poll-plan.ts'

const PORT = 5_001
const rng: Rng = { below: (below) => below - 1, bytes: (length) => Buffer.alloc(length) }

const device = (n: number): BusDevice => ({
  deviceId: n,
  address: `20261122000${n}`,
  model: 'dlt645-prepaid-1p',
  settings: {},
  intervals: DEFAULT_INTERVALS,
  meters: [{ meterId: meterId(n), meterNo: `20261122000${n}`, channels: [1], settings: {} }],
})
const config = (changes: Partial<GatewayConfig> = {}): GatewayConfig => ({
  complexId: complexId(1),
  gatewayId: gatewayId(7),
  code: 'A',
  zone: 'Asia/Shanghai',
  link: { kind: 'tcp-client', host: 'a', port: PORT },
  polled: true,
  buses: [
    { busId: busId(1), ordinal: 1, settings: { baud: 9_600 }, devices: [device(1), device(2)] },
  ],
  ...changes,
})

const running = (from: GatewayConfig = config()) => {
  const clock = createManualClock()
  const net = createMemoryNet()
  const told: GatewayChange[] = []
  const results: PollResult[] = []
  const unusable: string[] = []
  const strangers: string[] = []
  const ends: FarEnd[] = []
  const gateway = startGateway(
    {
      clock,
      net,
      rng,
      shared: createSharedLinks({ clock, net, rng }),
      openSecret: () => null,
      models: new Map([[model.id, model]]),
      keyOf: () => Promise.resolve(null),
      report: (result) => results.push(result),
      reportDurably: async (pushed) => {
        results.push(...pushed)
      },
      tell: (change) => told.push(change),
      onStranger: (_, address) => strangers.push(address),
      onUnusable: (one, why) => unusable.push(`${one.address} ${why}`),
      onBug: (_, error) => {
        throw error
      },
    },
    from,
    new Map(),
  )
  const listen = (port = PORT) => net.listen(port, (end) => ends.push(end))
  return { clock, net, told, results, unusable, strangers, ends, gateway, listen }
}

/** Refuses whatever it is asked: one that can say no is there. */
const refuses = (end: FarEnd): void => {
  end.onBytes = (request) => {
    const at = request.indexOf(START)
    const address = addressOfBytes(request.subarray(at + 1, at + 7))
    const control = 0xc0 | (request[at + 8] ?? 0)
    end.send(encodeFrame({ address, control, data: Buffer.of(0x02) }))
  }
}

test('a gateway that answers the call is online', async () => {
  const { clock, told, gateway, listen } = running()
  listen()
  expect(gateway.online).toBeNull()
  await clock.advance(2_000)
  expect(told).toMatchObject([{ gatewayId: 7, online: true, fault: null }])
})

test('one that never answers is told offline once, and its meters silent', async () => {
  const { clock, told, results } = running()
  await clock.advance(600_000)
  expect(told.map(({ online, fault }) => [online, fault])).toEqual([[false, 'refused 5001']])
  expect(results.map((r) => [r.meterId, r.outcome])).toMatchObject([
    [1, { ok: false, reason: 'gateway-offline' }],
    [2, { ok: false, reason: 'gateway-offline' }],
  ])
})

test('a break of a second is no news; a lasting one is told, and so is the return', async () => {
  const { clock, told, net, ends } = running()
  const listen = () =>
    net.listen(PORT, (end) => {
      ends.push(end)
      refuses(end)
    })
  listen()
  await clock.advance(20_000)
  ends.at(-1)?.hangUp()
  await clock.advance(4_000)
  expect(told.map(({ online }) => online)).toEqual([true])
  net.refuse(PORT)
  ends.at(-1)?.hangUp()
  await clock.advance(10_000)
  listen()
  await clock.advance(60_000)
  expect(told.map(({ online }) => online)).toEqual([true, false, true])
})

test('with several buses a gateway is offline only when none is reached', async () => {
  const [first] = config().buses
  const second = { busId: busId(2), ordinal: 2, settings: {}, devices: [device(3)] }
  const { clock, told, results, listen, net, ends } = running(
    config({ buses: [...(first ? [first] : []), second] }),
  )
  listen(PORT + 1)
  await clock.advance(20_000)
  expect(told.map(({ online }) => online)).toEqual([true])
  expect(new Set(results.map((r) => Number(r.meterId)))).toEqual(new Set([1, 2, 3]))
  net.refuse(PORT + 1)
  ends[0]?.hangUp()
  await clock.advance(20_000)
  expect(told.map(({ online }) => online)).toEqual([true, false])
})

test('a connection on which nobody answers is given up for a new one', async () => {
  const { clock, ends, listen, told } = running()
  listen()
  await clock.advance(900_000)
  expect(ends.length).toBeGreaterThan(1)
  expect(told).toMatchObject([{ online: true }, { online: false, fault: 'silent' }])
})

test('a gateway behind which nothing answers is told offline once, and its return', async () => {
  const { clock, net, told, ends, listen } = running()
  listen()
  await clock.advance(900_000)
  expect(told.map(({ online, fault }) => [online, fault])).toEqual([
    [true, null],
    [false, 'silent'],
  ])
  net.listen(PORT, refuses)
  ends.at(-1)?.hangUp()
  await clock.advance(900_000)
  expect(told.at(-1)).toMatchObject({ online: true, fault: null })
  expect(told).toHaveLength(3)
})

test('silence of two buses is one event for hours, and none waits long when it ends', async () => {
  const [first] = config().buses
  const second = { busId: busId(2), ordinal: 2, settings: {}, devices: [device(3)] }
  const { clock, net, told, results, ends } = running(
    config({ buses: [...(first ? [first] : []), second] }),
  )
  net.listen(PORT, (end) => ends.push(end))
  // The two are asked at different times.
  await clock.advance(400_000)
  net.listen(PORT + 1, (end) => ends.push(end))
  await clock.advance(4 * 3_600_000)
  expect(told.map(({ fault }) => fault)).toEqual([null, 'silent'])
  for (const end of ends) refuses(end)
  net.listen(PORT, refuses)
  net.listen(PORT + 1, refuses)
  results.length = 0
  await clock.advance(3_600_000)
  const back = [1, 2, 3].map((n) => {
    const first = results.find(
      ({ meterId: id, outcome }) => id === n && !outcome.ok && outcome.reason !== 'timeout',
    )
    return first?.at ?? Number.POSITIVE_INFINITY
  })
  expect(Math.max(...back) - Math.min(...back)).toBeLessThanOrEqual(DEFAULT_INTERVALS.statusMs)
})

test('of a single meter nobody can say that its gateway is silent', async () => {
  const [bus] = config().buses
  const { clock, told, listen } = running(
    config({ buses: bus ? [{ ...bus, devices: [device(1)] }] : [] }),
  )
  listen()
  await clock.advance(900_000)
  expect(told.map(({ online }) => online)).toEqual([true])
})

test('one meter that answers holds its gateway online', async () => {
  const { clock, told, net } = running()
  net.listen(PORT, (end) => {
    refuses(end)
    const answer = end.onBytes
    end.onBytes = (request) => {
      if (request.includes(addressBytes(device(1).address))) answer(request)
    }
  })
  await clock.advance(900_000)
  expect(told.map(({ online }) => online)).toEqual([true])
})

test('settings that nobody understands make it offline, not the process fail', async () => {
  const { clock, told } = running(config({ link: { kind: 'carrier-pigeon' } }))
  await clock.advance(10_000)
  expect(told).toMatchObject([{ online: false, fault: 'link settings: kind' }])
})

test('a meter of an unknown model or with no address is named and left out', async () => {
  const [bus] = config().buses
  const devices = [device(1), { ...device(2), model: 'abacus' }, { ...device(3), address: '7' }]
  const { unusable, gateway } = running(config({ buses: bus ? [{ ...bus, devices }] : [] }))
  expect(unusable).toEqual(['202611220002 model', '7 address'])
  expect(gateway.driverOf(meterId(1))).not.toBeNull()
  expect(gateway.driverOf(meterId(2))).toBeNull()
})

test('new meters need no new connection; another port does', () => {
  const { gateway } = running()
  const [bus] = config().buses
  const grown = bus ? { ...bus, devices: [...bus.devices, device(3)] } : null
  expect(gateway.accepts(config({ buses: grown ? [grown] : [] }))).toBe(true)
  expect(gateway.accepts(config({ link: { kind: 'tcp-client', host: 'a', port: 9 } }))).toBe(false)
})

test('a stopped gateway polls no more and calls nobody', async () => {
  const { clock, gateway, listen, net, results } = running()
  listen()
  await clock.advance(1_000)
  const stopped = gateway.stop()
  await clock.advance(10_000)
  await stopped
  const { dials } = net
  results.length = 0
  await clock.advance(600_000)
  expect(net.dials).toBe(dials)
  expect(results).toEqual([])
})

test('a gateway that is not polled hears no question of the rounds', async () => {
  const asks = async (polled: boolean): Promise<number> => {
    const { clock, net, gateway } = running(config({ polled }))
    let bytes = 0
    net.listen(PORT, (end) => {
      end.onBytes = (request) => {
        bytes += request.length
      }
    })
    await clock.advance(60_000)
    await gateway.stop()
    return bytes
  }
  expect(await asks(true)).toBeGreaterThan(0)
  expect(await asks(false)).toBe(0)
})

test('whether it is polled is part of what can not be changed while it runs', () => {
  const { gateway } = running()
  expect(gateway.accepts(config())).toBe(true)
  expect(gateway.accepts(config({ polled: false }))).toBe(false)
})
