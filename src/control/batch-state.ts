// How a batch stands 批次状态, PURE. It is never done while something is under way, nor while of one
// meter nobody knows what it did (INV-25).

import type { BatchState } from '../http/contract/batches.ts'

export type BatchFacts = {
  canary: 'waiting' | 'confirmed' | 'failed' | null
  isPaused: boolean
  isStopped: boolean
  /** Not sent yet, those that wait for the first ones among them. */
  waiting: number
  underWay: number
  /** Ended without anybody knowing what the meter did, and not heard since. */
  unknown: number
}

export const batchState = (facts: BatchFacts): BatchState => {
  const { canary, isPaused, isStopped, waiting, underWay, unknown } = facts
  const open = waiting + underWay
  if (isStopped && open > 0) return 'stopping'
  if (isPaused && open > 0) return 'paused'
  if (open > 0) return canary === 'waiting' ? 'canary' : 'running'
  if (unknown > 0) return 'unresolved'
  return isStopped ? 'stopped' : 'done'
}

export const hasEnded = (state: BatchState): boolean => state === 'done' || state === 'stopped'
