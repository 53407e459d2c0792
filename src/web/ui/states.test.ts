import { describe, expect, test } from 'vitest'
import { en } from '../text/en.ts'
import { zh } from '../text/zh.ts'
import { STATE_ICONS } from './state-tag.tsx'
import css from './states.css?raw'
import { hasMark, isShownAs, SHOWN_STATES, type ShownState } from './states.ts'

/** Text smaller than 24 px (WCAG 2.2, 1.4.3). */
const CONTRAST_MIN = 4.5

const TABLE = new Map(
  [
    ...css.matchAll(/\[data-state="(\w+)"\] \{\s*--state: (#\w{6});\s*--state-tint: (#\w{6});/g),
  ].map(([, state = '', colour = '', tint = '']) => [state, { colour, tint }] as const),
)
const rowOf = (state: ShownState) => TABLE.get(state) ?? { colour: '', tint: '' }

/** Relative luminance (WCAG 2.2). */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

describe('the one table of states', () => {
  test('has a colour for each of them and for nothing else', () => {
    expect([...TABLE.keys()]).toEqual([...SHOWN_STATES])
  })
  test.each(SHOWN_STATES)('%s can be read on its colour and in it', (state) => {
    const { colour, tint } = rowOf(state)
    expect(contrast('#ffffff', colour)).toBeGreaterThan(CONTRAST_MIN)
    expect(contrast(colour, tint)).toBeGreaterThan(CONTRAST_MIN)
  })
  test('tells them apart without colour: each has a sign and a word of its own', () => {
    const all = SHOWN_STATES.length
    expect(new Set(SHOWN_STATES.map((state) => STATE_ICONS[state])).size).toBe(all)
    for (const words of [zh, en])
      expect(new Set(SHOWN_STATES.map((state) => words[`state.${state}`])).size).toBe(all)
  })
  test('tells them apart by colour', () => {
    expect(new Set(SHOWN_STATES.map((state) => rowOf(state).colour)).size).toBe(SHOWN_STATES.length)
  })
})

describe('what a meter is shown as', () => {
  const item = { state: 'arrears', relay: 'tripped', mode: 'prepaid', held: false } as const
  test.each([
    ['its state', item, 'arrears', true],
    ['no other state', item, 'normal', false],
    ['tripped as it was read', item, 'tripped', true],
    ['not as it was ordered', { ...item, relay: 'closed', mode: 'tripped' }, 'tripped', false],
    ['not tripped where that is unknown', { ...item, relay: null }, 'tripped', false],
    ['kept as it was ordered', { ...item, mode: 'kept' }, 'kept', true],
    ['held', { ...item, held: true }, 'held', true],
    ['not held', item, 'held', false],
  ] as const)('%s', (_what, meter, shown, is) => {
    expect(isShownAs(meter, shown)).toBe(is)
  })
  test('a mark is never a state', () => {
    expect(hasMark(item, 'kept')).toBe(false)
  })
})
