import { expect, test } from 'vitest'
import { instant } from '../../shared/clock.ts'
import { meterId } from '../../shared/ids.ts'
import type { PushedReading } from '../links/link.ts'
import type { MeterModel } from '../meter-model/meter-model.ts'
import ddsy1352 from '../models/acrel-ddsy1352.ts'
import prepaid from '../models/dlt645-prepaid-1p.ts'
import { pushedValues } from './pushed.ts'

const NOW = instant(1_790_000_000_000)
const EARLIER = instant(NOW - 3_600_000)

const reading = (more: Partial<PushedReading>): PushedReading => ({
  address: '1',
  deviceAt: null,
  energyWh: null,
  tariffsWh: null,
  reverseWh: null,
  remainingFen: null,
  purchaseCount: null,
  powerW: null,
  block: null,
  ...more,
})
const to = (model: MeterModel, meters = 1) => ({
  model,
  config: {
    deviceId: 1,
    address: '1',
    model: model.id,
    settings: {},
    meters: Array.from({ length: meters }, (_, i) => ({
      meterId: meterId(i + 1),
      meterNo: `${i}`,
      channels: [i + 1],
      settings: {},
    })),
  },
})
const block = (wordsFromStart: Record<number, number>): Buffer => {
  const [{ start, count } = { start: 0, count: 0 }] = ddsy1352.blocks
  const bytes = Buffer.alloc(2 * count)
  for (const [register, word] of Object.entries(wordsFromStart)) {
    bytes.writeUInt16BE(word, 2 * (Number(register) - start))
  }
  return bytes
}

test('a figure is that of the device’s one meter, at the time the gateway tells', () => {
  const values = pushedValues(to(prepaid), reading({ energyWh: 1_230, deviceAt: EARLIER }), NOW)
  expect(values).toEqual([
    {
      meterId: 1,
      kind: 'energy',
      value: { at: EARLIER, energyWh: 1_230, tariffsWh: null, reverseWh: null },
    },
  ])
})

test('without a time of its own it is of now', () => {
  const [value] = pushedValues(to(prepaid), reading({ energyWh: 1 }), NOW)
  expect(value?.value.at).toBe(NOW)
})

test('power is shown, money is not taken from a gateway', () => {
  const values = pushedValues(to(prepaid), reading({ powerW: 12.4, remainingFen: 500 }), NOW)
  expect(values).toMatchObject([
    { kind: 'status', value: { powerW: 12, money: null, relay: null } },
  ])
})

test.each([
  ['of a device with several users', to(prepaid, 2), reading({ energyWh: 1 })],
  ['that says nothing we store', to(prepaid), reading({ remainingFen: 1 })],
  ['that is no whole number', to(prepaid), reading({ energyWh: 1.5 })],
  ['that is a block no model declares', to(ddsy1352), reading({ block: Buffer.alloc(3) })],
])('a figure %s becomes nobody’s', (_, device, pushed) => {
  expect(pushedValues(device, pushed, NOW)).toEqual([])
})

test('a block is read as the model reads its registers', () => {
  const { register } = ddsy1352.items.energy
  const values = pushedValues(to(ddsy1352), reading({ block: block({ [register + 1]: 120 }) }), NOW)
  const energy = values.find(({ kind }) => kind === 'energy')
  expect(energy).toMatchObject({ meterId: 1, value: { at: NOW } })
  const { times = 1, over = 1 } = ddsy1352.items.energy
  expect(energy?.value.energyWh).toBe((120 * times) / over)
})
