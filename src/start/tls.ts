// TLS at the start 传输加密: the certificate of the settings, or one of our own making, checked before
// anybody connects and read again when its files change, as certbot changes them.

import { httpListeners, type Listeners } from '../adapters/http-listener.ts'
import { ownNames, selfSigned, validUntil } from '../adapters/self-signed.ts'
import { refuseStart, type StartRefusalCode } from '../adapters/start-refusal.ts'
import { checkPair, type TlsPair } from '../adapters/tls-pair.ts'
import type { TlsConfig } from '../config/web-edge.ts'
import type { Clock } from '../ports/clock.ts'
import type { Files } from '../ports/files.ts'
import type { Log } from '../ports/log.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'

const DAY_MS = 86_400_000
const RENEW_DAYS = 30
const LOOK_EVERY_MS = 60_000

export type TlsPorts = { clock: Clock; files: Files; log: Log }
type Place = { dataDir: string }

/** A file that cannot be read at all is as good as none. */
const readIfAny = (files: Files, path: string): Promise<Buffer | null> =>
  files.read(path).catch(() => null)

type Missing = { missing: 'cert' | 'key' }

const fromFiles = async (
  config: TlsConfig & { kind: 'files' },
  files: Files,
): Promise<TlsPair | Missing> => {
  const [cert, key] = [await readIfAny(files, config.cert), await readIfAny(files, config.key)]
  if (cert && key) return { cert, key }
  return { missing: cert === null ? 'cert' : 'key' }
}

const OF_KEY: readonly string[] = ['keyUnreadable', 'notTogether']

const refusePair = (config: TlsConfig & { kind: 'files' }, fault: string): never => {
  const setting = OF_KEY.includes(fault) ? 'PREWATT_TLS_KEY' : 'PREWATT_TLS_CERT'
  const file = setting === 'PREWATT_TLS_KEY' ? config.key : config.cert
  const code: StartRefusalCode = fault === 'notTogether' ? 'tls_not_together' : 'tls_file_unusable'
  return refuseStart(code, { setting, file })
}

const ofSettings = async (config: TlsConfig & { kind: 'files' }, files: Files) => {
  const read = await fromFiles(config, files)
  if ('missing' in read) {
    const setting = read.missing === 'cert' ? 'PREWATT_TLS_CERT' : 'PREWATT_TLS_KEY'
    return refuseStart('tls_file_missing', { setting, file: config[read.missing] })
  }
  const check = checkPair(read)
  return check.ok ? read : refusePair(config, check.fault)
}

const soonOver = (until: Instant, now: Instant): boolean => until - now < RENEW_DAYS * DAY_MS

/** The one made before while it lasts, and otherwise a new one, kept in the data folder. */
const ofOurOwn = async ({ dataDir, files, clock }: TlsPorts & Place): Promise<TlsPair> => {
  const [certPath, keyPath] = [`${dataDir}/tls-self.crt`, `${dataDir}/tls-self.key`]
  const [cert, key] = [await readIfAny(files, certPath), await readIfAny(files, keyPath)]
  const kept = cert && key ? { cert, key } : null
  const check = kept && checkPair(kept)
  if (kept && check?.ok && !soonOver(validUntil(check.until), clock.now())) return kept
  const made = selfSigned(ownNames(), clock.now())
  await files.write(keyPath, made.key, 0o600)
  await files.write(certPath, made.cert, 0o644)
  return made
}

const pairNow = (config: TlsConfig, ports: TlsPorts & Place): Promise<TlsPair> =>
  config.kind === 'self' ? ofOurOwn(ports) : ofSettings(config, ports.files)

const sayHowLong = ({ cert, key }: TlsPair, { clock, log }: TlsPorts): void => {
  const check = checkPair({ cert, key })
  if (!check.ok) return
  const until = validUntil(check.until)
  const facts = { validUntil: rfc3339(until, 'UTC') }
  if (soonOver(until, clock.now())) log.warn('the TLS certificate ends soon or has ended', facts)
  else log.info('TLS certificate', facts)
}

/** New files are taken over when they are good; until then the old ones hold, as the log says. */
const renewIfChanged = async (
  config: TlsConfig & { kind: 'files' },
  ports: TlsPorts,
  listeners: Listeners,
  known: TlsPair,
): Promise<TlsPair> => {
  const read = await fromFiles(config, ports.files)
  if ('missing' in read) return known
  if (read.cert.equals(known.cert) && read.key.equals(known.key)) return known
  const check = checkPair(read)
  if (!check.ok) {
    ports.log.warn('the new TLS files are not used', { fault: check.fault })
    return known
  }
  listeners.renew(read)
  sayHowLong(read, ports)
  return read
}

export type Tls = { listeners: Listeners; stop(): Promise<void> }

/** Throws StartRefusal naming the setting. `lookEveryMs`: how often files are looked at. */
export const openTls = async (
  config: TlsConfig | null,
  ports: TlsPorts & Place,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<Tls> => {
  if (config === null) return { listeners: httpListeners(null), stop: async () => {} }
  let pair = await pairNow(config, ports)
  sayHowLong(pair, ports)
  const listeners = httpListeners(pair)
  const stopping = new AbortController()
  const look = async () => {
    while (!stopping.signal.aborted && config.kind === 'files') {
      await ports.clock.sleep(lookEveryMs, stopping.signal)
      pair = await renewIfChanged(config, ports, listeners, pair)
    }
  }
  const looking = look()
  return {
    listeners,
    stop: async () => {
      stopping.abort()
      await looking
    },
  }
}
