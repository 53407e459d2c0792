import { describe, expect, test } from 'vitest'
import { meterId } from '../shared/ids.ts'
import { type MayGoFirst, verdictOfFirst, whoGoesFirst } from './canary.ts'
import type { CommandState } from './command.ts'

const one = (n: number, model: string, busId: number, heard = true): MayGoFirst => ({
  meterId: meterId(n),
  model,
  busId,
  heard,
})

describe('who goes first', () => {
  test.each<[string, MayGoFirst[], number[]]>([
    [
      'one of each model',
      [one(1, 'a', 1), one(2, 'a', 1), one(3, 'b', 1), one(4, 'c', 1), one(5, 'd', 1)],
      [1, 3, 4],
    ],
    [
      'of one model, on as many lines as there are',
      [one(1, 'a', 1), one(2, 'a', 1), one(3, 'a', 2), one(4, 'a', 3), one(5, 'a', 4)],
      [1, 3, 4],
    ],
    ['of one line, any three', [one(1, 'a', 1), one(2, 'a', 1), one(3, 'a', 1)], [1, 2, 3]],
    ['nobody who is silent', [one(1, 'a', 1, false), one(2, 'a', 1)], [2]],
    ['unless nobody is heard', [one(1, 'a', 1, false), one(2, 'b', 1, false)], [1, 2]],
  ])('%s', (_name, targets, expected) => {
    expect([...(whoGoesFirst('setMode', targets, 1) ?? [])].sort()).toEqual(expected)
  })

  test('nobody in a batch that is not above the limit', () => {
    expect(whoGoesFirst('setMode', [one(1, 'a', 1), one(2, 'b', 1)], 2)).toBeNull()
  })
})

describe('of prices, however few they are', () => {
  test.each<[string, MayGoFirst[], number[] | null]>([
    [
      'one of each model, also of four',
      [...[1, 2, 3, 4].map((n) => one(n, `model ${n}`, 1)), one(5, 'model 1', 2)],
      [1, 2, 3, 4],
    ],
    ['one that answers', [one(1, 'a', 1, false), one(2, 'a', 1), one(3, 'a', 1)], [2]],
    ['a silent one, where all are', [one(1, 'a', 1, false), one(2, 'a', 1, false)], [1]],
    ['nobody, where none would follow', [one(1, 'a', 1), one(2, 'b', 1)], null],
  ])('%s', (_name, targets, expected) => {
    const first = whoGoesFirst('pushPrice', targets, 20)
    expect(first && [...first].sort()).toEqual(expected)
  })
})

describe('what those that went first say', () => {
  test.each<[string, CommandState[], ReturnType<typeof verdictOfFirst>]>([
    ['all did it', ['confirmed', 'confirmed'], 'confirmed'],
    ['one is under way', ['confirmed', 'sent'], null],
    ['one failed, the others need not be waited for', ['failed', 'queued'], 'failed'],
    ['one could not be reached', ['confirmed', 'expired'], 'failed'],
    ['of one nobody knows', ['confirmed', 'held'], 'failed'],
    ['one gave way to a newer order', ['confirmed', 'cancelled'], 'confirmed'],
    ['all gave way', ['cancelled', 'cancelled'], 'failed'],
  ])('%s', (_name, states, verdict) => {
    expect(verdictOfFirst(states)).toBe(verdict)
  })
})
