import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { on, type StoredReadings, storedReadings } from '../../../test/stored-readings.ts'
import { systemIds } from '../../adapters/system.ts'
import type { Scope } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import type { MeterId } from '../../shared/ids.ts'
import { type Decision, decideReading } from './decisions.ts'

let rig: StoredReadings
let index = -1

beforeAll(async () => {
  rig = await storedReadings(8)
})
afterAll(() => rig.database.drop())
beforeEach(() => {
  index++
})

const here = (): MeterId => must(rig.tiny.meters[index], 'a meter is left').meterId
const clerk = (): Scope => rig.tiny.clerk
const {
  installed,
  reads,
  usage,
  flagsOf,
  latestOf,
  inTx,
}: Omit<StoredReadings, 'database' | 'tiny'> = {
  installed: (...all) => rig.installed(...all),
  reads: (...all) => rig.reads(...all),
  usage: (...all) => rig.usage(...all),
  flagsOf: (meter) => rig.flagsOf(meter),
  latestOf: (meter) => rig.latestOf(meter),
  inTx: (run) => rig.inTx(run),
}

describe('what is doubted', () => {
  const deps = { ids: systemIds, models: new Map() }
  const decideAs = (who: Scope, decision: Decision) =>
    rig.database.db.as(who, (tx) => decideReading(tx, deps, decision))
  const decide = (decision: Omit<Decision, 'reason' | 'meterId' | 'source'>) =>
    decideAs(clerk(), {
      reason: '现场核对',
      meterId: here(),
      source: 1,
      ...decision,
    })

  test('is never billed: a register that goes backwards', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 200 }],
      [on(3), { energyWh: 300 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 1, 1])
    expect((await usage(here(), on(0), on(3)))?.usedWh).toBe(5_000)
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: 300 })
  })

  test('counts from where it stands once accepted, with all that goes on from it', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 200 }],
      [on(3), { energyWh: 700 }],
    ])
    expect(await decide({ at: on(2), verdict: 'accepted' })).toEqual({ following: 1 })
    expect(await latestOf(here())).toEqual({ energyWh: 700, suspectWh: null })
    await reads(here(), [[on(4), { energyWh: 900 }]])
    expect(await flagsOf(here())).toEqual([0, 1, 1, 0])
    expect((await usage(here(), on(0), on(4)))?.usedWh).toBe(5_000 + 700)
  })

  test('is left out for good when it is rejected, and the old base stands', async () => {
    await installed(here(), { initialWh: 0, maxPowerW: 1_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 900_000 }],
      [on(3), { energyWh: 900_100 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 2, 2])
    expect(await decide({ at: on(2), verdict: 'rejected' })).toEqual({ following: 1 })
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: null })
    await reads(here(), [[on(4), { energyWh: 12_000 }]])
    expect((await usage(here(), on(1), on(4)))?.usedWh).toBe(2_000)
  })

  test('is taken back with all that followed from it, and given back with it', async () => {
    await installed(here(), { initialWh: 0, maxPowerW: 1_000 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 900_000 }],
      [on(3), { energyWh: 900_100 }],
    ])
    expect(await decide({ at: on(2), verdict: 'accepted' })).toEqual({ following: 1 })
    await reads(here(), [[on(4), { energyWh: 900_200 }]])
    expect(await flagsOf(here())).toEqual([0, 2, 2, 0])
    expect(await decide({ at: on(2), verdict: 'rejected' })).toEqual({ following: 2 })
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: null })
    expect((await usage(here(), on(0), on(4)))?.usedWh).toBe(10_000)
    await reads(here(), [[on(5), { energyWh: 900_300 }]])
    expect(await flagsOf(here())).toEqual([0, 2, 2, 0, 2])
    expect(await decide({ at: on(2), verdict: 'accepted' })).toEqual({ following: 3 })
    expect((await usage(here(), on(0), on(5)))?.usedWh).toBe(900_300)
  })

  test('may also be one that nothing spoke against: the base goes back', async () => {
    await installed(here(), { initialWh: 0 })
    await reads(here(), [
      [on(1), { energyWh: 10_000 }],
      [on(2), { energyWh: 60_000 }],
      [on(3), { energyWh: 12_000 }],
    ])
    expect(await flagsOf(here())).toEqual([0, 0, 1])
    await decide({ at: on(2), verdict: 'rejected' })
    expect(await latestOf(here())).toEqual({ energyWh: 10_000, suspectWh: 12_000 })
    await decide({ at: on(3), verdict: 'accepted' })
    expect(await latestOf(here())).toEqual({ energyWh: 12_000, suspectWh: null })
    expect((await usage(here(), on(1), on(3)))?.usedWh).toBe(2_000)
  })

  test('is decided with an audit row, a reason, and by people who see the meter', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [[on(1), { energyWh: 100 }]])
    const nothing = { at: on(2), verdict: 'accepted' } as const
    await expect(decide(nothing)).rejects.toThrow('not_found')
    const wrong = {
      meterId: here(),
      at: on(1),
      source: 1,
      verdict: 'accepted',
      reason: ' ',
    } as const
    await expect(decideAs(clerk(), wrong)).rejects.toThrow('invalid_input')
    const stranger = { ...clerk(), complexes: [] }
    const right = { ...wrong, reason: '换表' }
    await expect(decideAs(stranger, right)).rejects.toThrow('not_found')
    await decideAs(clerk(), right)
    const rows = await inTx((tx) =>
      tx.query<{ action: string; after: { flags: string[]; reason: string } }>(
        'select action, after from audit where subject = $1',
        [`meter/${here()}`],
      ),
    )
    expect(rows).toMatchObject([
      { action: 'reading.accept', after: { flags: ['backwards'], reason: '换表' } },
    ])
  })

  test('the newest decision holds', async () => {
    await installed(here(), { initialWh: 5_000 })
    await reads(here(), [[on(1), { energyWh: 100 }]])
    await decide({ at: on(1), verdict: 'accepted' })
    await decide({ at: on(1), verdict: 'rejected' })
    const count = await inTx((tx) =>
      tx.query('select 1 from billable_reading where meter_id = $1', [here()]),
    )
    expect(count).toEqual([])
  })
})
