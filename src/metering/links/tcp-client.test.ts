import { expect, test } from 'vitest'
import { createManualClock, settled } from '../../../test/manual-clock.ts'
import { createMemoryNet, type FarEnd } from '../../../test/memory-net.ts'
import type { Rng } from '../../ports/ids.ts'
import { startTcpLink } from './tcp-client.ts'

const TO = { host: '127.0.0.1', port: 5_001 }
/** Always the longest pause. */
const rng: Rng = { below: (below) => below - 1, bytes: (length) => Buffer.alloc(length) }

const linkTo = () => {
  const clock = createManualClock()
  const net = createMemoryNet()
  const heard: string[] = []
  const link = startTcpLink({ clock, net, rng }, TO, {
    up: () => heard.push('up'),
    bytes: (bytes) => heard.push(bytes.toString('hex')),
    down: ({ reason }) => heard.push(reason),
    pushed: () => Promise.resolve(),
  })
  return { clock, net, heard, link }
}

test('bytes pass once the gateway has answered the call', async () => {
  const { net, heard, clock } = linkTo()
  let far: FarEnd | null = null
  net.listen(TO.port, (end) => {
    far = end
    queueMicrotask(() => end.send(Buffer.of(0x68)))
  })
  await clock.advance(2_000)
  expect(far).not.toBeNull()
  expect(heard).toEqual(['refused', 'up', '68'])
})

test('a gateway that refuses is called again, in pauses that double to half a minute', async () => {
  const { net, clock } = linkTo()
  const dialsAfter = async (ms: number) => {
    await clock.advance(ms)
    return net.dials
  }
  expect(await dialsAfter(0)).toBe(1)
  expect(await dialsAfter(1_000)).toBe(2)
  expect(await dialsAfter(1_000)).toBe(2)
  expect(await dialsAfter(1_000)).toBe(3)
  await clock.advance(60_000)
  const before = net.dials
  expect(await dialsAfter(300_000)).toBe(before + 10)
})

test('after a connection that lasted, the first pause is short again', async () => {
  const { net, clock, heard } = linkTo()
  await clock.advance(60_000)
  const ends: FarEnd[] = []
  net.listen(TO.port, (end) => ends.push(end))
  await clock.advance(40_000)
  ends[0]?.hangUp()
  await clock.advance(1_000)
  expect(ends).toHaveLength(2)
  expect(heard.slice(-3)).toEqual(['up', 'closed', 'up'])
})

test('redialling gives up the connection for a new one', async () => {
  const { net, clock, link } = linkTo()
  const ends: FarEnd[] = []
  net.listen(TO.port, (end) => ends.push(end))
  await clock.advance(20_000)
  link.redial()
  await clock.advance(1_000)
  expect(ends).toHaveLength(2)
})

test('a stopped link calls nobody any more', async () => {
  const { net, clock, link } = linkTo()
  await settled()
  link.stop()
  await clock.advance(600_000)
  expect(net.dials).toBe(1)
})
