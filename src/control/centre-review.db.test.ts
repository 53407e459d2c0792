import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlRig, controlRig, ordersOf } from '../../test/control-rig.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import { openAccount } from '../accounts/open.ts'
import { recharge } from '../accounts/recharge.ts'
import { plusMs, sqlTime } from '../shared/clock.ts'
import type { AccountId } from '../shared/ids.ts'
import { reviewCentreMode } from './centre-review.ts'
import { TRIP_FRESH_MS } from './policy/decide.ts'
import { releaseSurge } from './policy/surge.ts'
import { openSurges } from './policy/surge-store.ts'

// The demo's price: 1.05 yuan per kWh.
let rig: ControlRig
let requests = 0

beforeAll(async () => {
  rig = await controlRig()
  rig.can = { ...rig.can, prepaid: false, replayGuard: 'none' }
  rig.complex.deps.capabilitiesOf = () => rig.can
})
afterAll(() => rig.drop())

const requestId = () => `review-${++requests}`

const open = async (meter: LyingMeter, firstPurchaseFen: number): Promise<AccountId> => {
  const { meterId } = meter.driver
  const { complex } = rig
  await shows(meter, 0)
  const opened = await openAccount(complex.deps, complex.clerk, {
    requestId: requestId(),
    complexId: complex.complexId,
    tenant: { name: '云栖酒店' },
    mode: 'centre',
    meters: [{ meterId, planId: complex.planId, alarm1Fen: 300, alarm2Fen: 100, firstPurchaseFen }],
  })
  return opened.accountId
}

/** The poll has read the register and the relay, `agoMs` ago. */
const shows = async (meter: LyingMeter, energyWh: number, agoMs = 0) => {
  rig.clock.skip(1_000)
  const at = sqlTime(plusMs(rig.clock.now(), -agoMs))
  await rig.rows(
    `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at, relay, kept)
     values ($1, $2, 1000000 + $2, $3, $4, $4, $5, $6)
     on conflict (complex_id, meter_id) do update set energy_wh = $3, energy_at = $4,
       answered_at = $4, relay = $5, kept = $6`,
    [rig.complex.complexId, meter.driver.meterId, energyWh, at, meter.relay, meter.kept],
  )
}

/** A look of the centre, and what follows from it until nothing is left to do. */
const reviewed = async () => {
  rig.clock.skip(61_000)
  await reviewCentreMode(rig.deps)
  while (await rig.round());
}

test('who owes is tripped for arrears, and closed again when money has come', async () => {
  const meter = rig.hang()
  const account = await open(meter, 1_000)
  await shows(meter, 9_000)
  await reviewed()
  expect(ordersOf(meter)).toBe('')
  await shows(meter, 10_000)
  await reviewed()
  expect(meter.relay).toBe('tripped')
  expect(await rig.episodes(meter)).toMatchObject([{ relay: 'tripped', cause: 'arrears' }])
  expect(await rig.modeOf(meter)).toBe('prepaid')
  await shows(meter, 10_000)
  await reviewed()
  expect(ordersOf(meter)).toBe('trip')
  const { deps, clerk } = rig.complex
  const sale = { requestId: requestId(), accountId: account, amountFen: 500 }
  await recharge(deps, clerk, { ...sale, method: 'cash' })
  await reviewed()
  expect(meter.relay).toBe('closed')
})

test.each<[string, (meter: LyingMeter) => Promise<unknown>]>([
  ['on an old figure', (meter) => shows(meter, 20_000, TRIP_FRESH_MS + 61_000)],
  [
    'while power is kept',
    async (meter) => {
      await rig.ended(await rig.order(meter, 'kept'))
      await shows(meter, 20_000)
    },
  ],
  [
    'a meter that is silent',
    async (meter) => {
      await shows(meter, 20_000)
      await rig.rows('update latest set silent_since = answered_at where meter_id = $1', [
        meter.driver.meterId,
      ])
    },
  ],
])('nobody is tripped %s', async (_name, prepare) => {
  const meter = rig.hang()
  await open(meter, 1_000)
  await prepare(meter)
  await reviewed()
  expect(ordersOf(meter)).not.toContain('trip')
})

test('what an operator has tripped, money does not close', async () => {
  const meter = rig.hang()
  await open(meter, 1_000)
  await rig.ended(await rig.order(meter, 'tripped'))
  await shows(meter, 0)
  await reviewed()
  expect(meter.relay).toBe('tripped')
})

test('a wrong price darkens nobody until a person has looked, and then few at a time', async () => {
  const meters = Array.from({ length: 8 }, () => rig.hang())
  for (const meter of meters) await open(meter, 100)
  for (const meter of meters) await shows(meter, 50_000)
  const dark = () => meters.filter(({ relay }) => relay === 'tripped').length
  await reviewed()
  expect(dark()).toBe(0)
  const { clerk, complexId } = rig.complex
  const surges = await rig.deps.db.as(clerk, (tx) => openSurges(tx, complexId))
  expect(surges.map(({ scopeKind }) => scopeKind)).toEqual(['gateway'])
  await rig.deps.db.as(clerk, async (tx) => {
    for (const { surgeId } of surges)
      await releaseSurge(tx, rig.deps.ids, complexId, surgeId, '电价无误')
  })
  await rig.rows(
    `insert into power_policy (complex_id, settings, saved_at)
     values ($1, '{"interlock": {"perMinute": 3}}', now())`,
    [complexId],
  )
  for (const after of [3, 6, 8]) {
    for (const meter of meters) await shows(meter, 50_000)
    await reviewed()
    expect(dark()).toBe(after)
  }
})
