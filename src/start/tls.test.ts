import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request as plainRequest, type Server } from 'node:http'
import { Agent, request } from 'node:https'
import { connect as plainConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { systemFiles } from '../adapters/files.ts'
import { httpListeners, listenAndRedirect } from '../adapters/http-listener.ts'
import { selfSigned } from '../adapters/self-signed.ts'
import { StartRefusal } from '../adapters/start-refusal.ts'
import { systemClock } from '../adapters/system.ts'
import type { TlsPair } from '../adapters/tls-pair.ts'
import type { TlsConfig } from '../config/web-edge.ts'
import { answerClientError } from '../http/client-error.ts'
import { instant } from '../shared/clock.ts'
import { openTls, type Tls } from './tls.ts'

const WHO = { names: ['prewatt.test', 'localhost'], addresses: ['127.0.0.1', '::1'] }
const now = systemClock.now()

let folder: string
const lines: string[] = []
const note = (text: string) => void lines.push(text)
const ports = () => ({
  ...{ clock: systemClock, files: systemFiles, log: { info: note, warn: note, error: note } },
  dataDir: folder,
})
const files = (): TlsConfig => ({
  ...{ kind: 'files', cert: join(folder, 'a.crt'), key: join(folder, 'a.key') },
})
const lay = async ({ cert, key }: TlsPair) => {
  await writeFile(join(folder, 'a.key'), key)
  await writeFile(join(folder, 'a.crt'), cert)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-tls-'))
})
afterAll(() => rm(folder, { recursive: true }))

const opened: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of opened) await close()
})

const listening = async (tls: Tls): Promise<number> => {
  const server: Server = tls.listeners.create((_request, response) => void response.end('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  opened.push(async () => {
    await tls.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

const ask = (port: number, agent: Agent) =>
  new Promise<{ text: string; serial: string }>((resolve, reject) => {
    const to = { host: '127.0.0.1', port, agent, rejectUnauthorized: false }
    request(to, (response) => {
      const { socket } = response
      const serial = 'getPeerCertificate' in socket ? String(serialOf(socket)) : ''
      response.setEncoding('utf8').on('data', (text) => resolve({ text, serial }))
    })
      .on('error', reject)
      .end()
  })
const serialOf = (socket: object): unknown => {
  const told: unknown = Reflect.get(socket, 'getPeerCertificate')
  const certificate: unknown = typeof told === 'function' ? told.call(socket) : null
  return typeof certificate === 'object' && certificate !== null
    ? Reflect.get(certificate, 'serialNumber')
    : null
}

const refusalOf = async (config: TlsConfig): Promise<string> => {
  try {
    await openTls(config, ports())
    return 'opened'
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error
    return error.message
  }
}

describe('a certificate of our own making', () => {
  test('is one that others read, for the names and addresses of the machine', () => {
    const { cert } = selfSigned(WHO, now)
    const read = new X509Certificate(cert)
    expect(read.checkHost('prewatt.test')).toBe('prewatt.test')
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(read.checkIP('::1')).toBe('::1')
    expect(read.checkHost('elsewhere.test')).toBeUndefined()
    expect(read.verify(read.publicKey)).toBe(true)
    expect(read.ca).toBe(false)
    expect(read.validToDate.getTime() - now).toBeCloseTo(825 * 86_400_000, -4)
  })
  test('is made once, its key for the owner only, and again before it ends', async () => {
    const self: TlsConfig = { kind: 'self' }
    const [certPath, keyPath] = [join(folder, 'tls-self.crt'), join(folder, 'tls-self.key')]
    await (await openTls(self, ports())).stop()
    const first = await readFile(certPath)
    expect((await stat(keyPath)).mode & 0o777).toBe(0o600)
    await (await openTls(self, ports())).stop()
    expect(await readFile(certPath)).toEqual(first)
    const later = { ...systemClock, now: () => instant(now + 800 * 86_400_000) }
    await (await openTls(self, { ...ports(), clock: later })).stop()
    expect(await readFile(certPath)).not.toEqual(first)
  })
})

describe('a certificate of the settings', () => {
  test('that is not there, is none, or does not fit its key stops the start by name', async () => {
    expect(await refusalOf(files())).toContain('tls_file_missing: PREWATT_TLS_CERT')
    const [one, other] = [selfSigned(WHO, now), selfSigned(WHO, now)]
    await lay({ cert: Buffer.from('hello'), key: one.key })
    expect(await refusalOf(files())).toContain('tls_file_unusable: PREWATT_TLS_CERT')
    await lay({ cert: one.cert, key: Buffer.from('hello') })
    expect(await refusalOf(files())).toContain('tls_file_unusable: PREWATT_TLS_KEY')
    await lay({ cert: one.cert, key: other.key })
    expect(await refusalOf(files())).toContain('tls_not_together: PREWATT_TLS_KEY')
    expect(lines.join()).not.toContain('PRIVATE')
  })
  test('is taken over when its files change, and connections that stand go on', async () => {
    const [old, next] = [selfSigned(WHO, now), selfSigned(WHO, now)]
    await lay(old)
    const tls = await openTls(files(), ports(), 20)
    const port = await listening(tls)
    const kept = new Agent({ keepAlive: true, maxSockets: 1 })
    const first = await ask(port, kept)
    await lay({ cert: Buffer.from('half a file'), key: next.key })
    await eventually(async () => lines.includes('the new TLS files are not used'))
    expect((await ask(port, new Agent())).serial).toBe(first.serial)
    await lay(next)
    const wanted = new X509Certificate(next.cert).serialNumber
    await eventually(async () => (await ask(port, new Agent())).serial === wanted)
    expect(await ask(port, kept)).toMatchObject({ text: 'hello', serial: first.serial })
    kept.destroy()
  })
})

describe('TLS', () => {
  const protocolOf = (port: number, maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string>((resolve) => {
      const old = maxVersion === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}
      const socket = connect(
        { port, rejectUnauthorized: false, minVersion: 'TLSv1.1', maxVersion, ...old },
        () => {
          resolve(String(socket.getProtocol()))
          socket.destroy()
        },
      ).on('error', () => resolve('refused'))
    })
  test('is spoken as 1.3, as 1.2 with who knows no better, and as nothing older', async () => {
    const port = await listening(await openTls({ kind: 'self' }, ports()))
    expect(await protocolOf(port, 'TLSv1.3')).toBe('TLSv1.3')
    expect(await protocolOf(port, 'TLSv1.2')).toBe('TLSv1.2')
    expect(await protocolOf(port, 'TLSv1.1')).toBe('refused')
  })
})

describe('who connects and never speaks TLS', () => {
  const silent = async (headersMs: number) => {
    const patience = { headersMs, requestMs: headersMs, checkEveryMs: 50 }
    const listeners = httpListeners(selfSigned(WHO, now), patience)
    const server = listeners.create(() => {})
    server.on('clientError', answerClientError)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const met = new Promise((resolve) => server.once('connection', resolve))
    const socket = plainConnect(port, '127.0.0.1').on('error', () => {})
    const gone = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    await met
    return { listeners, gone, ended: () => new Promise((resolve) => server.close(resolve)) }
  }
  test('is not waited for', async () => {
    const { gone, ended } = await silent(200)
    await gone
    await ended()
  })
  test('does not keep the centre from stopping', async () => {
    const { listeners, gone, ended } = await silent(600_000)
    const over = ended()
    listeners.destroyAll()
    await Promise.all([over, gone])
  })
})

describe('the plain port beside it', () => {
  const answerOf = (port: number, path: string, host: string) =>
    new Promise<{ status: number; to: string | undefined }>((resolve, reject) => {
      plainRequest({ port, path, headers: { host } }, (response) => {
        response.resume()
        resolve({ status: response.statusCode ?? 0, to: response.headers.location })
      })
        .on('error', reject)
        .end()
    })
  test('sends on to the same page under TLS, and nowhere else', async () => {
    const { port, stop } = await listenAndRedirect({ host: '127.0.0.1', port: 0 }, 8_443)
    opened.push(stop)
    expect(await answerOf(port, '/board?x=1', 'mall.test:80')).toEqual({
      status: 308,
      to: 'https://mall.test:8443/board?x=1',
    })
    for (const host of ['a b', 'x/y', 'user@evil.test', '[::1]]'])
      expect((await answerOf(port, '/', host)).status).toBe(400)
    expect((await answerOf(port, 'http://evil.test/', 'mall.test')).status).toBe(400)
  })
})
