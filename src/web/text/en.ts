// English 英文: complete by its type; a missing key does not compile.

import { board } from './en/board.ts'
import { books } from './en/books.ts'
import { gateways } from './en/gateways.ts'
import { holds } from './en/holds.ts'
import { meters } from './en/meters.ts'
import { reasons } from './en/reasons.ts'
import { rounds } from './en/rounds.ts'
import { sale } from './en/sale.ts'
import { shell } from './en/shell.ts'
import type { zh } from './zh.ts'

export const en = {
  ...shell,
  ...board,
  ...sale,
  ...books,
  ...holds,
  ...reasons,
  ...gateways,
  ...meters,
  ...rounds,
} satisfies Record<keyof typeof zh, string>
