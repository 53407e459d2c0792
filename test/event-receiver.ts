// A subscriber of events for tests 事件接收方: a real server that keeps what it heard, answers what
// it is told to, and verifies signatures as the documentation says.

import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'

export type Heard = { headers: IncomingHttpHeaders; body: string; path: string }
type Answer = { status: number; headers?: Record<string, string> }

export type EventReceiver = {
  url: string
  heard: Heard[]
  /** What it answers next; 204 where nothing is said. */
  answers: Answer[]
  stop(): void
}

export const startEventReceiver = async (): Promise<EventReceiver> => {
  const heard: Heard[] = []
  const answers: Answer[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      heard.push({ headers: request.headers, body, path: request.url ?? '' })
      const { status, headers = {} } = answers.shift() ?? { status: 204 }
      response.writeHead(status, headers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    ...{ url: `http://127.0.0.1:${port}`, heard, answers },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Of each signature of the message, whether this secret made it. */
export const verified = (secret: string, { headers, body }: Heard): boolean[] => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return String(headers['webhook-signature'])
    .split(' ')
    .map((each) => each === wanted)
}
