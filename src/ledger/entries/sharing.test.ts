import { expect, test } from 'vitest'
import { accountId } from '../../shared/ids.ts'
import { fen } from '../money.ts'
import { sharingLines } from './sharing.ts'

test('every account owes its share, and income is their sum', () => {
  const lines = sharingLines([
    { accountId: accountId(1), fen: fen(40) },
    { accountId: accountId(2), fen: fen(2) },
  ])
  expect(lines).toEqual([
    { path: 'account/1/carry', fen: 40 },
    { path: 'account/2/carry', fen: 2 },
    { path: 'income/sharing', fen: -42 },
  ])
})
