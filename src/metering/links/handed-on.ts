// A connection that is handed on 移交的连接: its first bytes were read by the port, the rest belongs to
// the gateway that they named. It ends once, for the first reason.

import type { LinkClosed, LinkConnection } from '../../ports/net.ts'

export class HandedOn implements LinkConnection {
  readonly #raw: LinkConnection
  #listener: (bytes: Buffer) => void = () => {}
  #onClose: (why: LinkClosed) => void = () => {}
  readonly #ended: () => void
  #over = false

  constructor(raw: LinkConnection, ended: () => void) {
    this.#raw = raw
    this.#ended = ended
  }

  write(bytes: Uint8Array): void {
    if (!this.#over) this.#raw.write(bytes)
  }
  onBytes(listener: (bytes: Buffer) => void): void {
    this.#listener = listener
  }
  onClose(listener: (why: LinkClosed) => void): void {
    this.#onClose = listener
  }
  close(): void {
    this.#raw.close()
  }
  receive(bytes: Buffer): void {
    if (!this.#over && bytes.length > 0) this.#listener(bytes)
  }
  /** The first reason is told; what the socket says afterwards is its echo. */
  end(why: LinkClosed): void {
    if (this.#over) return
    this.#over = true
    this.#raw.close()
    this.#ended()
    this.#onClose(why)
  }
}
