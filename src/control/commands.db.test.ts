import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ControlRig, controlRig } from '../../test/control-rig.ts'
import { SOUND_METER } from '../../test/tiny-complex.ts'
import { must } from '../shared/assert.ts'
import { meterId, uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { cancelCommand, commandById, createCommands, type NewCommands } from './commands.ts'

let rig: ControlRig

beforeAll(async () => {
  rig = await controlRig()
})
afterAll(() => rig.drop())
beforeEach(() => {
  rig.can = SOUND_METER
})

const commands = () => rig.rows<{ n: number }>('select count(*)::int as n from command')

describe('what is refused', () => {
  test('a protected point is never tripped', async () => {
    const meter = rig.hang({}, rig.protectedMeter)
    const command = await rig.order(meter, 'tripped')
    expect(command.items).toEqual([])
    expect(command.refused).toMatchObject([
      { meterId: rig.protectedMeter, code: 'point_protected', title: '该计量点受保护，不能拉闸' },
    ])
    expect(await rig.modeOf(meter)).toBe('prepaid')
    expect(await rig.round()).toBe(false)
  })

  test('is listed for each meter, and the rest goes ahead', async () => {
    const meter = rig.hang()
    const command = await rig.send({
      kind: 'setMode',
      meterIds: [meter.driver.meterId, rig.protectedMeter, meterId(999_999)],
      params: { mode: 'tripped' },
      language: 'en',
    })
    expect(command.items.map((item) => item.meterId)).toEqual([meter.driver.meterId])
    expect(command.refused).toEqual([
      {
        meterId: rig.protectedMeter,
        code: 'point_protected',
        title: 'The point is protected and cannot be tripped',
      },
      { meterId: 999_999, code: 'not_found', title: 'No such record' },
    ])
    expect((await rig.ended(command)).state).toBe('confirmed')
  })

  test('a model without keep-power refuses 保电', async () => {
    rig.can = { ...SOUND_METER, relay: { ...SOUND_METER.relay, keepPower: false } }
    const { refused } = await rig.order(rig.hang(), 'kept')
    expect(refused).toMatchObject([{ code: 'not_supported_by_model' }])
  })

  test.each<[NewCommands['params'], string]>([
    [{}, 'params.mode'],
    [{ mode: 'tripped', until: '2099-01-01T00:00:00+08:00' }, 'params.until'],
    [{ mode: 'kept', until: '2001-01-01T00:00:00+08:00' }, 'params.until'],
    [{ mode: 'kept', until: 'tomorrow' }, 'params.until'],
  ])('%o is invalid input', async (params, field) => {
    const meterIds = [rig.protectedMeter]
    const error = await rig.send({ kind: 'setMode', meterIds, params }).catch((e: unknown) => e)
    expect(error instanceof Refusal && [error.code, error.facts.field]).toEqual([
      'invalid_input',
      field,
    ])
  })

  test('a dry run answers and writes nothing', async () => {
    const meter = rig.hang()
    const before = await commands()
    const answer = await rig.select({
      kind: 'setMode',
      meterIds: [meter.driver.meterId, rig.protectedMeter],
      params: { mode: 'tripped' },
    })
    expect(answer).toMatchObject({
      dryRun: true,
      items: [{ meterId: meter.driver.meterId, state: 'queued' }],
      refused: [{ meterId: rig.protectedMeter }],
    })
    expect(await commands()).toEqual(before)
    expect(await rig.modeOf(meter)).toBe('prepaid')
  })
})

test('the same request id answers with the same batch, other content is refused', async () => {
  const meter = rig.hang()
  const asked = {
    kind: 'setMode' as const,
    meterIds: [meter.driver.meterId],
    params: { mode: 'kept' as const },
  }
  const { selection } = await rig.select(asked)
  const token = uuid(must(selection, 'it was selected').token)
  const cmd = { ...asked, token, requestId: 'the-same', complexId: rig.complex.complexId }
  const [first, second] = await Promise.all([
    createCommands(rig.deps, rig.complex.clerk, cmd),
    createCommands(rig.deps, rig.complex.clerk, cmd),
  ])
  expect(second.commandId).toBe(first.commandId)
  const other = { ...cmd, params: { mode: 'tripped' as const } }
  const refused = createCommands(rig.deps, rig.complex.clerk, other)
  await expect(refused).rejects.toThrow('request_id_reused')
  expect((await rig.ended(first)).state).toBe('confirmed')
})

describe('cancelling', () => {
  const cancel = (id: string) => cancelCommand(rig.deps, rig.complex.clerk, uuid(id))

  test('a queued command is never sent, and the mode goes back', async () => {
    const meter = rig.hang()
    const command = await rig.order(meter, 'tripped')
    expect(await rig.modeOf(meter)).toBe('tripped')
    expect((await cancel(command.commandId)).items).toMatchObject([{ state: 'cancelled' }])
    expect(await rig.modeOf(meter)).toBe('prepaid')
    await rig.round()
    expect(meter.orders).toEqual([])
    await expect(cancel(command.commandId)).rejects.toThrow('command_not_cancellable')
  })

  test('the newer of two queued modes goes back to before both', async () => {
    const meter = rig.hang()
    await rig.order(meter, 'tripped')
    const second = await rig.order(meter, 'kept')
    await cancel(second.commandId)
    expect(await rig.modeOf(meter)).toBe('prepaid')
  })

  test('is refused once something may have left', async () => {
    const meter = rig.hang({ lies: ['requestLost'] })
    const command = await rig.order(meter, 'tripped')
    await rig.round()
    await expect(cancel(command.commandId)).rejects.toThrow('command_not_cancellable')
    expect((await rig.ended(command)).state).toBe('confirmed')
  })
})

test('INV-25: a batch over several meters has an outcome for each', async () => {
  const meters = [rig.hang(), rig.hang({ silent: true }), rig.hang({ kept: true })]
  const command = await rig.send({
    kind: 'setMode',
    meterIds: meters.map((meter) => meter.driver.meterId),
    params: { mode: 'tripped' },
  })
  await rig.ended({ ...command, commandId: command.commandId })
  for (let i = 0; i < 40 && (await rig.round()); i++);
  rig.clock.skip(400_000)
  while (await rig.round());
  const after = await commandById(rig.deps, rig.complex.clerk, uuid(command.commandId))
  expect(after.items.map((item) => item.state)).toEqual(['confirmed', 'expired', 'confirmed'])
})

test('a read brings back what the meter shows', async () => {
  const meter = rig.hang({ balanceFen: 4_321 })
  const meterIds = [meter.driver.meterId]
  const done = await rig.ended(await rig.send({ kind: 'read', meterIds, params: {} }))
  expect(done).toMatchObject({
    state: 'confirmed',
    result: { relay: 'closed', balanceFen: 4_321, energyWh: 123_450 },
  })
})

test('a read of a silent meter fails, since nothing can have changed', async () => {
  const meterIds = [rig.hang({ silent: true }).driver.meterId]
  const done = await rig.ended(await rig.send({ kind: 'read', meterIds, params: {} }))
  expect(done).toMatchObject({ state: 'failed', result: { reason: 'timeout' } })
})

test('who may not see the complex does not find its commands', async () => {
  const command = await rig.order(rig.hang(), 'prepaid')
  const stranger = { complexes: [], operator: null, from: 'test' }
  const found = commandById(rig.deps, stranger, uuid(command.commandId))
  await expect(found).rejects.toThrow('not_found')
})
