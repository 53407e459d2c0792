// Taking a meter down as dead 拆除死表: one act of a person, in one transaction. What was under way to
// it is void, for nobody will ever know; what was never on a wire goes to the next meter, behind an
// opening that carries the claim. The meter may not be dead at all.

import { meterFromStock } from './model-meter.ts'
import { isUnderWay } from './model-row.ts'
import { endTrip } from './model-trip.ts'
import { newSale, type Sale, type World } from './model-world.ts'

/** What the tenant is owed for the old meter, as a person decided it. */
const CLAIM_FEN = 1_234

const toTheNext = (sale: Sale, epoch: number): void => {
  Object.assign(sale, { state: 'QUEUED', epoch, n: null, before: null, sends: 0 })
}

const judge = (world: World, sale: Sale): void => {
  const { state } = sale
  const underWay = state === 'ARMED' || state === 'HOLD'
  if (state === 'QUEUED' || (underWay && world.scenario.carriesArmed === true))
    toTheNext(sale, world.epoch + 1)
  else if (underWay) sale.state = 'VOID'
}

export const takeDown = (world: World): void => {
  const { meter, reduction } = world
  for (const sale of world.sales) judge(world, sale)
  if (reduction && isUnderWay(reduction)) reduction.state = 'CANCELLED'
  endTrip(world, { stays: false })
  world.epoch += 1
  world.retired = meter
  world.meter = meterFromStock(meter)
  world.baseCount = null
  world.onHold = false
  // What happened to the old meter is decided by the claim.
  world.happened = new Set(['void'])
  const opens = world.sales.some(({ kind, epoch }) => kind === 'open' && epoch === world.epoch)
  if (opens) return
  world.order.unshift(world.sales.length)
  world.sales.push(newSale('open', CLAIM_FEN, world.epoch))
}
