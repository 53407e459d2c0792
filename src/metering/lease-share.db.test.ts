import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { createManualClock, type ManualClock, settled } from '../../test/manual-clock.ts'
import { createMemoryNet } from '../../test/memory-net.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import { fixedMasters } from '../secrets/masters.ts'
import { createVault } from '../secrets/vault.ts'
import { Refusal } from '../shared/refusal.ts'
import { type Collector, startCollector } from './collector.ts'

const GATEWAYS = 8
const SECOND_MS = 1_000

let database: TestDatabase
let clock: ManualClock
beforeAll(async () => {
  clock = createManualClock(systemClock.now())
  database = await freshDatabase({ clock })
  await database.db.as(systemScope('test'), async (tx) => {
    await tx.query(`insert into complex (complex_id, code, name) overriding system value
      values (1, 'c', 'c')`)
    await tx.query(`insert into gateway (complex_id, code, name, link)
      select 1, n, n, '{"kind": "tcp-client", "host": "a", "port": 1}'
      from generate_series(1, ${GATEWAYS}) n`)
  })
})
afterAll(() => database.drop())

type Running = {
  collector: Collector
  taken: number
  left: number
  die(): void
  here: () => number
}

const running = (holder: string): Running => {
  let isDead = false
  const log = { info: (text: string) => count(text), warn: () => {}, error: () => {} }
  const count = (text: string) => {
    if (text === 'gateway taken') one.taken += 1
    if (text.startsWith('gateway left')) one.left += 1
  }
  const collector = startCollector({
    db: {
      ...database.db,
      as: (...args) =>
        isDead
          ? Promise.reject(new Refusal('database_unavailable'))
          : answered(database.db.as(...args)),
    },
    clock,
    net: createMemoryNet(),
    rng: systemRng,
    log,
    vault: createVault(fixedMasters(Buffer.alloc(32, 7)), systemRng),
    models: new Map(),
    holder,
    mqtt: null,
    pollHooks: [],
    gatewayHooks: [],
  })
  const one: Running = {
    collector,
    taken: 0,
    left: 0,
    // It says nothing more to anybody, as a process that was killed.
    die: () => {
      isDead = true
    },
    here: () => collector.gateways().length,
  }
  onTestFinished(async () => {
    isDead = false
    const stopped = collector.stop()
    await passing(10)
    await stopped
  })
  return one
}

/** What is under way in the database ends, while the collectors' time stands still. */
const settles = <T>(what: () => T) => expect.poll(what)

let asked = 0
const answered = async <T>(question: Promise<T>): Promise<T> => {
  asked += 1
  try {
    return await question
  } finally {
    asked -= 1
  }
}

const STEP_MS = 250

/** Time stands still while the database is asked, however long a busy machine takes for it. */
const passing = async (seconds: number): Promise<void> => {
  for (let ms = 0; ms < seconds * SECOND_MS; ms += STEP_MS) {
    await clock.advance(STEP_MS)
    do await settled()
    while (asked > 0)
  }
}

test('a newcomer gets a fair share, a dead one’s is taken over within 15 s', async () => {
  const first = running('first')
  await passing(5)
  await settles(first.here).toBe(GATEWAYS)

  const second = running('second')
  await passing(20)
  await settles(() => [first.here(), second.here()]).toEqual([4, 4])
  const third = running('third')
  await passing(20)
  const shares = () => [first.here(), second.here(), third.here()].sort()
  await settles(shares).toEqual([2, 3, 3])

  const moves = () => [first, second, third].reduce((sum, { taken, left }) => sum + taken + left, 0)
  const before = moves()
  await passing(60)
  expect(moves()).toBe(before)

  second.die()
  await passing(15)
  await settles(() => first.here() + third.here()).toBe(GATEWAYS)
  expect(second.here()).toBe(0)
})

test('one that comes and dies again and again moves nothing', async () => {
  const steady = running('steady')
  await passing(5)
  await settles(steady.here).toBe(GATEWAYS)
  for (let n = 0; n < 3; n++) {
    const shaky = running('shaky')
    await passing(6)
    shaky.die()
    await passing(2)
  }
  expect(steady.here()).toBe(GATEWAYS)
  expect(steady.left).toBe(0)
})

test('one that stops leaves its share to the others at once', async () => {
  const stays = running('stays')
  const goes = running('goes')
  await passing(25)
  await settles(() => [stays.here(), goes.here()]).toEqual([4, 4])
  const stopped = goes.collector.stop()
  await passing(4)
  await stopped
  await passing(3)
  await settles(stays.here).toBe(GATEWAYS)
})
