import { describe, expect, test } from 'vitest'
import { instant, plusMs } from '../shared/clock.ts'
import { type MeterState, meterState, STALE_AFTER_MS, type StateFacts } from './state.ts'

const now = instant(1_790_000_000_000)
const ago = (ms: number) => plusMs(now, -ms)

const sound: StateFacts = {
  now,
  answeredAt: ago(60_000),
  supply: { alarm1Fen: 5_000, alarm2Fen: 2_000 },
  opened: true,
  balanceFen: 12_345,
  balanceAt: ago(60_000),
}

const TABLE: readonly [promise: string, facts: Partial<StateFacts>, state: MeterState][] = [
  ['money above alarm 1 is normal', {}, 'normal'],
  ['one fen above alarm 1 is normal', { balanceFen: 5_001 }, 'normal'],
  ['alarm 1 exactly is alarm 1', { balanceFen: 5_000 }, 'alarm1'],
  ['one fen above alarm 2 is alarm 1', { balanceFen: 2_001 }, 'alarm1'],
  ['alarm 2 exactly is alarm 2', { balanceFen: 2_000 }, 'alarm2'],
  ['the last fen is alarm 2', { balanceFen: 1 }, 'alarm2'],
  ['nothing left is arrears', { balanceFen: 0 }, 'arrears'],
  ['an overdraft in use is arrears', { balanceFen: -1 }, 'arrears'],
  ['a meter never heard is offline', { answeredAt: null }, 'offline'],
  ['silence of exactly two rounds is not yet offline', { answeredAt: ago(360_000) }, 'normal'],
  ['silence longer than two rounds is offline', { answeredAt: ago(360_001) }, 'offline'],
  ['silence hides arrears too', { answeredAt: ago(400_000), balanceFen: -5 }, 'offline'],
  ['a stale balance is unknown though the meter answers', { balanceAt: ago(360_001) }, 'offline'],
  ['an unknown balance is never normal', { balanceFen: null }, 'offline'],
  ['an unknown opening is never normal', { opened: null }, 'offline'],
  ['a point without an account is not opened', { supply: null }, 'notOpened'],
  ['a meter that says so is not opened', { opened: false }, 'notOpened'],
  ['not opened needs no balance', { opened: false, balanceFen: null }, 'notOpened'],
  ['silence comes before not opened', { supply: null, answeredAt: null }, 'offline'],
  ['an answer from a clock ahead of ours is fresh', { answeredAt: plusMs(now, 5_000) }, 'normal'],
]

describe('the state of a meter', () => {
  test.each(TABLE)('%s', (_promise, facts, state) => {
    expect(meterState({ ...sound, ...facts })).toBe(state)
  })
  test('two status rounds are six minutes', () => {
    expect(STALE_AFTER_MS).toBe(360_000)
  })
})
