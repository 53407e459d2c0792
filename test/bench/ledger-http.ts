// Selling over HTTP 网页售电 for the ledger benchmark: the product as its own process, clerks who have
// logged in, and as light a load on kept-alive connections as can be made.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemIds } from '../../src/adapters/system.ts'
import { must } from '../../src/shared/assert.ts'
import { type LedgerWorld, PASSWORD } from './ledger-world.ts'

const START_STEP_MS = 100
const START_STEPS_MAX = 600
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

export type SellingServer = { url: URL; pid: number; stop(): Promise<void> }

const readyUrl = async (dataDir: string, child: ChildProcess): Promise<URL> => {
  for (let step = 0; step < START_STEPS_MAX && child.exitCode === null; step++) {
    await pause(START_STEP_MS)
    const told = await readFile(join(dataDir, 'centre.json'), 'utf8').catch(() => null)
    if (told === null) continue
    const { url }: { url: string } = JSON.parse(told)
    if ((await fetch(`${url}/readyz`).catch(() => null)) !== null) return new URL(url)
  }
  throw new Error('the server did not start')
}

/** The product's own main process on the world's database. */
export const startSellingServer = async (
  world: Pick<LedgerWorld, 'ownerUrl'>,
): Promise<SellingServer> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-selling-'))
  const child = spawn(process.execPath, [MAIN, '--empty'], {
    env: {
      ...process.env,
      PREWATT_DATABASE_URL: world.ownerUrl,
      PREWATT_DATA: dataDir,
      PREWATT_PORT: '0',
      PREWATT_ADMIN_PASSWORD: PASSWORD,
      PREWATT_REQUESTS_PER_MINUTE: '0',
    },
    stdio: 'ignore',
  })
  const stop = async () => {
    const ended = child.exitCode === null ? once(child, 'exit') : null
    child.kill('SIGTERM')
    await ended
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    return { url: await readyUrl(dataDir, child), pid: child.pid ?? -1, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Session = { cookie: string; csrfToken: string }

const logIn = async (url: URL, username: string): Promise<Session> => {
  const answer = await fetch(new URL('/api/v1/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: PASSWORD }),
  })
  if (!answer.ok) throw new Error(`log-in of ${username}: ${answer.status}`)
  const { csrfToken }: { csrfToken: string } = JSON.parse(await answer.text())
  const cookie = must(answer.headers.getSetCookie()[0]?.split(';')[0], 'a session cookie')
  return { cookie, csrfToken }
}

/** One connection: sends a request and resolves with the answer once all of it is there. */
const talker = (socket: Socket) => {
  let got = ''
  let whole: (answer: string) => void = () => {}
  socket.setEncoding('latin1')
  socket.on('data', (text) => {
    got += text
    const end = got.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? 0)
    if (got.length < end + 4 + length) return
    const answer = got
    got = ''
    whole(answer)
  })
  return (request: string): Promise<string> =>
    new Promise((resolve) => {
      whole = resolve
      socket.write(request)
    })
}

export type HttpClerk = { sell(account: number, amountFen: number): Promise<void>; leave(): void }

export const httpClerk = async (url: URL, username: string): Promise<HttpClerk> => {
  const { cookie, csrfToken } = await logIn(url, username)
  const socket = connect(Number(url.port), url.hostname)
  socket.setNoDelay(true)
  await once(socket, 'connect')
  const talk = talker(socket)
  const head = [
    `host: ${url.host}`,
    'content-type: application/json',
    `cookie: ${cookie}`,
    `x-csrf-token: ${csrfToken}`,
  ].join('\r\n')
  return {
    sell: async (account, amountFen) => {
      const body = `{"amountFen":${amountFen},"method":"cash"}`
      const answer = await talk(
        `POST /api/v1/accounts/${account}/recharge HTTP/1.1\r\n${head}\r\n` +
          `idempotency-key: ${systemIds.uuid()}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
      if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer)
    },
    leave: () => socket.destroy(),
  }
}
