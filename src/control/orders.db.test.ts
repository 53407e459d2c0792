import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import type { LyingMeter } from '../../test/lying-meter.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { editAccount } from '../accounts/edit.ts'
import { accountLife } from '../accounts/history-store.ts'
import type { EditAccount } from '../http/contract/account-life.ts'
import type { Command } from '../http/contract/commands.ts'
import { fen } from '../ledger/money.ts'
import { type AccountId, accountId, uuid } from '../shared/ids.ts'
import { Refusal, type RefusalCode } from '../shared/refusal.ts'
import { commandById } from './commands.ts'
import { reinitialise } from './initialise.ts'

let rig: ControlRig
let requests = 0

beforeAll(async () => {
  rig = await controlRig()
  rig.can = { ...SOUND_METER, settings: true }
  rig.complex.deps.capabilitiesOf = () => rig.can
})
afterAll(() => rig.drop())

const refusalOf = async (attempt: Promise<unknown>): Promise<RefusalCode | null> => {
  try {
    await attempt
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

describe('a barred meter', () => {
  const again = (meter: LyingMeter): Promise<Command> =>
    reinitialise(rig.deps, rig.complex.clerk, {
      ...{ meterId: meter.driver.meterId, note: '已核对', language: 'zh' },
      requestId: `again-${++requests}`,
    })
  const barredOf = async (meter: LyingMeter): Promise<boolean | undefined> => {
    const sql = 'select barred_at is not null as barred from meter where meter_id = $1'
    const [row] = await rig.rows<{ barred: boolean }>(sql, [meter.driver.meterId])
    return row?.barred
  }
  const barred = async (start: Partial<LyingMeter>) => {
    const meter = rig.hang(start)
    await rig.rows(
      `update meter set barred_at = to_timestamp(0), barred_reason = 'dead' where meter_id = $1`,
      [meter.driver.meterId],
    )
    return meter
  }

  test('is emptied, read before and after, and free again', async () => {
    const meter = await barred({ balanceFen: 6_000 })
    const ended = await rig.ended(await again(meter))
    expect(ended).toMatchObject({
      state: 'confirmed',
      attempts: 1,
      result: { before: { balanceFen: 6_000 }, after: { balanceFen: 0 } },
    })
    expect(await barredOf(meter)).toBe(false)
  })

  test('that shows nothing already is sent nothing', async () => {
    const meter = await barred({ balanceFen: 0 })
    expect(await rig.ended(await again(meter))).toMatchObject({ state: 'confirmed', attempts: 0 })
    expect(await barredOf(meter)).toBe(false)
  })

  test('whose answer was lost is only read again: never sent twice', async () => {
    const meter = await barred({ balanceFen: 500, lies: ['answerLost'] })
    expect(await rig.ended(await again(meter))).toMatchObject({ state: 'confirmed', attempts: 1 })
  })

  test('under load is asked again for what it holds by then', async () => {
    const meter = await barred({ balanceFen: 500, lies: ['refused'] })
    expect(await rig.ended(await again(meter))).toMatchObject({ state: 'confirmed', attempts: 2 })
  })

  test('that will not give it up stays barred', async () => {
    const meter = await barred({
      balanceFen: 500,
      lies: ['refused', 'refused', 'refused', 'refused'],
    })
    const ended = await rig.ended(await again(meter))
    expect(ended).toMatchObject({ state: 'failed', attempts: 4, result: { reason: 'notEmpty' } })
    expect(await barredOf(meter)).toBe(true)
  })

  test('in overdraft is loaded with just that, under its next count, and is free', async () => {
    const meter = await barred({ balanceFen: -300 })
    expect(await rig.ended(await again(meter))).toMatchObject({
      state: 'confirmed',
      attempts: 1,
      result: { before: { balanceFen: -300 }, after: { balanceFen: 0 } },
    })
    expect([meter.count, await barredOf(meter)]).toEqual([2, false])
  })

  test('in overdraft whose answer was lost is not loaded twice', async () => {
    const meter = await barred({ balanceFen: -300, lies: ['answerLost'] })
    expect(await rig.ended(await again(meter))).toMatchObject({ state: 'confirmed', attempts: 1 })
    expect([meter.count, meter.balanceFen]).toEqual([2, 0])
  })

  test('in overdraft that nobody ever opened takes no money and stays barred', async () => {
    const meter = await barred({ balanceFen: -300, opened: false })
    expect(await rig.ended(await again(meter))).toMatchObject({
      state: 'failed',
      result: { reason: 'not_supported_by_model' },
    })
    expect(await barredOf(meter)).toBe(true)
  })

  test('is not touched while it is a tenant’s, twice at once, or not barred at all', async () => {
    const free = rig.hang()
    expect(await refusalOf(again(free))).toBe('meter_not_barred')
    const supplied = rig.hang()
    await rig.openAccount(supplied)
    await rig.rows('update meter set barred_at = to_timestamp(0) where meter_id = $1', [
      supplied.driver.meterId,
    ])
    expect(await refusalOf(again(supplied))).toBe('meter_in_use')
    const meter = await barred({ silent: true })
    await again(meter)
    expect(await refusalOf(again(meter))).toBe('initialise_under_way')
  })
})

describe('thresholds of a meter with a wallet', () => {
  const opened = async (start: Partial<LyingMeter> = {}) => {
    const meter = rig.hang(start)
    await rig.openAccount(meter)
    const sql = `select s.account_id as id from supply s join installation i
      on i.point_id = s.point_id where i.meter_id = $1 and s.until is null`
    const [row] = await rig.rows<{ id: number }>(sql, [meter.driver.meterId])
    const account = accountId(row?.id ?? 0)
    // What the opening asked for stands in the meter before a test changes it.
    if (rig.can.settings) await ended(account)
    return { meter, account }
  }
  type Thresholds = Omit<NonNullable<EditAccount['supplies']>[number], 'meterId'>
  const edit = (account: AccountId, meter: LyingMeter, to: Thresholds) =>
    editAccount({ ...rig.complex.deps, ...rig.deps }, rig.complex.clerk, {
      accountId: account,
      supplies: [{ meterId: meter.driver.meterId, ...to }],
    })
  const supplyOf = (account: AccountId) =>
    rig.deps.db.as(rig.complex.clerk, async (tx) => {
      const { complexId } = rig.complex
      const place = { complexId, zone: 'Asia/Shanghai', mode: 'meter' } as const
      return (await accountLife(tx, rig.deps, place, account))?.supplies[0]
    })
  const ended = async (account: AccountId) => {
    const pushed = (await supplyOf(account))?.pushed
    return rig.ended(await commandById(rig.deps, rig.complex.clerk, uuid(pushed?.commandId ?? '')))
  }

  test('are told to the meter when the account is opened', async () => {
    const factory = { alarm1Fen: fen(9_900), alarm2Fen: fen(100), hoardingFen: fen(500_000) }
    const overload = { overloadW: 9_000, overloadDelaySeconds: 20 }
    const { meter } = await opened({ settings: { ...factory, ...overload, overdraftFen: fen(7) } })
    const opening = { alarm1Fen: 3_000, alarm2Fen: 1_000, overdraftFen: 0, hoardingFen: 99_999_999 }
    expect(meter.settings).toEqual({ ...opening, ...overload })
  })

  test('are the supply’s when the meter shows them, not before', async () => {
    const { meter, account } = await opened()
    await edit(account, meter, { overdraftFen: 500, alarm1Fen: 4_000 })
    expect(await supplyOf(account)).toMatchObject({
      ...{ alarm1Fen: 3_000, overdraftFen: 0, overdraftEditable: true },
      pushed: { state: 'queued', wanted: { alarm1Fen: 4_000, overdraftFen: 500 } },
    })
    expect(await ended(account)).toMatchObject({ state: 'confirmed', attempts: 1 })
    expect(meter.settings).toMatchObject({ alarm1Fen: 4_000, overdraftFen: 500 })
    expect(await supplyOf(account)).toMatchObject({ alarm1Fen: 4_000, overdraftFen: 500 })
  })

  test('stay as they are where the meter does not take them', async () => {
    const { meter, account } = await opened()
    meter.lies = ['refused', 'acceptedAndIdle', 'refused']
    await edit(account, meter, { overdraftFen: 900 })
    expect(await ended(account)).toMatchObject({ state: 'failed', attempts: 3 })
    expect(await supplyOf(account)).toMatchObject({ overdraftFen: 0 })
  })

  test('the newest wins: an older order that was not sent is cancelled', async () => {
    const { meter, account } = await opened()
    await edit(account, meter, { overdraftFen: 100 })
    await edit(account, meter, { overdraftFen: 200 })
    expect(await ended(account)).toMatchObject({ state: 'confirmed' })
    expect(await supplyOf(account)).toMatchObject({ overdraftFen: 200 })
    const states = `select state from command where meter_id = $1 order by command_id`
    expect(await rig.rows(states, [meter.driver.meterId])).toEqual([
      { state: 'confirmed' },
      { state: 'cancelled' },
      { state: 'confirmed' },
    ])
  })

  test('a model that holds none has them in the books, but for the overdraft', async () => {
    rig.can = SOUND_METER
    const { meter, account } = await opened()
    await edit(account, meter, { alarm1Fen: 4_000 })
    expect(await supplyOf(account)).toMatchObject({ alarm1Fen: 4_000, pushed: null })
    expect(await refusalOf(edit(account, meter, { overdraftFen: 1 }))).toBe(
      'not_supported_by_model',
    )
  })
})
