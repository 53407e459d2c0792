// Chinese 中文: the source of every text of the screens. Each part is named after its screens.

import { board } from './zh/board.ts'
import { books } from './zh/books.ts'
import { gateways } from './zh/gateways.ts'
import { holds } from './zh/holds.ts'
import { meters } from './zh/meters.ts'
import { reasons } from './zh/reasons.ts'
import { rounds } from './zh/rounds.ts'
import { sale } from './zh/sale.ts'
import { shell } from './zh/shell.ts'

export const zh = {
  ...shell,
  ...board,
  ...sale,
  ...books,
  ...holds,
  ...reasons,
  ...gateways,
  ...meters,
  ...rounds,
}
