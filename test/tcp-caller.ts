// A box that dials the centre over real TCP 拨入的设备, for tests: what it sends, what it was sent.

import { connect, type Socket } from 'node:net'
import { must } from '../src/shared/assert.ts'
import { eventually } from './eventually.ts'

export type TcpCaller = {
  send(bytes: Uint8Array): void
  /** All that came since it dialled. */
  received(): Buffer
  closed(): boolean
  hangUp(): void
}

const dial = (port: number): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('error', () => resolve(null))
    socket.once('connect', () => resolve(socket))
  })

export const dialCentre = async (port: number): Promise<TcpCaller> => {
  // The centre may only be about to listen.
  let dialled: Socket | null = null
  await eventually(async () => {
    dialled = await dial(port)
    return dialled !== null
  }, `somebody listens at ${port}`)
  const socket = must<Socket>(dialled, 'connected')
  let received = Buffer.alloc(0)
  let closed = false
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  return {
    send: (bytes) => socket.write(bytes),
    received: () => received,
    closed: () => closed,
    hangUp: () => socket.destroy(),
  }
}
