// Sharing 公摊: each account owes its share, which its next sale settles first. One posting for all,
// so that a month is shared as a whole or not at all.

import type { AccountId } from '../../shared/ids.ts'
import { chart } from '../chart.ts'
import { addFen, type Fen, negFen } from '../money.ts'
import type { Line } from './sale.ts'

export const sharingLines = (shares: readonly { accountId: AccountId; fen: Fen }[]): Line[] => [
  ...shares.map((share) => ({ path: chart.carry(share.accountId), fen: share.fen })),
  { path: chart.incomeSharing(), fen: negFen(addFen(...shares.map((share) => share.fen))) },
]
