// The first administrator 首位管理员: made once, his password shown once.

import { ensureAdmin } from '../operators/create.ts'
import { operatorIdOf } from '../operators/operator-store.ts'
import { createPasswords } from '../operators/password.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Ids, Rng } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import type { OperatorId } from '../shared/ids.ts'

export type FirstAdmin = {
  operator: OperatorId
  /** Where to go and, the first time only, how to get in. */
  welcome(url: string): string
}

const credentials = (made: { created: boolean; password: string | null }): string => {
  if (!made.created) return ''
  return made.password === null
    ? '  用户 user: admin   密码 password: PREWATT_ADMIN_PASSWORD\n'
    : `  用户 user: admin   密码 password: ${made.password}   (只显示一次 / shown once)\n`
}

export const firstAdmin = async (
  deps: { db: Db; ids: Ids; rng: Rng },
  given: string | null,
): Promise<FirstAdmin> => {
  const passwords = createPasswords(deps.rng)
  const made = await ensureAdmin({ ...deps, passwords }, { password: given })
  const found = await deps.db.as(systemScope('start'), (tx) => operatorIdOf(tx, 'admin'))
  return {
    operator: must(found, 'the first administrator exists'),
    welcome: (url) => `\n  预付电 Prewatt   ${url}\n${credentials(made)}\n`,
  }
}
