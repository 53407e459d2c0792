// The link port 链路: carries bytes to a gateway and back; it knows nothing of frames.

export type LinkClosed = { reason: 'closed' | 'refused' | 'timeout' | 'error'; detail: string }

export type LinkConnection = {
  write(bytes: Uint8Array): void
  /** Called with every piece that arrives, in order. */
  onBytes(listener: (bytes: Buffer) => void): void
  /** Called once when the connection ends, whoever ended it. */
  onClose(listener: (why: LinkClosed) => void): void
  close(): void
}

export type DialResult = { ok: true; connection: LinkConnection } | ({ ok: false } & LinkClosed)

/** A port on which gateways call the centre. */
export type Listening = { readonly port: number; close(): Promise<void> }
export type ListenResult = { ok: true; listening: Listening } | ({ ok: false } & LinkClosed)

export type SerialSettings = {
  path: string
  baud: number
  parity: 'none' | 'even' | 'odd'
  dataBits: 7 | 8
  stopBits: 1 | 2
}

export type Net = {
  dialTcp(to: { host: string; port: number; timeoutMs: number }): Promise<DialResult>
  /**
   * Port 0 takes any that is free; an empty host is every address of this machine. `accept` gets
   * each connection with the address it came from, and listens to it before it returns.
   */
  listenTcp(
    at: { host: string; port: number },
    accept: (connection: LinkConnection, from: string) => void,
  ): Promise<ListenResult>
  openSerial(settings: SerialSettings): Promise<DialResult>
}
