// Chinese 中文: the source of every text of the screens. Each part is named after its screens.

import { board } from './zh/board.ts'
import { books } from './zh/books.ts'
import { holds } from './zh/holds.ts'
import { reasons } from './zh/reasons.ts'
import { sale } from './zh/sale.ts'
import { shell } from './zh/shell.ts'

export const zh = { ...shell, ...board, ...sale, ...books, ...holds, ...reasons }
