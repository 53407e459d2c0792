import { describe, expect, test } from 'vitest'
import { type BatchFacts, batchState } from './batch-state.ts'

const FACTS: BatchFacts = {
  canary: null,
  isPaused: false,
  isStopped: false,
  waiting: 0,
  underWay: 0,
  unknown: 0,
}

describe('INV-25: a batch is done when every outcome is known, not before', () => {
  test.each<[string, Partial<BatchFacts>, ReturnType<typeof batchState>]>([
    ['every outcome is known', {}, 'done'],
    ['something waits', { waiting: 1 }, 'running'],
    ['something is under way', { underWay: 1 }, 'running'],
    ['the first ones are tried', { canary: 'waiting', waiting: 9 }, 'canary'],
    ['they have done it', { canary: 'confirmed', waiting: 9 }, 'running'],
    ['paused with something left', { isPaused: true, waiting: 1 }, 'paused'],
    ['paused when all had been sent', { isPaused: true, underWay: 1 }, 'paused'],
    ['of one nobody knows', { unknown: 1 }, 'unresolved'],
    ['of one nobody knows, and others are under way', { unknown: 1, underWay: 1 }, 'running'],
    ['stopped, and something sent is not at its end', { isStopped: true, underWay: 1 }, 'stopping'],
    ['stopped, and of one nobody knows', { isStopped: true, unknown: 1 }, 'unresolved'],
    ['stopped, every outcome known', { isStopped: true }, 'stopped'],
  ])('%s', (_name, facts, state) => {
    expect(batchState({ ...FACTS, ...facts })).toBe(state)
  })
})
