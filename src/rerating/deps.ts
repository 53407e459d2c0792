// What changes of the past need from outside 追溯重算所需.

import type { DecisionDeps } from '../metering/readings/decisions.ts'
import type { Db } from '../ports/database.ts'
import type { Sheets } from '../ports/sheets.ts'

export type RerateDeps = DecisionDeps & { db: Db; sheets: Sheets }
