import { describe, expect, test } from 'vitest'
import ddsy1352 from '../models/acrel-ddsy1352.ts'
import dtsd1352 from '../models/acrel-dtsd1352.ts'
import old from '../models/dlt645-1997-1p.ts'
import prepaid from '../models/dlt645-prepaid-1p.ts'
import { adf300 } from './adf300-map.ts'
import { checkModel } from './model-check.ts'

const problemsOf = (value: unknown) => {
  const checked = checkModel(value)
  return checked.ok ? [] : checked.problems
}

const circuits = adf300(12)
const { energy } = ddsy1352.items
const { relay } = ddsy1352
const can = ddsy1352.capabilities

describe('a bad model names the field, in both languages', () => {
  test.each<[string, unknown, string]>([
    ['no object at all', 7, 'protocol'],
    ['an unknown protocol', { ...prepaid, protocol: 'iec62056' }, 'protocol'],
    ['a missing field', { ...prepaid, vendor: undefined }, 'vendor'],
    ['an unknown field', { ...prepaid, colour: 'blue' }, 'colour'],
    ['a bad id', { ...prepaid, id: 'My Meter' }, 'id'],
    ['two phases', { ...prepaid, phases: 2 }, 'phases'],
    ['an unknown quirk', { ...prepaid, quirks: ['odd'] }, 'quirks.0'],
    ['no frames', { ...prepaid, samples: [] }, 'samples'],
    ['no confidence', { ...old, source: { document: old.source.document } }, 'source.confidence'],
    [
      'too deep a freeze',
      {
        ...prepaid,
        capabilities: { ...prepaid.capabilities, freezes: { interval: 255, daily: 1, monthly: 1 } },
      },
      'capabilities.freezes.interval',
    ],
    [
      'money without a guard',
      { ...prepaid, capabilities: { ...prepaid.capabilities, replayGuard: 'none' } },
      'capabilities.replayGuard',
    ],
    [
      'money without a wallet',
      { ...prepaid, reads: { ...prepaid.reads, wallet: null } },
      'capabilities.prepaid',
    ],
    [
      'money over Modbus',
      { ...ddsy1352, capabilities: { ...can, replayGuard: 'counter', prepaid: true } },
      'capabilities.prepaid',
    ],
    [
      'freezes over Modbus',
      { ...ddsy1352, capabilities: { ...can, freezes: { interval: 1, daily: 0, monthly: 0 } } },
      'capabilities.freezes',
    ],
    [
      'records of covers over Modbus',
      { ...ddsy1352, capabilities: { ...can, covers: true } },
      'capabilities.covers',
    ],
    [
      'a relay of 1997',
      { ...old, capabilities: { ...old.capabilities, relay: can.relay } },
      'capabilities.relay',
    ],
    [
      'an unknown code',
      { ...ddsy1352, items: { ...ddsy1352.items, energy: { ...energy, code: 'u24' } } },
      'items.energy.code',
    ],
    [
      'a register outside the blocks',
      { ...ddsy1352, items: { ...ddsy1352.items, energy: { ...energy, register: 0x0230 } } },
      'items.energy.register',
    ],
    [
      'half a value outside the blocks',
      { ...ddsy1352, items: { ...ddsy1352.items, energy: { ...energy, register: 0x022f } } },
      'items.energy.register',
    ],
    [
      'blocks that overlap',
      { ...ddsy1352, blocks: [...ddsy1352.blocks, { fn: 4, start: 0x022f, count: 2 }] },
      'blocks',
    ],
    [
      'an order that is not mapped',
      { ...ddsy1352, capabilities: { ...can, relay: { ...can.relay, permitClose: true } } },
      'relay.orders.permitClose',
    ],
    [
      'an order that nothing claims',
      { ...ddsy1352, capabilities: { ...can, relay: { ...can.relay, trip: false } } },
      'relay.orders.trip',
    ],
    ['a clock that is not mapped', { ...ddsy1352, clock: null }, 'clock'],
    [
      'half a date',
      {
        ...dtsd1352,
        clock: { ...dtsd1352.clock, bytes: ['year', 'month', 'day', 'hour', 'minute', 'unused'] },
      },
      'clock.bytes',
    ],
    [
      'a deadline in the frame',
      { ...ddsy1352, relay: { ...relay, deadlineInFrame: true } },
      'relay.deadlineInFrame',
    ],
    [
      'circuits that share a register',
      { ...circuits, items: { ...circuits.items, energy } },
      'items.energy.step',
    ],
    ['a last circuit outside the blocks', { ...circuits, circuits: 13 }, 'items.energy.register'],
    [
      'orders that overlap',
      { ...circuits, relay: { ...circuits.relay, orders: { ...circuits.relay?.orders, step: 1 } } },
      'relay.orders.step',
    ],
    [
      'bits that are no bits',
      {
        ...circuits,
        items: { ...circuits.items, power: { register: 0x0a09, code: 'i16', packed: true } },
      },
      'items.power.packed',
    ],
  ])('%s', (_, model, field) => {
    const problems = problemsOf(model)
    expect(problems.map((problem) => problem.field)).toContain(field)
    for (const { zh, en } of problems) {
      expect(zh).not.toBe('')
      expect(en).not.toBe('')
    }
  })
})

test('a good model comes back as it is', () => {
  expect(checkModel(ddsy1352)).toEqual({ ok: true, model: ddsy1352 })
})
