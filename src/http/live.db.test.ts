import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let client: Client
const streams: Stream[] = []

beforeAll(async () => {
  rig = await startWebRig({ meters: 4 })
  await rig.addOperator('clerk', 'administrator', [rig.complex.complexId])
  client = await rig.as('clerk')
})
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close()
})
afterAll(() => rig.stop())

const meterAt = (index: number) => must(rig.complex.meters[index], 'a meter').meterId
const rows = (sql: string, params: unknown[] = []) =>
  rig.base.db.as(systemScope('test'), (tx) => tx.query(sql, params))
const heard = (meter: number, seq: number, balanceFen: number, ageS = 1) =>
  rows(
    `insert into latest (complex_id, meter_id, seq, balance_fen, balance_at, opened, answered_at)
     values ($1, $2, $3, $4, now() - make_interval(secs => $5), true,
       now() - make_interval(secs => $5))
     on conflict (complex_id, meter_id) do update set seq = excluded.seq,
       balance_fen = excluded.balance_fen, balance_at = excluded.balance_at,
       answered_at = excluded.answered_at`,
    [rig.complex.complexId, meter, seq, balanceFen, ageS],
  )

type Event = { id: number | null; name: string; data: unknown }
type Stream = {
  status: number
  headers: Headers
  events: Event[]
  text(): string
  /** Waits until an event passes; fails where it never comes. */
  until(passes: (event: Event) => boolean): Promise<Event>
  ended: Promise<void>
  close(): void
}

const parsed = (block: string): Event => {
  const line = (name: string) =>
    block
      .split('\n')
      .find((each) => each.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const id = line('id')
  return {
    id: id === undefined ? null : Number(id),
    name: line('event') ?? '',
    data: JSON.parse(line('data') ?? 'null'),
  }
}

const watch = async (
  options: { headers?: Record<string, string>; query?: string; as?: Client } = {},
): Promise<Stream> => {
  const abort = new AbortController()
  const { as = client, query = '' } = options
  const url = `${rig.web.url}/api/v1/events?complexId=${rig.complex.complexId}${query}`
  const response = await fetch(url, {
    headers: { cookie: as.cookie, ...options.headers },
    signal: abort.signal,
  })
  let all = ''
  const events: Event[] = []
  const waiting = new Set<() => void>()
  const read = async () => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of must(response.body, 'a body')) {
      const text = decoder.decode(chunk, { stream: true })
      all += text
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) if (block.includes('event: ')) events.push(parsed(block))
      for (const look of waiting) look()
    }
  }
  const stream: Stream = {
    status: response.status,
    headers: response.headers,
    events,
    text: () => all,
    until: (passes) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`it never came; so far: ${all.slice(0, 2_000)}`)),
          60_000,
        )
        const look = () => {
          const found = events.find(passes)
          if (!found) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    ended: read().catch(() => {}),
    close: () => abort.abort(),
  }
  streams.push(stream)
  return stream
}

const metersOf = (event: Event): number[] =>
  Array.isArray(event.data) ? event.data.map((item) => Number(item.meterId)) : []
const tells = (meter: number) => (event: Event) =>
  event.name === 'meters' && metersOf(event).includes(meter)

describe('the live stream', () => {
  test('is a stream of events that proxies do not hold back', async () => {
    const stream = await watch()
    expect(stream.status).toBe(200)
    expect(Object.fromEntries(stream.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store',
    })
  })
  test('tells within a second or so what was read, and by its seq', async () => {
    const stream = await watch()
    await heard(meterAt(0), 10, 4_321)
    const event = await stream.until(tells(meterAt(0)))
    expect(event).toMatchObject({ id: 10, data: [{ balanceFen: 4_321, seq: 10 }] })
  })
  test('tells each of many watchers once', async () => {
    const all = await Promise.all([watch(), watch(), watch()])
    await heard(meterAt(1), 11, 77)
    for (const stream of all) {
      await stream.until(tells(meterAt(1)))
      await heard(meterAt(2), 12, 78)
    }
    for (const stream of all) {
      await stream.until(tells(meterAt(2)))
      expect(stream.events.filter(tells(meterAt(1)))).toHaveLength(1)
    }
  })
  test('beats, so that silence means a dead line', async () => {
    const stream = await watch()
    const beat = await stream.until((event) => event.name === 'beat')
    expect(beat).toMatchObject({ id: null, data: { at: expect.stringContaining('+08:00') } })
  })
})

describe('a browser that comes back', () => {
  test('gets what changed since its last id, and only that', async () => {
    await heard(meterAt(0), 20, 100)
    await heard(meterAt(1), 21, 200)
    await heard(meterAt(2), 22, 300)
    const stream = await watch({ headers: { 'last-event-id': '20' } })
    const event = await stream.until((each) => each.name === 'meters')
    expect(event.id).toBe(22)
    expect(metersOf(event).toSorted()).toEqual([meterAt(1), meterAt(2)])
  })
  test('may say it in the address too', async () => {
    const stream = await watch({ query: '&since=21' })
    const event = await stream.until((each) => each.name === 'meters')
    expect(metersOf(event)).toEqual([meterAt(2)])
  })
  test('misses nothing that is written while it connects', async () => {
    const writing = (async () => {
      for (let seq = 30; seq < 60; seq++) await heard(meterAt(seq % 4), seq, seq)
    })()
    const stream = await watch({ query: '&since=29' })
    await writing
    await stream.until((event) => event.id === 59)
    const seen = stream.events.filter(({ name }) => name === 'meters').flatMap(metersOf)
    expect(new Set(seen).size).toBe(4)
  })
  test('from another database is told to fetch the board again', async () => {
    const stream = await watch({ query: '&since=900000' })
    expect(await stream.until((event) => event.name === 'resync')).toMatchObject({ id: 59 })
  })
})

describe('what changes a tile without a reading', () => {
  test('falling silent is told when the time is up', async () => {
    const stream = await watch()
    await heard(meterAt(3), 60, 900, 358)
    const known = await stream.until((event) => event.id === 60)
    const before = expect.objectContaining({ meterId: meterAt(3), state: 'notOpened' })
    expect(known.data).toEqual(expect.arrayContaining([before]))
    const silent = await stream.until(
      (event) => tells(meterAt(3))(event) && JSON.stringify(event.data).includes('"offline"'),
    )
    expect(silent.id).toBeNull()
  })
  test('an opened account, its purchase and an alarm are told once', async () => {
    const stream = await watch()
    const opened = await client.post('/api/v1/accounts', {
      complexId: rig.complex.complexId,
      tenant: { name: '蜀香小厨' },
      meters: [
        {
          meterId: meterAt(2),
          planId: rig.complex.planId,
          alarm1Fen: 5_000,
          alarm2Fen: 2_000,
          firstPurchaseFen: 1_000,
        },
      ],
    })
    expect(opened.status).toBe(200)
    await stream.until(
      (event) => tells(meterAt(2))(event) && JSON.stringify(event.data).includes('蜀香小厨'),
    )
    const purchase = await stream.until((event) => event.name === 'purchase')
    expect(purchase.data).toEqual({ purchaseId: expect.any(String), state: 'QUEUED' })
    await rows(
      `insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, raised_at)
       values ($1, gen_random_uuid(), 'meter-offline', 'meter', $2, 'warning', now())`,
      [rig.complex.complexId, meterAt(2)],
    )
    await stream.until((event) => event.name === 'alarm')
    await stream.until((event) => event.name === 'beat')
    for (const name of ['purchase', 'alarm'])
      expect(stream.events.filter((event) => event.name === name)).toHaveLength(1)
  })
  test('is told to a browser that comes back, too', async () => {
    const stream = await watch({ query: '&since=60' })
    await stream.until((event) => event.name === 'alarm')
    await stream.until((event) => event.name === 'purchase')
  })
})

describe('collection', () => {
  test('tells that a gateway went, and that a round of reading has come further', async () => {
    const stream = await watch()
    const round = await client.post('/api/v1/read-rounds', {
      complexId: rig.complex.complexId,
      unit: { all: true },
    })
    await rows(
      `insert into gateway_latest (complex_id, gateway_id, online, since, fault)
       select complex_id, gateway_id, false, now(), 'refused' from gateway where complex_id = $1`,
      [rig.complex.complexId],
    )
    await rows("update command set state = 'confirmed', ended_at = now() where meter_id = $1", [
      meterAt(0),
    ])
    const gone = await stream.until((event) => event.name === 'gateway')
    expect(gone.data).toEqual({ gatewayId: expect.any(Number), online: false })
    const further = await stream.until((event) => event.name === 'readRound')
    expect(further.data).toEqual({ readRoundId: Object(round.body).readRoundId })
  })
})

describe('who may not watch', () => {
  test('hears nothing of a complex outside his scope', async () => {
    await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
    const stream = await watch({ as: await rig.as('outsider') })
    expect(stream.status).toBe(404)
  })
  test('is cut off when he logs out', async () => {
    await rig.addOperator('leaving', 'administrator', null)
    const leaving = await rig.as('leaving')
    const stream = await watch({ as: leaving })
    await heard(meterAt(0), 70, 1)
    await stream.until(tells(meterAt(0)))
    await leaving.send('DELETE', '/api/v1/session')
    await stream.ended
    expect(stream.events.filter(({ name }) => name === 'resync')).toEqual([])
  })
  test('is cut off when the complex is taken from him', async () => {
    await rig.addOperator('moving', 'administrator', [rig.complex.complexId])
    const stream = await watch({ as: await rig.as('moving') })
    await rows(`update operator set complexes = $1 where username = 'moving'`, [[rig.otherComplex]])
    await stream.ended
  })
  test('may not open streams without end', async () => {
    await rig.addOperator('greedy', 'administrator', null)
    const greedy = await rig.as('greedy')
    const opened = []
    for (let i = 0; i < 21; i++) opened.push((await watch({ as: greedy })).status)
    expect(opened.filter((status) => status === 200)).toHaveLength(20)
    expect(opened.at(-1)).toBe(429)
  })
})

test('the server stops though somebody watches', async () => {
  const own = await startWebRig({ meters: 1 })
  await own.addOperator('clerk', 'administrator', null)
  const watcher = await own.as('clerk')
  const url = `${own.web.url}/api/v1/events?complexId=${own.complex.complexId}`
  const response = await fetch(url, { headers: { cookie: watcher.cookie } })
  const reading = response.text().catch(() => 'cut')
  await own.stop()
  expect(await reading).toContain('retry: 2000')
})
