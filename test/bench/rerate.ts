// How long the preview of a past price takes 追溯试算: three charged months of many accounts, with
// five periods and three tiers, priced again and each balance followed day by day.
// `npm run bench -- rerate [accounts]`.

import { systemClock, systemIds } from '../../src/adapters/system.ts'
import { complexDays } from '../../src/ledger/posting-day.ts'
import { versionsOf } from '../../src/plans/plan-store.ts'
import { systemScope } from '../../src/ports/database.ts'
import { previewRerate } from '../../src/rerating/preview.ts'
import { rerateDetail, reratingNamed } from '../../src/rerating/view.ts'
import { chargeDueDays } from '../../src/settlement/charge-days.ts'
import { must } from '../../src/shared/assert.ts'
import { day, dayAfter, dayBegins, plusMs } from '../../src/shared/clock.ts'
import { complexId, planId } from '../../src/shared/ids.ts'
import { longestHeld } from './longest-held.ts'
import { ZONE } from './price-readings.ts'
import { MONTH, startPriceWorld } from './price-world.ts'

const ACCOUNTS = 500
const LAST_DAY = day('2026-12-31')
const NIGHT = plusMs(dayBegins(dayAfter(LAST_DAY), ZONE, 0), 2 * 3_600_000)
const scope = systemScope('bench', [complexId(1)])
const noSheets = {
  read: async () => null,
  readAll: async () => null,
  write: async () => Buffer.alloc(0),
  writeAll: async () => Buffer.alloc(0),
}

const seconds = async <T>(run: () => Promise<T>): Promise<[number, T]> => {
  const began = performance.now()
  const value = await run()
  return [(performance.now() - began) / 1_000, value]
}

export const benchRerate = async (): Promise<string> => {
  const meters = Number(process.argv[3] ?? ACCOUNTS)
  const clock = { ...systemClock, now: () => NIGHT }
  const world = await startPriceWorld({ meters, since: MONTH, lastDay: LAST_DAY }, 4)
  try {
    const { db } = world
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    await chargeDueDays({ db, ids: systemIds, clock, log, holder: 'bench' })
    const complex = await db.as(scope, (tx) => complexDays(tx, complexId(1)))
    const [held] = await db.as(scope, (tx) => versionsOf(tx, { ...complex, planId: planId(1) }))
    const plan = must(held, 'the plan has a version').definition
    if (plan.kind !== 'timeOfUse') throw new Error('a plan with periods')
    const definition = { ...plan, prices: { ...plan.prices, peak: { priceE8: 110_000_000 } } }
    const change = { kind: 'price', planId: 1, effectiveFrom: MONTH, definition } as const
    const deps = { db, ids: systemIds, models: new Map(), sheets: noSheets }
    const ask = { change, note: 'bench', requestId: 'bench' } as const
    const [took, [heldMs, id]] = await seconds(() =>
      longestHeld(() => previewRerate(deps, scope, complex, ask)),
    )
    const [shown, [shownHeldMs, found]] = await seconds(() =>
      longestHeld(() =>
        db.as(scope, async (tx) => rerateDetail(tx, await reratingNamed(tx, id, undefined))),
      ),
    )
    const { accounts, wouldTrip, differenceFen, items } = found
    const months = items.reduce((all, one) => all + one.months.length, 0)
    return [
      `${accounts} accounts, ${months} months previewed in ${took.toFixed(1)} s`,
      `${wouldTrip} of them followed day by day and cut off; read again in ${shown.toFixed(1)} s`,
      `nothing else ran for at most ${heldMs.toFixed(0)} ms, reading ${shownHeldMs.toFixed(0)} ms`,
      `difference ${differenceFen} fen`,
    ].join('\n')
  } finally {
    await world.stop()
  }
}
