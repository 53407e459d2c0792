import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fairShare } from './fair-share.ts'

test.each([
  ['one alone takes all', { others: 0, gateways: 7 }, 0, { more: 7, surplus: 0 }],
  ['the second takes half', { others: 1, gateways: 8 }, 0, { more: 4, surplus: 0 }],
  ['the first gives half up', { others: 1, gateways: 8 }, 8, { more: 0, surplus: 4 }],
  ['an odd one stays where it is', { others: 1, gateways: 7 }, 4, { more: 0, surplus: 0 }],
  ['more collectors than gateways', { others: 4, gateways: 2 }, 1, { more: 0, surplus: 0 }],
  ['no gateways', { others: 0, gateways: 0 }, 0, { more: 0, surplus: 0 }],
])('%s', (_, crew, held, expected) => {
  expect(fairShare(crew, held)).toEqual(expected)
})

test('however they come and die, all is served soon, and then nothing moves any more', () => {
  const event = fc.record({ come: fc.boolean(), who: fc.nat(4) })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(event, { maxLength: 12 }),
      (all, events) => {
        let crew = [0]
        const holds = new Map<number, number>()
        const held = (who: number) => holds.get(who) ?? 0
        const free = () => all - crew.reduce((sum, who) => sum + held(who), 0)
        const round = (): number => {
          let moved = 0
          for (const who of crew) {
            const { more, surplus } = fairShare(
              { others: crew.length - 1, gateways: all },
              held(who),
            )
            const taken = Math.min(more, free())
            holds.set(who, held(who) + taken - surplus)
            moved += taken + surplus
          }
          return moved
        }
        for (const { come, who } of events) {
          if (come && !crew.includes(who)) crew.push(who)
          if (!come && crew.length > 1) crew = crew.filter((one) => one !== who)
          if (!come || !crew.includes(who)) holds.delete(who)
          if (crew.includes(who)) holds.set(who, come ? held(who) : 0)
          round()
        }
        round()
        round()
        expect(free()).toBe(0)
        expect(round()).toBe(0)
        const counts = crew.map(held)
        expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(all / crew.length))
      },
    ),
  )
})
