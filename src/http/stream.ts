// A stream of server-sent events 事件流: text frames over one long answer. It ends when either side
// goes, or when the reader is so slow that what waits for it would fill the memory.

import { PassThrough, type Readable } from 'node:stream'

const BACKLOG_MAX_BYTES = 8 * 1024 * 1024

export type EventStream = {
  send(event: { name: string; data: unknown; id?: number }): void
  /** A frame made once for many readers. */
  frame(text: string): void
  /** A line that readers ignore; it keeps proxies from closing a quiet stream. */
  comment(text: string): void
  close(): void
  /** Called once, whoever ended it. */
  onClose(listener: () => void): void
  readonly closed: boolean
}

export const frameOf = (event: { name: string; data: unknown; id?: number }): string => {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`
  return `${id}event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`
}

/** `retryMs` tells the browser how soon to come back. */
export const createEventStream = (retryMs: number): EventStream & { readable: Readable } => {
  const pipe = new PassThrough({ highWaterMark: BACKLOG_MAX_BYTES })
  const listeners = new Set<() => void>()
  let closed = false
  const close = () => {
    if (closed) return
    closed = true
    pipe.end()
    for (const listener of listeners) listener()
  }
  pipe.on('close', close)
  pipe.on('error', close)
  const write = (text: string) => {
    if (closed) return
    const room = pipe.write(text)
    // The reader comes back with its last id and gets what it missed.
    if (!room) close()
  }
  write(`retry: ${retryMs}\n\n`)
  return {
    readable: pipe,
    send: (event) => write(frameOf(event)),
    frame: write,
    comment: (text) => write(`: ${text}\n\n`),
    close,
    onClose: (listener) => {
      if (closed) listener()
      else listeners.add(listener)
    },
    get closed() {
      return closed
    },
  }
}
