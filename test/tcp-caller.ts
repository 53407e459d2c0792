// A box that dials the centre over real TCP 拨入的设备, for tests: what it sends, what it was sent.

import { connect, createServer, type Socket } from 'node:net'
import { expect } from 'vitest'

const EVERY_MS = 5
const WITHIN_MS = 8_000

/** Waits until it holds; fails where it never does. */
export const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; waited < WITHIN_MS && !holds(); waited += EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
  expect(holds()).toBe(true)
}

/** A port of this machine that nobody uses. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })

export type TcpCaller = {
  send(bytes: Uint8Array): void
  /** All that came since it dialled. */
  received(): Buffer
  closed(): boolean
  hangUp(): void
}

export const dialCentre = async (port: number): Promise<TcpCaller> => {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received = Buffer.alloc(0)
  let closed = false
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    send: (bytes) => socket.write(bytes),
    received: () => received,
    closed: () => closed,
    hangUp: () => socket.destroy(),
  }
}
