import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressRange } from '../shared/addresses.ts'
import { must } from '../shared/assert.ts'
import { createOutbound } from './outbound.ts'

const closed = createOutbound([])
const range = (text: string) => must(addressRange(text), text)

describe('an address as it is written', () => {
  test.each([
    ['https://example.com/hook', null],
    ['https://example.com:8443/hook?x=1', null],
    ['https://8.8.8.8/', null],
    ['https://[2606:4700::1111]/', null],
    ['http://example.com/', 'scheme'],
    ['ftp://example.com/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['https://user:pass@example.com/', 'credentials'],
    ['https://10.0.0.7/', 'address'],
    ['https://172.31.255.255/', 'address'],
    ['https://192.168.1.1/', 'address'],
    ['https://100.64.0.1/', 'address'],
    ['https://169.254.169.254/latest/meta-data', 'address'],
    ['https://0.0.0.0/', 'address'],
    ['https://127.0.0.1/', 'address'],
    ['https://2130706433/', 'address'],
    ['https://0x7f.1/', 'address'],
    ['https://127.1/', 'address'],
    ['https://[::1]/', 'address'],
    ['https://[::ffff:10.0.0.1]/', 'address'],
    ['https://[fd00::1]/', 'address'],
    ['https://[fe80::1]/', 'address'],
    ['https://[64:ff9b::a00:1]/', 'address'],
    ['https://[2002:a00:1::]/', 'address'],
    ['http://127.0.0.1/', 'address'],
    ['not a url', 'url'],
  ])('%s: %s', (url, wrong) => {
    expect(closed.wrongWith(url)).toBe(wrong)
  })
  test('of the own network is taken where the settings name it', () => {
    const open = createOutbound([range('10.1.0.0/16'), range('127.0.0.1')])
    expect(open.wrongWith('https://10.1.2.3/')).toBeNull()
    expect(open.wrongWith('https://10.2.2.3/')).toBe('address')
    expect(open.wrongWith('http://127.0.0.1:8080/')).toBeNull()
    expect(open.wrongWith('http://10.1.2.3/')).toBe('scheme')
  })
})

describe('a message', () => {
  let server: Server
  let port = 0
  let asked = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1
      if (request.url === '/silent') return
      if (request.url === '/endless') {
        response.writeHead(200)
        const timer = setInterval(() => response.write('x'.repeat(65_536)), 5)
        response.on('close', () => clearInterval(timer))
        return
      }
      response.writeHead(302, { location: '/silent' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    port = address !== null && typeof address === 'object' ? address.port : 0
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const post = (outbound: typeof closed, url: string, timeoutMs = 60_000) =>
    outbound.post({ url, headers: {}, body: '{}', timeoutMs, signal: new AbortController().signal })
  const open = createOutbound([range('127.0.0.1')])

  test('follows no redirect', async () => {
    expect(await post(open, `http://127.0.0.1:${port}/`)).toMatchObject({ ok: true, status: 302 })
    expect(asked).toBe(1)
  })
  test('does not wait for ever, nor read for ever', async () => {
    expect(await post(open, `http://127.0.0.1:${port}/silent`, 100)).toEqual({
      ...{ ok: false, fault: 'timeout' },
    })
    expect(await post(open, `http://127.0.0.1:${port}/endless`)).toMatchObject({ status: 200 })
  })
  test('to a name that leads into the own network is not sent', async () => {
    const before = asked
    expect(await post(closed, `https://localhost:${port}/`)).toEqual({
      ok: false,
      fault: 'address',
    })
    expect(asked).toBe(before)
  })
  test('is not sent to who speaks no TLS', async () => {
    expect(await post(open, `https://127.0.0.1:${port}/`)).toMatchObject({ ok: false })
  })
})
