import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { GatheringSocket } from './gathering-socket.ts'

test('what a connected socket writes in one turn leaves as one write, whole', async () => {
  const server = createServer((far: Socket) => far.pipe(far)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const socket = new GatheringSocket()
  try {
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const together = vi.spyOn(socket, '_writev')
    const alone = vi.spyOn(socket, '_write')
    for (const text of ['begin', Buffer.from('事'), 'commit']) socket.write(text)
    const [back] = await once(socket, 'data')
    expect(String(back)).toBe('begin事commit')
    expect([together.mock.calls.length, alone.mock.calls.length]).toEqual([1, 0])
    socket.write('begin')
    await once(socket, 'data')
    expect([together.mock.calls.length, alone.mock.calls.length]).toEqual([1, 1])
  } finally {
    socket.destroy()
    server.close()
  }
})
