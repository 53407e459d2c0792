// What the daily charges need from outside 日结所需.

import type { Clock } from '../ports/clock.ts'
import type { Db } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'

export type SettlementDeps = {
  db: Db
  ids: Ids
  clock: Clock
  log: Log
  /** Names this process among those that do follow-up work. */
  holder: string
}
