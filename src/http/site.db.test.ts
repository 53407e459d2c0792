import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'

let rig: WebRig
let folder: string
let browser: Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewatt-site-'))
  await mkdir(join(folder, 'web/assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'not for the web')
  await writeFile(join(folder, 'web/index.html'), '<!doctype html><html><head></head></html>')
  await writeFile(join(folder, 'web/assets/main-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'web/favicon.svg'), '<svg/>')
  await writeFile(join(folder, 'web/.env'), 'KEY=1')
  rig = await startWebRig({ meters: 1, webRoot: join(folder, 'web') })
  browser = rig.client()
})
afterAll(async () => {
  await rig.stop()
  await rm(folder, { recursive: true })
})

const open = (path: string) => browser.get(path, { accept: 'text/html,*/*;q=0.8' })

describe('the pages', () => {
  test.each(['/', '/board', '/accounts/12?complexId=1'])(
    'open at %s with a nonce of their own',
    async (path) => {
      const [first, second] = [await open(path), await open(path)]
      expect(first.status).toBe(200)
      expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(first.headers.get('cache-control')).toBe('no-store')
      const nonce = /nonce="([^"]{24})"/.exec(String(first.body))?.[1]
      expect(first.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
      expect(second.body).not.toBe(first.body)
    },
  )
  test('keep what has a hash in its name for ever, and nothing else', async () => {
    const asset = await open('/assets/main-1a2b.js')
    expect(asset.status).toBe(200)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    const icon = await open('/favicon.svg')
    expect(icon.headers.get('cache-control')).toBe('no-cache')
  })
  test.each([
    '/assets/gone-9f.js',
    '/assets/',
    '/.env',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/api/v1/nothing',
  ])('do not answer %s', async (path) => {
    const answer = await open(path)
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })
  test('are not what a program gets for a wrong address', async () => {
    expect(await browser.get('/nothing', { accept: 'application/json' })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })
})

test('without built pages the API stands alone and the log says so', async () => {
  const bare = await startWebRig({ meters: 1, webRoot: join(folder, 'nowhere') })
  const answer = await bare.client().get('/', { accept: 'text/html' })
  expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await bare.client().get('/healthz')).toMatchObject({ status: 200 })
  expect(bare.lines).toMatchObject([{ level: 'warn', text: 'the pages are not built' }])
  await bare.stop()
})
