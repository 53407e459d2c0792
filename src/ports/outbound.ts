// The outbound port 对外推送: one message to an address outside, and what came of it. A fault is an
// answer; nothing is thrown.

/** `address`: it leads into a network that is not to be reached from here. */
export type OutboundFault = 'address' | 'name' | 'timeout' | 'tls' | 'connection'

export type Posted =
  | { ok: true; status: number; retryAfterS: number | null }
  | { ok: false; fault: OutboundFault }

export type Message = {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  timeoutMs: number
  /** Ends it early, as a time-out. */
  signal: AbortSignal
}

export type Outbound = {
  /** Null: it may be tried; otherwise what is wrong with the address as it is written. */
  wrongWith(url: string): 'url' | 'scheme' | 'credentials' | 'address' | null
  /** Follows no redirect and reads no more of the answer than its head. */
  post(message: Message): Promise<Posted>
}
