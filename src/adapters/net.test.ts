import { expect, test } from 'vitest'
import type { LinkClosed, LinkConnection } from '../ports/net.ts'
import { systemNet } from './net.ts'
import { whyNotOpened } from './serial.ts'

const HOST = '127.0.0.1'

type Call = { connection: LinkConnection; from: string; heard: string[]; why: LinkClosed | null }

const listening = async () => {
  const calls: Call[] = []
  let called = () => {}
  const result = await systemNet.listenTcp({ host: HOST, port: 0 }, (connection, from) => {
    const call: Call = { connection, from, heard: [], why: null }
    connection.onBytes((bytes) => call.heard.push(bytes.toString()))
    connection.onClose((why) => {
      call.why = why
    })
    calls.push(call)
    called()
  })
  if (!result.ok) throw new Error(result.detail)
  const dial = async () => {
    const arrived = new Promise<void>((resolve) => {
      called = resolve
    })
    const { port } = result.listening
    const dialled = await systemNet.dialTcp({ host: HOST, port, timeoutMs: 60_000 })
    if (!dialled.ok) throw new Error(dialled.detail)
    await arrived
    return dialled.connection
  }
  return { calls, dial, ...result.listening }
}

test('a call is accepted with the address it came from, and bytes pass both ways', async () => {
  const { calls, dial, close } = await listening()
  const near = await dial()
  const answered = new Promise<string>((resolve) => near.onBytes((b) => resolve(b.toString())))
  near.write(Buffer.from('BOX1'))
  calls[0]?.connection.write(Buffer.from('hello'))
  expect(await answered).toBe('hello')
  await expect.poll(() => calls[0]?.heard).toEqual(['BOX1'])
  expect(calls[0]?.from).toMatch(/^127\.0\.0\.1:\d+$/)
  near.close()
  await expect.poll(() => calls[0]?.why).toEqual({ reason: 'closed', detail: '' })
  await close()
})

test('what comes before anybody listens is heard in its order, and the end after it', async () => {
  const { calls, dial, close } = await listening()
  const near = await dial()
  const whole = 'first'.repeat(2_000)
  calls[0]?.connection.write(Buffer.from(whole))
  await new Promise((resolve) => setTimeout(resolve, 50))
  let heard = ''
  const ended = new Promise<LinkClosed>((resolve) => near.onClose(resolve))
  near.onBytes((bytes) => {
    heard += Buffer.from(bytes).toString()
  })
  await expect.poll(() => heard.length).toBe(whole.length)
  expect(heard).toBe(whole)
  calls[0]?.connection.close()
  expect(await ended).toEqual({ reason: 'closed', detail: '' })
  await close()
})

test('a port that is taken is a fault that says so; closed, it is free again', async () => {
  const { port, dial, close } = await listening()
  const near = await dial()
  const ended = new Promise((resolve) => near.onClose(resolve))
  const again = () => systemNet.listenTcp({ host: HOST, port }, () => {})
  expect(await again()).toEqual({
    ok: false,
    reason: 'refused',
    detail: `port ${port} is taken by another program`,
  })
  await close()
  await ended
  const free = await again()
  expect(free.ok).toBe(true)
  if (free.ok) await free.listening.close()
})

test('a caller that takes nothing off us is hung up on before it fills the memory', async () => {
  const { calls, dial, close } = await listening()
  // It never listens to what comes.
  const near = await dial()
  const call = calls[0]
  for (let n = 0; n < 2_000 && call?.why === null; n++) {
    call.connection.write(Buffer.alloc(64 * 1_024))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(call?.why).toMatchObject({ reason: 'error', detail: expect.stringMatching(/takes no/) })
  near.close()
  await close()
})

test('an empty host listens on every address', async () => {
  const result = await systemNet.listenTcp({ host: '', port: 0 }, () => {})
  if (!result.ok) throw new Error(result.detail)
  const { port, close } = result.listening
  const dialled = await systemNet.dialTcp({ host: HOST, port, timeoutMs: 60_000 })
  expect(dialled.ok).toBe(true)
  await close()
})

test('a serial port that is not there is a fault that names it', async () => {
  const opened = await systemNet.openSerial({
    path: '/dev/ttyPREWATT9',
    baud: 9_600,
    parity: 'even',
    dataBits: 8,
    stopBits: 1,
  })
  expect(opened).toEqual({
    ok: false,
    reason: 'refused',
    detail: '/dev/ttyPREWATT9: no such port',
  })
})

test.each([
  ['Error: No such file or directory, cannot open COM9', 'no such port'],
  ['Opening COM9: File not found', 'no such port'],
  ['Error: Permission denied, cannot open COM9', 'no permission to open it'],
  ['Error Resource temporarily unavailable Cannot lock port', 'in use by another program'],
  ['Opening COM9: Access denied', 'in use by another program'],
  ['Error: Inappropriate ioctl for device setting custom baud rate', 'not a serial port'],
  ['something new', 'something new'],
])('%j is told as %j', (message, told) => {
  expect(whyNotOpened('COM9', message)).toEqual({ reason: 'refused', detail: `COM9: ${told}` })
})
