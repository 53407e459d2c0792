// Messages to the world outside 对外推送 by HTTPS. Whoever may subscribe could otherwise make the
// centre knock at doors of its own network: each address is looked at after its name was resolved,
// and the connection goes to the very address that was looked at.

import { type LookupAddress, lookup } from 'node:dns'
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { Outbound, OutboundFault, Posted } from '../ports/outbound.ts'
import type { AddressRange } from '../shared/addresses.ts'
import { errorCode } from './error-code.ts'

/** Of this machine, private, of one link, shared, for tests and documents, for many, for later. */
const NOT_PUBLIC_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]
/** Public addresses of IPv6 begin with 2 or 3; of those, what carries IPv4 or is for documents. */
const PUBLIC_6 = '2000::/3'
const NOT_PUBLIC_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const RETRY_AFTER_MAX_S = 3_600

const listOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}
const notPublic4 = listOf(NOT_PUBLIC_4, 'ipv4')
const public6 = listOf([PUBLIC_6], 'ipv6')
const notPublic6 = listOf(NOT_PUBLIC_6, 'ipv6')

const allowing = (allow: readonly AddressRange[]) => {
  const lists = { 4: new BlockList(), 6: new BlockList() }
  for (const { address, family, bits } of allow)
    lists[family].addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  return (address: string): boolean => {
    const family = isIP(address)
    if (family === 4) return lists[4].check(address, 'ipv4') || !notPublic4.check(address, 'ipv4')
    if (family !== 6) return false
    if (lists[6].check(address, 'ipv6')) return true
    return public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6')
  }
}

/** `[::1]` of a URL as `::1`. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')
const LOOPBACK = listOf(['127.0.0.0/8'], 'ipv4')
const isOwnMachine = (host: string): boolean => host === '::1' || LOOPBACK.check(host, 'ipv4')

const wrongWith = (text: string, may: (address: string) => boolean) => {
  if (!URL.canParse(text)) return 'url'
  const url = new URL(text)
  const host = hostOf(url)
  // What stays on this machine needs no TLS.
  const plain = url.protocol === 'http:' && isIP(host) !== 0 && isOwnMachine(host)
  if (url.protocol !== 'https:' && !plain) return 'scheme'
  if (url.username !== '' || url.password !== '') return 'credentials'
  return isIP(host) === 0 || may(host) ? null : 'address'
}

class NotPublic extends Error {
  readonly code = 'PREWATT_NOT_PUBLIC'
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void

const resolving =
  (may: (address: string) => boolean) =>
  (name: string, options: { all?: boolean; family?: unknown }, found: Found): void => {
    lookup(name, { all: true, verbatim: true }, (error, addresses) => {
      if (error) return found(error, [])
      const good = addresses.filter(({ address }) => may(address))
      const [first] = good
      if (!first) return found(new NotPublic(), [])
      if (options.all) return found(null, good)
      found(null, first.address, first.family)
    })
  }

const FAULTS: Readonly<Record<string, OutboundFault>> = {
  PREWATT_NOT_PUBLIC: 'address',
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  ABORT_ERR: 'timeout',
  ETIMEDOUT: 'timeout',
}

const faultOf = (error: Error): OutboundFault => {
  const code = errorCode(error)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout'
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'tls'
  return FAULTS[code] ?? 'connection'
}

const answerOf = (response: IncomingMessage): Posted => {
  const asked = response.headers['retry-after'] ?? ''
  const retryAfterS = /^\d{1,6}$/.test(asked) ? Math.min(Number(asked), RETRY_AFTER_MAX_S) : null
  return { ok: true, status: response.statusCode ?? 0, retryAfterS }
}

/** `allow`: addresses of the own network that may be reached all the same. */
export const createOutbound = (allow: readonly AddressRange[]): Outbound => {
  const may = allowing(allow)
  return {
    wrongWith: (url) => wrongWith(url, may),
    post: ({ url, headers, body, timeoutMs, signal }) =>
      new Promise((resolve) => {
        const wrong = wrongWith(url, may)
        if (wrong !== null) return resolve({ ok: false, fault: 'address' })
        const to = new URL(url)
        const options: RequestOptions = {
          ...{ method: 'POST', agent: false, lookup: resolving(may) },
          headers: { ...headers, 'content-length': `${Buffer.byteLength(body)}` },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          maxHeaderSize: 16_384,
        }
        const send = to.protocol === 'https:' ? secureRequest : plainRequest
        send(to, options, (response) => {
          resolve(answerOf(response))
          response.destroy()
        })
          .on('error', (error) => resolve({ ok: false, fault: faultOf(error) }))
          .end(body)
      }),
  }
}
