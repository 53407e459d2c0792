import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PriceRig, priceRig } from '../../test/price-rig.ts'
import { must } from '../shared/assert.ts'

let rig: PriceRig
beforeAll(async () => {
  rig = await priceRig(4)
})
afterAll(() => rig.drop())

const meter = (index: number) => must(rig.meters[index], 'a meter')
const stateOf = (index: number) => rig.bus.station(meter(index).address).virtual.state

test('x', async () => {
  await rig.open(meter(0).meterId)
  await rig.version({ kind: 'flat', priceE8: 112_000_000 })
  const command = await rig.send([meter(0).meterId])
  expect(command.refused).toEqual([])
  await rig.settle()
  console.log(await rig.items(command))
  console.log(await rig.rows('select * from meter_price'), stateOf(0).prices)
})
