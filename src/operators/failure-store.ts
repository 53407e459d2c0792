// Failed log-ins 登录失败 as rows, by user name and address.

import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'

export type FailureRow = { failures: number; lastAt: Instant }

/** The row is locked, so that parallel guesses are counted one after the other. */
export const lockFailures = async (
  tx: Tx,
  username: string,
  address: string,
): Promise<FailureRow> => {
  await tx.query(
    `insert into login_attempt (username, address, failures, last_at) values ($1, $2, 0, $3)
     on conflict (username, address) do nothing`,
    [username, address, sqlTime(tx.now)],
  )
  const rows = await tx.query<FailureRow>(
    `select failures, last_at as "lastAt" from login_attempt
     where username = $1 and address = $2 for update`,
    [username, address],
  )
  return must(rows[0], 'the row of attempts was written')
}

export const writeFailures = async (
  tx: Tx,
  username: string,
  address: string,
  failures: FailureRow,
): Promise<void> => {
  await tx.query(
    `update login_attempt set failures = $3, last_at = $4 where username = $1 and address = $2`,
    [username, address, failures.failures, sqlTime(failures.lastAt)],
  )
}

/** Forgets what is older than `before`, so that guessed names do not fill the table. */
export const forgetFailures = async (tx: Tx, before: Instant): Promise<void> => {
  await tx.query('delete from login_attempt where last_at < $1', [sqlTime(before)])
}

export const clearFailures = async (tx: Tx, username: string, address: string): Promise<void> => {
  await tx.query('delete from login_attempt where username = $1 and address = $2', [
    username,
    address,
  ])
}
