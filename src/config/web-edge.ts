// Settings of the web edge 网页接入设置: TLS, the proxy in front, how much one caller may ask, and which
// addresses of the own network may be told of events.

import { type AddressRange, addressRange } from '../shared/addresses.ts'

export type WebEdgeConfig = {
  /** Null: plain HTTP. */
  tls: TlsConfig | null
  /** A plain port that only sends browsers to the TLS one; null: none. */
  redirectPort: number | null
  /** Who may say for whom he asks (X-Forwarded-*): addresses, ranges, `loopback`. */
  trustProxy: readonly string[]
  /** Of one operator or token; 0: no limit. */
  requestsPerMinute: number
  /** Private addresses that events may be sent to all the same. */
  webhookAllow: readonly AddressRange[]
}

export type TlsConfig = { kind: 'files'; cert: string; key: string } | { kind: 'self' }

type Problem = { name: string; zh: string; en: string }

export const WEB_SETTINGS = [
  {
    name: 'PREWATT_TLS_CERT',
    standard: '',
    zh: 'TLS 证书文件（PEM，含中间证书），与 PREWATT_TLS_KEY 一起；文件更新后自动换用',
    en: 'TLS certificate file (PEM, with its chain), with PREWATT_TLS_KEY; read again on changes',
  },
  { name: 'PREWATT_TLS_KEY', standard: '', zh: 'TLS 私钥文件（PEM）', en: 'TLS key file (PEM)' },
  {
    name: 'PREWATT_TLS',
    standard: '',
    zh: '设为 self 则自签证书，供局域网首次安装',
    en: 'self: a certificate of our own making, for a first installation in a LAN',
  },
  {
    name: 'PREWATT_HTTP_PORT',
    standard: '',
    zh: '启用 TLS 时，把明文访问转到 TLS 的端口',
    en: 'with TLS: a plain port that sends browsers on to the TLS one',
  },
  {
    name: 'PREWATT_TRUST_PROXY',
    standard: 'loopback',
    zh: '可信代理的地址，逗号分隔；none 表示没有代理',
    en: 'addresses of trusted proxies, by comma; none: there is no proxy',
  },
  {
    name: 'PREWATT_REQUESTS_PER_MINUTE',
    standard: '3000',
    zh: '每个操作员或令牌每分钟的请求数上限；0 为不限',
    en: 'requests a minute of one operator or token; 0: no limit',
  },
  {
    name: 'PREWATT_WEBHOOK_ALLOW',
    standard: '',
    zh: '允许事件推送到的内网地址或网段，逗号分隔',
    en: 'private addresses or ranges that webhooks may be sent to, by comma',
  },
] as const

const PORT_MAX = 65_535
const PER_MINUTE_MAX = 1_000_000

const whole = (text: string, min: number, max: number): number | null => {
  const n = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return n >= min && n <= max ? n : null
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

type Told = (name: string, zh: string, en: string) => void

const tlsOf = (env: Env, tell: Told): TlsConfig | null => {
  const cert = env.PREWATT_TLS_CERT || null
  const key = env.PREWATT_TLS_KEY || null
  const self = env.PREWATT_TLS || null
  if (self !== null && self !== 'self')
    tell('PREWATT_TLS', '只能是 self 或不设', 'must be self, or not set')
  if ((cert === null) !== (key === null))
    tell(
      cert === null ? 'PREWATT_TLS_CERT' : 'PREWATT_TLS_KEY',
      '证书与私钥须同时设置',
      'certificate and key go together',
    )
  if (self !== null && (cert !== null || key !== null))
    tell('PREWATT_TLS', '已有证书文件时不能设置', 'not together with files of a certificate')
  if (cert !== null && key !== null) return { kind: 'files', cert, key }
  return self === 'self' ? { kind: 'self' } : null
}

const redirectOf = (env: Env, tls: boolean, tell: Told): number | null => {
  const text = env.PREWATT_HTTP_PORT || null
  if (text === null) return null
  const port = whole(text, 1, PORT_MAX)
  if (port === null)
    tell('PREWATT_HTTP_PORT', '须为 1–65535 的整数', 'must be a whole number 1–65535')
  if (!tls) tell('PREWATT_HTTP_PORT', '仅在启用 TLS 时设置', 'only together with TLS')
  return port
}

const proxiesOf = (env: Env, tell: Told): string[] => {
  const given = listOf(env.PREWATT_TRUST_PROXY || 'loopback')
  if (given.length === 1 && given[0] === 'none') return []
  if (given.some((each) => each !== 'loopback' && addressRange(each) === null))
    tell(
      'PREWATT_TRUST_PROXY',
      '须为地址或网段（逗号分隔）、loopback 或 none',
      'must be addresses or ranges by comma, loopback, or none',
    )
  return given
}

const allowedOf = (env: Env, tell: Told): AddressRange[] => {
  const ranges = listOf(env.PREWATT_WEBHOOK_ALLOW ?? '').map(addressRange)
  const known = ranges.filter((each) => each !== null)
  if (known.length < ranges.length)
    tell(
      'PREWATT_WEBHOOK_ALLOW',
      '须为地址或网段，逗号分隔',
      'must be addresses or ranges by comma',
    )
  return known
}

type Env = Readonly<Record<string, string | undefined>>

/** Parses its settings; each problem is told, and then the result is of no use. */
export const parseWebEdge = (env: Env, problems: Problem[]): WebEdgeConfig => {
  const tell: Told = (name, zh, en) =>
    problems.push({ name, zh: `${name}：${zh}`, en: `${name}: ${en}` })
  const tls = tlsOf(env, tell)
  const limit = whole(env.PREWATT_REQUESTS_PER_MINUTE || '3000', 0, PER_MINUTE_MAX)
  if (limit === null)
    tell(
      'PREWATT_REQUESTS_PER_MINUTE',
      `须为 0–${PER_MINUTE_MAX} 的整数`,
      `must be a whole number 0–${PER_MINUTE_MAX}`,
    )
  return {
    tls,
    redirectPort: redirectOf(env, tls !== null, tell),
    trustProxy: proxiesOf(env, tell),
    requestsPerMinute: limit ?? 0,
    webhookAllow: allowedOf(env, tell),
  }
}
