import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startWebRig, type WebRig } from '../../test/web-rig.ts'
import type { MeterEventKind } from '../http/contract/meter-events.ts'
import type { EventsRead, MeterDriver } from '../metering/driver.ts'
import { must } from '../shared/assert.ts'

let rig: WebRig
let operator: Client
let asked: readonly MeterEventKind[] = []

const AT = { year: 2026, month: 11, dayOfMonth: 22, weekday: 0, hour: 10, minute: 20, second: 30 }
const COVER = { zh: '开表盖', en: 'meter cover opened' }
const FIELD = { zh: '开始', en: 'from' }
const READ: EventsRead = {
  complete: false,
  items: [
    {
      kind: 'coverOpened',
      name: COVER,
      phase: null,
      count: 3,
      last: {
        at: AT,
        until: null,
        operatorCode: null,
        fields: [{ name: FIELD, text: { zh: '一', en: 'one' } }],
      },
      fault: null,
    },
    {
      kind: 'voltageLoss',
      name: { zh: '失压', en: 'voltage loss' },
      phase: 2,
      count: 1,
      last: { at: { ...AT, month: 13 }, until: null, operatorCode: null, fields: [] },
      fault: null,
    },
  ],
}

beforeAll(async () => {
  rig = await startWebRig({ meters: 3 })
  await rig.addOperator('operator', 'property-operator', [rig.complex.complexId])
  await rig.addOperator('outsider', 'administrator', [rig.otherComplex])
  operator = await rig.as('operator')
  const [first, second] = rig.complex.meters
  const noting: Pick<MeterDriver, 'model' | 'readEvents'> = {
    model: 'dlt645-prepaid-1p',
    readEvents: async (kinds) => {
      asked = kinds
      return READ
    },
  }
  const found = new Map([
    [first?.meterId, noting],
    [second?.meterId, { model: 'modbus-submeter' }],
  ])
  rig.deps.drivers.of = (meter) => {
    const driver = found.get(meter)
    return driver ? Object.assign(Object.create(null), { meterId: meter }, driver) : null
  }
})
afterAll(() => rig.stop())

const read = (index: number, body: object = {}, client = operator) => {
  const { meterId } = must(rig.complex.meters[index], 'a meter')
  return client.post(`/api/v1/meters/${meterId}/read-events`, body)
}

test('what the meter noted is told with its time in the zone of the complex', async () => {
  expect(await read(0, { kinds: ['coverOpened', 'voltageLoss', 'coverOpened'] })).toMatchObject({
    status: 200,
    body: {
      complete: false,
      items: [
        {
          kind: 'coverOpened',
          name: COVER,
          phase: null,
          count: 3,
          last: {
            at: '2026-11-22T10:20:30.000+08:00',
            until: null,
            fields: [{ name: FIELD, text: 'one' }],
          },
          fault: null,
        },
        { kind: 'voltageLoss', phase: 'B', count: 1, last: null, fault: 'bad-reply' },
      ],
    },
  })
  expect(asked).toEqual(['coverOpened', 'voltageLoss'])
})

test('all kinds are asked for where none is named', async () => {
  await read(0)
  expect(asked).toHaveLength(16)
  expect(await read(0, { kinds: ['earthquake'] })).toMatchObject({ status: 400 })
})

test('is refused for a model that notes nothing, a meter out of reach, and strangers', async () => {
  expect(await read(1)).toMatchObject({ status: 422, body: { code: 'not_supported_by_model' } })
  expect(await read(2)).toMatchObject({ status: 409, body: { code: 'meter_not_served' } })
  expect(await read(0, {}, await rig.as('outsider'))).toMatchObject({ status: 404 })
})

test('no answer of these broke its contract', () => {
  expect(rig.lines.filter((line) => line.level === 'error')).toEqual([])
})
