import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { createMemoryNet, type FarEnd } from '../../../test/memory-net.ts'
import type { Net } from '../../ports/net.ts'
import type { Recognition } from './caller.ts'
import { createListenHub } from './listen-hub.ts'

const PORT = 5_100

const startsWith =
  (name: string) =>
  (head: Buffer): Recognition => {
    const text = head.toString()
    if (text.startsWith(name)) return { taken: name.length }
    return name.startsWith(text) ? 'more' : 'other'
  }

const CLOSING_MS = 20

const hubWith = (...names: readonly string[]) => {
  const clock = createManualClock()
  const net = createMemoryNet()
  /** A port takes its time to close. */
  const slow: Net = {
    ...net,
    listenTcp: async (at, accept) => {
      const result = await net.listenTcp(at, accept)
      if (!result.ok) return result
      const { port, close } = result.listening
      return { ok: true, listening: { port, close: () => clock.sleep(CLOSING_MS).then(close) } }
    },
  }
  const hub = createListenHub({ clock, net: slow, host: '' })
  const heard: string[] = []
  const expectCaller = (name: string, port = PORT) =>
    hub.expect({
      port,
      identity: name,
      recognise: startsWith(name),
      arrived: (connection) => {
        heard.push(`${name} up`)
        connection.onBytes((bytes) => heard.push(`${name} ${bytes.toString()}`))
        connection.onClose(({ detail }) => heard.push(`${name} down ${detail}`.trim()))
        connection.write(Buffer.from(`hello ${name}`))
      },
      failed: ({ detail }) => heard.push(`${name} failed: ${detail}`),
    })
  const leaving = names.map((name) => expectCaller(name))
  const call = (from?: string): FarEnd => {
    const end = net.call(PORT, from)
    if (!end) throw new Error('nobody listens')
    end.onBytes = (bytes) => heard.push(`to caller: ${bytes.toString()}`)
    return end
  }
  /** Calls and says this in pieces, with a pause after each. */
  const say = async (pieces: readonly string[], pauseMs = 10): Promise<FarEnd> => {
    await clock.advance(0)
    const end = call()
    for (const piece of pieces) {
      end.send(Buffer.from(piece))
      await clock.advance(pauseMs)
    }
    return end
  }
  return { clock, net, hub, heard, expectCaller, leaving, call, say }
}

test.each<[string, string[], string[]]>([
  ['whole', ['BOX2'], ['BOX2 up']],
  ['in pieces', ['B', 'OX', '2'], ['BOX2 up']],
  ['together with what follows', ['BOX1hello'], ['BOX1 up', 'BOX1 hello']],
  ['and then speaks', ['BOX1', 'one', 'two'], ['BOX1 up', 'BOX1 one', 'BOX1 two']],
])('a caller that registers %s is handed to its gateway alone', async (_, pieces, expected) => {
  const { heard, say, hub } = hubWith('BOX1', 'BOX2')
  const end = await say(pieces)
  expect(heard.filter((line) => !line.startsWith('to caller'))).toEqual(expected)
  expect(end.closed).toBe(false)
  expect([hub.counters.taken, hub.counters.unknown]).toEqual([1, 0])
})

test('what a gateway is asked goes to its own caller', async () => {
  const { heard, say } = hubWith('BOX1', 'BOX2')
  await say(['BOX2'])
  expect(heard).toContain('to caller: hello BOX2')
})

test.each<[string, string[], string]>([
  ['the longer one', ['A12'], 'A12 up'],
  ['the shorter one, once nothing more comes', ['A1'], 'A1 up'],
  ['the longer one, though it comes in pieces', ['A1', '2'], 'A12 up'],
  ['the shorter one, when something else follows', ['A1', 'x'], 'A1 up'],
])('of two registrations that begin alike, %s is taken', async (_, pieces, expected) => {
  const { heard, say, clock } = hubWith('A1', 'A12')
  await say(pieces)
  await clock.advance(1_000)
  expect(heard[0]).toBe(expected)
})

test('a caller that says nothing for ten seconds is closed and counted', async () => {
  const { hub, clock, say } = hubWith('BOX1')
  const end = await say([])
  await clock.advance(9_900)
  expect(end.closed).toBe(false)
  await clock.advance(200)
  expect(end.closed).toBe(true)
  expect(hub.counters).toMatchObject({ silent: 1, unknown: 0, taken: 0 })
})

test('so is one that never ends its registration, and one that goes on trickling', async () => {
  const { hub, clock, say } = hubWith('BOX1')
  const half = await say(['BO'])
  const trickling = await say([...'BOBOBOBO'], 250)
  await clock.advance(10_000)
  expect([half.closed, trickling.closed]).toEqual([true, true])
  expect(hub.counters).toMatchObject({ taken: 0, unknown: 2 })
})

test('an unknown registration is closed once it is whole, and shown to the engineer', async () => {
  const { hub, clock, say } = hubWith('BOX1')
  const end = await say(['STRAN', 'GER'])
  await clock.advance(400)
  expect(end.closed).toBe(true)
  expect(hub.unknownCallers()).toEqual([
    {
      port: PORT,
      from: '10.0.0.1:40000',
      firstBytes: Buffer.from('STRANGER').toString('hex'),
      at: expect.any(Number),
      calls: 1,
    },
  ])
})

test('a stranger that floods is cut off at once, and one that hangs up is shown too', async () => {
  const { hub, clock, say } = hubWith('BOX1')
  const flood = await say(['x'.repeat(5_000)], 0)
  expect(flood.closed).toBe(true)
  const gone = await say(['BOX9'])
  gone.hangUp()
  await clock.advance(0)
  expect(hub.unknownCallers().map(({ firstBytes }) => firstBytes.length)).toEqual([8, 256])
})

test('the same stranger is one entry, however often it calls; the list is bounded', async () => {
  const { hub, clock, call } = hubWith('BOX1')
  await clock.advance(0)
  for (let i = 0; i < 3; i++) {
    call(`10.0.0.9:${50_000 + i}`).send(Buffer.from('SAME'))
    await clock.advance(1_000)
  }
  expect(hub.unknownCallers()).toMatchObject([{ from: '10.0.0.9:50002', calls: 3 }])
  for (let i = 0; i < 80; i++) call(`10.0.1.${i}:1`).send(Buffer.from('OTHER'))
  await clock.advance(1_000)
  expect(hub.unknownCallers()).toHaveLength(50)
  expect(hub.counters.unknown).toBe(83)
})

test('a second call with the same registration replaces the stale one', async () => {
  const { heard, say, hub } = hubWith('BOX1')
  const stale = await say(['BOX1'])
  const fresh = await say(['BOX1', 'x'])
  stale.send(Buffer.from('late'))
  expect([stale.closed, fresh.closed]).toEqual([true, false])
  expect(heard.filter((line) => !line.startsWith('to caller'))).toEqual([
    'BOX1 up',
    'BOX1 down replaced by a newer call',
    'BOX1 up',
    'BOX1 x',
  ])
  expect(hub.counters.replaced).toBe(1)
})

test('a box that has hung up and calls again replaces nobody', async () => {
  const { say, hub } = hubWith('BOX1')
  const gone = await say(['BOX1'])
  gone.hangUp()
  await say(['BOX1'])
  expect(hub.counters).toMatchObject({ taken: 2, replaced: 0 })
})

test('too many that wait to be heard: the one that has waited longest goes', async () => {
  const { hub, clock, call, heard } = hubWith('BOX1')
  await clock.advance(0)
  const ends = Array.from({ length: 300 }, () => call())
  expect(hub.counters.crowded).toBe(44)
  expect(ends.filter(({ closed }) => closed)).toEqual(ends.slice(0, 44))
  ends.at(-1)?.send(Buffer.from('BOX1'))
  await clock.advance(0)
  expect(heard).toContain('BOX1 up')
})

test('a registration that two gateways claim is the first’s, and then the other’s', async () => {
  const { heard, say, expectCaller, leaving } = hubWith('BOX1')
  const second = expectCaller('BOX1')
  expect(heard).toEqual(['BOX1 failed: the registration of another gateway'])
  leaving[0]?.leave()
  await say(['BOX1'])
  expect(heard.at(1)).toBe('BOX1 up')
  second.leave()
})

test('the port opens with the first gateway that wants it and closes after the last', async () => {
  const { net, clock, leaving, say, heard } = hubWith('BOX1', 'BOX2')
  const one = await say(['BOX1'])
  expect(net.listening).toEqual([PORT])
  leaving[0]?.leave()
  await clock.advance(0)
  expect(one.closed).toBe(true)
  expect(heard).toContain('BOX1 down')
  expect(net.listening).toEqual([PORT])
  const stranger = await say([])
  leaving[1]?.leave()
  leaving[1]?.leave()
  await clock.advance(CLOSING_MS)
  expect(net.listening).toEqual([])
  expect(stranger.closed).toBe(true)
})

test('gateways on other ports have ports of their own', async () => {
  const { net, clock, expectCaller, hub } = hubWith('BOX1')
  expectCaller('BOX1', PORT + 1)
  await clock.advance(0)
  expect(net.listening).toEqual([PORT, PORT + 1])
  const stopped = hub.stop()
  await clock.advance(CLOSING_MS)
  await stopped
  expect(net.listening).toEqual([])
})

test('a port that is taken is one fault for each gateway on it, and is tried again', async () => {
  const { net, clock, hub, heard, expectCaller, say, leaving } = hubWith()
  net.occupy(PORT)
  expectCaller('BOX1')
  await clock.advance(120_000)
  const late = expectCaller('BOX2')
  expect(heard).toEqual(['BOX1', 'BOX2'].map((name) => `${name} failed: port ${PORT} is taken`))
  expect(hub.ports()).toMatchObject([
    { port: PORT, listening: false, fault: { reason: 'refused' } },
  ])
  net.vacate(PORT)
  await clock.advance(30_000)
  expect(hub.ports()).toEqual([{ port: PORT, listening: true, fault: null }])
  await say(['BOX1'])
  expect(heard).toContain('BOX1 up')
  late.leave()
  expect(leaving).toEqual([])
})

test('a port nobody wants any more is not tried again', async () => {
  const { net, clock, expectCaller, hub } = hubWith()
  net.occupy(PORT)
  const gone = expectCaller('BOX1')
  await clock.advance(5_000)
  gone.leave()
  net.vacate(PORT)
  await clock.advance(120_000)
  expect(net.listening).toEqual([])
  expect(hub.ports()).toEqual([])
})

test('a port given up and wanted again at once is opened again', async () => {
  const { net, clock, leaving, expectCaller, say, heard } = hubWith('BOX1')
  await clock.advance(0)
  leaving[0]?.leave()
  expectCaller('BOX2')
  await clock.advance(100)
  expect([net.listening, heard]).toEqual([[PORT], []])
  await say(['BOX2'])
  expect(heard).toContain('BOX2 up')
})
