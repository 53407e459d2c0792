import { describe, expect, test } from 'vitest'
import { askedOf, type Chosen, isWeighty, namesOf, START, twiceIn, unitOf } from './batch-params.ts'

const ZONE = 'Asia/Shanghai'
const chosen = (part: Partial<Chosen>): Chosen => ({ ...START, ...part })

test.each([
  ['lines', '1\n2\r\n3', ['1', '2', '3']],
  ['commas of both kinds', 'A-1,A-2，A-3、A-4', ['A-1', 'A-2', 'A-3', 'A-4']],
  ['blanks and tabs from a sheet', ' 1\t2  3 ', ['1', '2', '3']],
  ['nothing', ' \n ', []],
])('a pasted list is taken apart by %s', (_what, text, names) => {
  expect(namesOf(text)).toEqual(names)
})

test('what is pasted twice is counted', () => {
  expect(twiceIn(namesOf('7 8 7\nA-1 7'))).toBe(2)
  expect(twiceIn([])).toBe(0)
})

describe('which meters are meant', () => {
  test.each<[string, Partial<Chosen>, object | null]>([
    ['nothing chosen is not everything', {}, null],
    ['everything, when it is said', { all: true }, { all: true }],
    ['a floor of a building', { buildingId: 2, floor: -1 }, { buildingId: 2, floor: -1 }],
    [
      'a plan behind a gateway in a state',
      { gatewayId: 3, planId: 4, states: ['arrears'] },
      { gatewayId: 3, planId: 4, states: ['arrears'] },
    ],
    ['a pasted list', { names: '7 8' }, { names: ['7', '8'] }],
  ])('%s', (_what, part, unit) => {
    expect(unitOf(chosen(part))).toEqual(unit)
  })
})

describe('what is asked', () => {
  test('keep-power without an end is not asked', () => {
    expect(askedOf(chosen({ all: true, action: 'kept' }), ZONE)).toBeNull()
  })
  test('settings of which none is typed, or one is no amount, are not asked', () => {
    const typed = (alarm1Fen: string) =>
      askedOf(
        chosen({ all: true, action: 'pushSettings', amounts: { ...START.amounts, alarm1Fen } }),
        ZONE,
      )
    expect(typed('')).toBeNull()
    expect(typed('1.234')).toBeNull()
    expect(typed('12.5')).toMatchObject({ kind: 'pushSettings', params: { alarm1Fen: 1_250 } })
  })
  test.each<[string, string, object | null]>([
    ['60000', '30', { overloadW: 60_000, overloadDelaySeconds: 30 }],
    ['', '5', { overloadDelaySeconds: 5 }],
    ['0', '', null],
    ['6.5', '', null],
    ['5000', '100', null],
  ])('an overload of %s W for %s s is asked as %o', (overloadW, overloadDelaySeconds, params) => {
    const overload = { overloadW, overloadDelaySeconds }
    const asked = askedOf(chosen({ all: true, action: 'pushSettings', overload }), ZONE)
    expect(asked?.params ?? null).toEqual(params)
  })
  test.each([
    ['a trip of many', 'tripped', 21, true],
    ['a trip of few', 'tripped', 20, false],
    ['prices for many', 'pushPrice', 500, true],
    ['power back for many', 'prepaid', 500, false],
    ['clocks of many', 'setClock', 500, false],
  ] as const)('%s has its number typed: %#', (_what, action, meters, weighty) => {
    expect(isWeighty(chosen({ action }), meters)).toBe(weighty)
  })
})
