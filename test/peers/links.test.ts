// Our links against programs we did not write: socat as cable, as serial server and as a box that
// dials; ser2net as serial server both ways. Linux gives a pseudo-terminal any parity and applies
// none: that 8E1 can be opened is shown here, that parity bits are right only a real adapter shows.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemNet } from '../../src/adapters/net.ts'
import type { LinkSettings } from '../../src/metering/links/link.ts'
import type { SharedLinks } from '../../src/metering/links/shared-links.ts'
import { freePort } from '../free-port.ts'
import { type FarBus, startFarBus } from './far-bus.ts'
import { type LinkUser, startLinkUser } from './link-user.ts'
import { startPeer, stopPeers } from './peer.ts'

const HOST = '127.0.0.1'
const METER_WH = 1_234_560
const SLOW_METER_WH = 70

let folder = ''
let far: FarBus
/** Its answers come byte by byte, so that others get between. */
let slowFar: FarBus
const users: LinkUser[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-peers-'))
  far = await startFarBus(METER_WH)
  slowFar = await startFarBus(SLOW_METER_WH, 3)
})
afterEach(async () => {
  for (const user of users.splice(0)) await user.stop()
  await stopPeers()
})
afterAll(async () => {
  await far.stop()
  await slowFar.stop()
  await rm(folder, { recursive: true, force: true })
})

const use = (settings: LinkSettings, shared?: SharedLinks): LinkUser => {
  const user = startLinkUser(settings, shared)
  users.push(user)
  return user
}
const isUp = (user: LinkUser, times = 1): boolean =>
  user.news.filter((one) => one === 'up').length === times
/** Where it does not come up, the failure shows what was heard instead. */
const untilUp = (user: LinkUser, times = 1) =>
  expect.poll(() => (isUp(user, times) ? 'up' : user.news.join(', '))).toBe('up')

/** A pseudo-terminal whose other end is the far bus. */
const cable = (path: string, to = far) =>
  startPeer('socat', `PTY,raw,echo=0,link=${path}`, `TCP:${HOST}:${to.port},nodelay`)

const laid = (path: string) => expect.poll(() => existsSync(path)).toBe(true)

const serialAt = (path: string) => ({
  kind: 'serial' as const,
  path,
  baud: 9_600,
  parity: 'even' as const,
  dataBits: 8 as const,
  stopBits: 1 as const,
})
const listenAt = (
  port: number,
  changes: { heartbeat?: Buffer | null; registration?: Buffer } = {},
): LinkSettings => ({
  kind: 'tcp-listen',
  port,
  registration: Buffer.from('BOX1'),
  onEveryPacket: false,
  heartbeat: Buffer.from('www.usr.cn'),
  heartbeatMs: 1_000,
  ...changes,
})

test('a serial port at 9600 8E1, over a pseudo-terminal', async () => {
  const path = join(folder, 'serial')
  cable(path)
  const user = use(serialAt(path))
  await untilUp(user)
  expect(await user.energyWh()).toBe(METER_WH)
})

test('an adapter that is unplugged and plugged in again', async () => {
  const path = join(folder, 'adapter')
  const first = cable(path)
  const user = use(serialAt(path))
  await untilUp(user)
  await first.stop()
  await expect.poll(() => user.news).toContainEqual(expect.stringMatching(/^down error/))
  cable(path)
  await untilUp(user, 2)
  expect(await user.energyWh()).toBe(METER_WH)
})

test('an adapter that is gone before it is read for the first time', async () => {
  const path = join(folder, 'gone')
  const adapter = cable(path)
  await laid(path)
  const dialled = await systemNet.openSerial(serialAt(path))
  if (!dialled.ok) expect.unreachable(dialled.detail)
  await adapter.stop()
  const closed = new Promise((resolve) => dialled.connection.onClose(resolve))
  dialled.connection.onBytes(() => {})
  expect(await closed).toEqual({ reason: 'error', detail: 'the port is gone' })
})

test('a serial port that another link of ours has open', async () => {
  const path = join(folder, 'busy')
  cable(path)
  const first = use(serialAt(path))
  await untilUp(first)
  const second = use(serialAt(path))
  const busy = `down refused ${path}: in use by another program`
  await expect.poll(() => second.news[0]).toBe(busy)
  expect(await first.energyWh()).toBe(METER_WH)
})

const ser2net = async (device: string, accepter: number, options: readonly string[]) => {
  const file = join(folder, `ser2net-${accepter}.yaml`)
  const lines = [
    'connection: &box',
    `  accepter: tcp,${HOST},${accepter}`,
    `  connector: serialdev,${device},9600e81,local`,
    '  options:',
    '    kickolduser: true',
    ...options.map((option) => `    ${option}`),
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  // A box opens its serial side when it starts, and never again.
  await laid(device)
  return startPeer('ser2net', '-n', '-c', file, '-P', join(folder, `ser2net-${accepter}.pid`))
}

test('ser2net as a serial server that we dial', async () => {
  const path = join(folder, 'served')
  cable(path)
  const port = await freePort()
  await ser2net(path, port, [])
  const user = use({ kind: 'tcp-client', host: HOST, port })
  await untilUp(user)
  expect(await user.energyWh()).toBe(METER_WH)
})

test('ser2net as a box that dials us and registers', async () => {
  const path = join(folder, 'dialling')
  cable(path)
  const port = await freePort()
  await ser2net(path, await freePort(), [
    'banner: "BOX1"',
    `connback: tcp,${HOST},${port}`,
    'max-connections: 2',
  ])
  const user = use(listenAt(port, { heartbeat: null }))
  // It dials when its serial side says something.
  const waking = setInterval(() => far.wake(), 100)
  await untilUp(user).finally(() => clearInterval(waking))
  expect(await user.energyWh()).toBe(METER_WH)
})

/** Registers, sends heartbeats every 10 ms as a box under a bad setting does, and passes bytes. */
const box = async (port: number, to: FarBus, registration = 'BOX1') => {
  const script = join(folder, `box-${port}-${registration}.sh`)
  const lines = [
    `printf ${registration}`,
    '(while printf www.usr.cn; do sleep 0.01; done) 2>/dev/null &',
    `exec socat STDIO TCP:${HOST}:${to.port},nodelay`,
  ]
  await writeFile(script, `${lines.join('\n')}\n`)
  const ours = `TCP:${HOST}:${port},nodelay,retry=300,interval=0.1`
  return startPeer('socat', ours, `EXEC:sh ${script}`)
}

test('a box whose heartbeats fall into the middle of answers', async () => {
  const port = await freePort()
  const user = use(listenAt(port))
  await box(port, slowFar)
  await untilUp(user)
  for (let i = 0; i < 5; i++) expect(await user.energyWh()).toBe(SLOW_METER_WH)
})

test('the same box without its heartbeat in the settings can not be read', async () => {
  const port = await freePort()
  const user = use(listenAt(port, { heartbeat: null }))
  await box(port, slowFar)
  await untilUp(user)
  for (let i = 0; i < 3; i++) expect(await user.energyWh(300)).toBeNull()
})

test('a box with a wrong registration is refused and shown; the right one goes on', async () => {
  const port = await freePort()
  const user = use(listenAt(port))
  const stranger = await box(port, far, 'BOX9')
  await box(port, far)
  await untilUp(user)
  await stranger.ended
  expect(await user.energyWh()).toBe(METER_WH)
  const firstBytes = expect.stringContaining(Buffer.from('BOX9').toString('hex'))
  expect(user.shared.callers.unknownCallers()).toMatchObject([{ port, firstBytes }])
})

test('a box that dials a second time: the stale connection ends, the new one is read', async () => {
  const port = await freePort()
  const user = use(listenAt(port))
  const stale = await box(port, far)
  await untilUp(user)
  await box(port, far)
  await untilUp(user, 2)
  await stale.ended
  expect(user.news).toEqual(['up', 'down closed replaced by a newer call', 'up'])
  expect(await user.energyWh()).toBe(METER_WH)
})

test('two boxes at one port, each to its own gateway', async () => {
  const port = await freePort()
  const one = use(listenAt(port))
  const two = use(listenAt(port, { registration: Buffer.from('BOX2') }), one.shared)
  await box(port, far)
  await box(port, slowFar, 'BOX2')
  await untilUp(one)
  await untilUp(two)
  expect([await one.energyWh(), await two.energyWh()]).toEqual([METER_WH, SLOW_METER_WH])
})

test('a listening port that another program has, until it ends', async () => {
  const port = await freePort()
  const other = startPeer('socat', `TCP-LISTEN:${port},bind=${HOST},fork,reuseaddr`, 'STDIO')
  await expect
    .poll(async () => {
      const dialled = await systemNet.dialTcp({ host: HOST, port, timeoutMs: 60_000 })
      if (dialled.ok) dialled.connection.close()
      return dialled.ok
    })
    .toBe(true)
  const user = use(listenAt(port))
  const taken = `down refused port ${port} is taken by another program`
  await expect.poll(() => user.news).toEqual([taken])
  await other.stop()
  // As a real box does, it dials again when its call has ended unheard.
  let calls = true
  const dialling = (async () => {
    while (calls) await (await box(port, far)).ended
  })()
  await untilUp(user).finally(() => {
    calls = false
  })
  expect(await user.energyWh()).toBe(METER_WH)
  await user.stop()
  await stopPeers()
  await dialling
})
