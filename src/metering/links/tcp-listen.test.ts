import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { createMemoryNet, type FarEnd } from '../../../test/memory-net.ts'
import { bytesOf, EXAMPLE_FRAMES } from '../protocol/dlt645/example-frames.ts'
import { dlt645Reader } from '../protocol/dlt645/stream.ts'
import type { CallerIdentity } from './link.ts'
import { createListenHub } from './listen-hub.ts'
import { startListenLink } from './tcp-listen.ts'

const PORT = 5_100
const BOX: CallerIdentity = {
  registration: Buffer.from('BOX1'),
  onEveryPacket: false,
  heartbeat: Buffer.from('PING'),
  heartbeatMs: 30_000,
}

const linkWith = (changes: Partial<CallerIdentity> = {}) => {
  const clock = createManualClock()
  const net = createMemoryNet()
  const callers = createListenHub({ clock, net, host: '' })
  const heard: string[] = []
  const heardBytes: Buffer[] = []
  const link = startListenLink(
    { clock, callers },
    { port: PORT, ...BOX, ...changes },
    {
      up: (wire) => {
        heard.push('up')
        wire.write(Buffer.from('ask'))
      },
      bytes: (bytes) => {
        heard.push(bytes.toString())
        heardBytes.push(bytes)
      },
      down: ({ reason, detail }) => heard.push(`down ${reason} ${detail}`.trim()),
      pushed: () => Promise.resolve(),
    },
  )
  const call = async (...pieces: string[]): Promise<FarEnd> => {
    await clock.advance(0)
    const end = net.call(PORT)
    if (!end) throw new Error('nobody listens')
    await say(end, ...pieces)
    return end
  }
  const say = async (end: FarEnd, ...pieces: string[]) => {
    for (const piece of pieces) {
      end.send(Buffer.from(piece))
      await clock.advance(5)
    }
  }
  return { clock, net, callers, heard, heardBytes, link, call, say }
}

test('a box that calls is up, and is asked over its own connection', async () => {
  const { call, heard } = linkWith()
  const end = await call()
  const asked: string[] = []
  end.onBytes = (bytes) => asked.push(bytes.toString())
  end.send(Buffer.from('BOX1'))
  await new Promise((resolve) => setImmediate(resolve))
  expect([heard, asked]).toEqual([['up'], ['ask']])
})

test.each<[string, Partial<CallerIdentity>, string[], string[]]>([
  ['a heartbeat between two replies', {}, ['BOX1', 'one', 'PING', 'two'], ['one', 'two']],
  ['a heartbeat inside a reply', {}, ['BOX1', 'onPINGe'], ['one']],
  ['a heartbeat cut in two', {}, ['BOX1', 'onPI', 'NGe'], ['on', 'e']],
  ['heartbeats before the registration', {}, ['PINGPI', 'NGBOX1one'], ['one']],
  [
    'a heartbeat that is the registration',
    { heartbeat: BOX.registration },
    ['BOX1', 'BOX1one'],
    ['one'],
  ],
  [
    'a registration with every packet',
    { onEveryPacket: true },
    ['BOX1', 'BOX1one', 'BOX1two'],
    ['one', 'two'],
  ],
  [
    'such a registration cut in two',
    { onEveryPacket: true },
    ['BOX1one', 'BO', 'X1two'],
    ['one', 'two'],
  ],
  ['what looks like a registration later on', {}, ['BOX1', 'BOX1one'], ['BOX1one']],
  [
    'what looks like a heartbeat where there is none',
    { heartbeat: null },
    ['BOX1', 'PING'],
    ['PING'],
  ],
])('%s: the bus sees none of it but its own bytes', async (_, changes, pieces, bytes) => {
  const { call, heard } = linkWith(changes)
  await call(...pieces)
  expect(heard).toEqual(['up', ...bytes])
})

test('a reply that ends like the beginning of a heartbeat waits 50 ms for its rest', async () => {
  const { call, heard, clock } = linkWith()
  await call('BOX1', 'onePI')
  expect(heard).toEqual(['up', 'one'])
  await clock.advance(40)
  expect(heard).toEqual(['up', 'one'])
  await clock.advance(10)
  expect(heard).toEqual(['up', 'one', 'PI'])
})

test('three heartbeats missed: the connection is taken for dead', async () => {
  const { call, heard, clock } = linkWith()
  const end = await call('BOX1')
  await clock.advance(89_000)
  expect(end.closed).toBe(false)
  await clock.advance(1_000)
  expect(end.closed).toBe(true)
  expect(heard).toEqual(['up', 'down timeout no heartbeat'])
})

test.each(['PING', 'a reply'])('%s is a sign of life', async (sign) => {
  const { call, say, clock } = linkWith()
  const end = await call('BOX1')
  for (let i = 0; i < 10; i++) {
    await clock.advance(80_000)
    await say(end, sign)
  }
  expect(end.closed).toBe(false)
})

test('a box that sends no heartbeats is not dropped for it', async () => {
  const { call, clock } = linkWith({ heartbeat: null })
  const end = await call('BOX1')
  await clock.advance(86_400_000)
  expect(end.closed).toBe(false)
})

test('a second call replaces the first, which is heard no more', async () => {
  const { call, say, heard } = linkWith()
  const stale = await call('BOX1', 'old')
  const fresh = await call('BOX1', 'new')
  await say(stale, 'late')
  await say(fresh, 'newer')
  expect(heard).toEqual(['up', 'old', 'down closed replaced by a newer call', 'up', 'new', 'newer'])
})

test('the death of a replaced connection does not take the new one down', async () => {
  const { call, heard, clock, say } = linkWith()
  await call('BOX1')
  await clock.advance(60_000)
  const fresh = await call('BOX1')
  await clock.advance(60_000)
  await say(fresh, 'one')
  expect(heard.slice(-2)).toEqual(['up', 'one'])
})

test('a box that has not called in half a minute is missing, until it calls', async () => {
  const { call, heard, clock } = linkWith()
  await clock.advance(29_000)
  expect(heard).toEqual([])
  await clock.advance(600_000)
  expect(heard).toEqual(['down timeout no call'])
  await call('BOX1')
  expect(heard).toEqual(['down timeout no call', 'up'])
})

test('a box that hangs up is down, and may call again', async () => {
  const { call, heard, clock } = linkWith()
  const end = await call('BOX1')
  end.hangUp()
  await clock.advance(0)
  await call('BOX1')
  expect(heard).toEqual(['up', 'down closed', 'up'])
})

test('a port that is taken is one fault, and the box is up once it is free', async () => {
  const { net, call, heard, clock, link } = linkWith()
  link.stop()
  net.occupy(PORT)
  await clock.advance(0)
  expect(heard).toEqual([])
  const callers = createListenHub({ clock, net, host: '' })
  startListenLink(
    { clock, callers },
    { port: PORT, ...BOX },
    {
      up: () => heard.push('up'),
      bytes: () => {},
      down: ({ reason, detail }) => heard.push(`${reason} ${detail}`),
      pushed: () => Promise.resolve(),
    },
  )
  await clock.advance(300_000)
  expect(heard).toEqual([`refused port ${PORT} is taken`])
  net.vacate(PORT)
  await clock.advance(30_000)
  await call('BOX1')
  expect(heard).toEqual([`refused port ${PORT} is taken`, 'up'])
})

test('redialling gives up the connection: the box calls anew', async () => {
  const { call, link, heard, clock } = linkWith()
  const end = await call('BOX1')
  link.redial()
  await clock.advance(0)
  expect(end.closed).toBe(true)
  expect(heard).toEqual(['up', 'down closed'])
})

test('a stopped link hears and tells nothing any more', async () => {
  const { call, link, heard, clock, net } = linkWith()
  const end = await call('BOX1', 'onePI')
  link.stop()
  end.send(Buffer.from('two'))
  await clock.advance(600_000)
  expect(end.closed).toBe(true)
  expect(net.listening).toEqual([])
  expect(heard).toEqual(['up', 'one'])
})

const frames = EXAMPLE_FRAMES.flatMap(({ hex }) => {
  const piece = dlt645Reader().push(bytesOf(hex)).at(0)
  return piece?.kind === 'frame' ? [piece.raw] : []
})

/** What the box sends: registration once or with every packet, heartbeats between the packets. */
const packetsOf = (
  said: readonly Buffer[],
  onEveryPacket: boolean,
  beatAfter: ReadonlySet<number>,
) =>
  said.map((frame, i) =>
    Buffer.concat([
      i === 0 || onEveryPacket ? BOX.registration : Buffer.alloc(0),
      frame,
      beatAfter.has(i) ? Buffer.from('PING') : Buffer.alloc(0),
    ]),
  )

test('however the network cuts what a box sends, the bus sees its meters’ frames', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.array(fc.nat(5), { maxLength: 4 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      async (said, onEveryPacket, beats, cuts) => {
        const { clock, net, heardBytes } = linkWith({ onEveryPacket })
        await clock.advance(0)
        const sent = Buffer.concat(packetsOf(said, onEveryPacket, new Set(beats)))
        const places = [...cuts.map((cut) => cut % sent.length), sent.length].sort((a, b) => a - b)
        const end = net.call(PORT)
        for (const [i, to] of places.entries()) end?.send(sent.subarray(places[i - 1] ?? 0, to))
        await clock.advance(100)
        const pieces = dlt645Reader().push(Buffer.concat(heardBytes))
        const found = pieces.map((piece) => (piece.kind === 'frame' ? piece.raw : piece.bytes))
        expect(found).toEqual(said)
      },
    ),
    { numRuns: 200 },
  )
})
