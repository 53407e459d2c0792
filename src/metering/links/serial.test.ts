import { expect, test } from 'vitest'
import { createManualClock } from '../../../test/manual-clock.ts'
import { createMemoryNet, type FarEnd } from '../../../test/memory-net.ts'
import type { Rng } from '../../ports/ids.ts'
import { startSerialLink } from './serial.ts'

const PATH = '/dev/ttyUSB0'
const LINE = { path: PATH, baud: 2_400, parity: 'even', dataBits: 8, stopBits: 1 } as const
/** Always the longest pause. */
const rng: Rng = { below: (below) => below - 1, bytes: (length) => Buffer.alloc(length) }

const linkTo = () => {
  const clock = createManualClock()
  const net = createMemoryNet()
  const heard: string[] = []
  const ends: FarEnd[] = []
  const plugIn = () => net.plugIn(PATH, (end) => ends.push(end))
  const start = () =>
    startSerialLink({ clock, net, rng }, LINE, {
      up: () => heard.push('up'),
      bytes: (bytes) => heard.push(bytes.toString('hex')),
      down: ({ reason, detail }) => heard.push(`${reason} ${detail}`.trim()),
      pushed: () => Promise.resolve(),
    })
  return { clock, net, heard, ends, plugIn, start }
}

test('bytes pass once the port is open', async () => {
  const { clock, heard, ends, plugIn, start } = linkTo()
  plugIn()
  start()
  await clock.advance(0)
  ends[0]?.send(Buffer.of(0x68))
  await clock.advance(0)
  expect(heard).toEqual(['up', '68'])
})

test('an adapter that was unplugged is up within five seconds of its return', async () => {
  const { clock, net, heard, plugIn, start } = linkTo()
  plugIn()
  start()
  await clock.advance(60_000)
  net.unplug(PATH)
  await clock.advance(600_000)
  expect([heard.slice(0, 3), new Set(heard.slice(2)).size]).toEqual([
    ['up', 'closed', `refused ${PATH}: no such port`],
    1,
  ])
  plugIn()
  await clock.advance(5_000)
  expect(heard.at(-1)).toBe('up')
})

test('a port that stays away is looked for without end, never in a storm', async () => {
  const { clock, net, start } = linkTo()
  start()
  await clock.advance(600_000)
  expect(net.dials).toBeGreaterThan(110)
  expect(net.dials).toBeLessThan(160)
})

test('a stopped link closes the port and leaves it alone', async () => {
  const { clock, net, ends, heard, plugIn, start } = linkTo()
  plugIn()
  const link = start()
  await clock.advance(1_000)
  link.stop()
  await clock.advance(60_000)
  expect([ends[0]?.closed, net.dials, heard]).toEqual([true, 1, ['up']])
})
