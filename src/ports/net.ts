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

export type Net = {
  dialTcp(to: { host: string; port: number; timeoutMs: number }): Promise<DialResult>
}
