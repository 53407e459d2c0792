// What every box that calls the centre has in common 上行终端: it dials, is cut off, and dials again
// after a pause, until it is switched off.

import { connect, type Socket } from 'node:net'

export type CentreAddress = { host: string; port: number }

export type Caller = {
  /** Null while there is no connection. */
  readonly socket: Socket | null
  /** Cuts the line as a network does; the box dials again. */
  cut(): void
  stop(): Promise<void>
}

const REDIAL_MS = 200

export const startCaller = (
  to: CentreAddress,
  on: { up(socket: Socket): void; bytes(bytes: Buffer): void; down(): void },
): Caller => {
  let socket: Socket | null = null
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  const dial = () => {
    if (stopped) return
    const line = connect({ ...to, noDelay: true })
    socket = line
    line.on('connect', () => on.up(line))
    line.on('data', (bytes) => on.bytes(bytes))
    line.on('error', () => {})
    line.on('close', () => {
      socket = null
      on.down()
      timer = setTimeout(dial, REDIAL_MS)
    })
  }
  dial()
  return {
    get socket() {
      return socket
    },
    cut: () => socket?.destroy(),
    stop: async () => {
      stopped = true
      if (timer) clearTimeout(timer)
      const line = socket
      if (!line) return
      await new Promise<void>((resolve) => {
        line.once('close', () => resolve())
        line.destroy()
      })
      if (timer) clearTimeout(timer)
    },
  }
}
