// Request ids 请求编号: the caller names each write; the same id with the same content gets the first
// answer, with other content it is refused, for ever (INV-06).

import { contentHash } from '../ledger/chain.ts'
import { CommitUnknown, type Db, type Scope, type Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'

const ATTEMPTS_MAX = 3

export type RequestName = {
  /** Where only the subject is known, it is asked for its complex in the same transaction. */
  complexId: ComplexId | { ofAccount: AccountId } | ((tx: Tx) => Promise<ComplexId>)
  requestId: string
  /** What is asked, as `room.verb`. */
  operation: string
  /** Everything that makes this request what it is. */
  content: unknown
}

const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505'

/** What the first answer is kept with, for a statement that writes it with its own rows. */
export type Kept = { requestId: string; operation: string; contentHash: Buffer }

type Earlier<A> = { operation: string; hash: Buffer; answer: A }
type Found<A> = { complexId: ComplexId } & (Earlier<A> | { operation: null })

const IN_COMPLEX = `
  select $1::integer as "complexId", r.operation, r.content_hash as hash, r.answer
  from (select) one left join request r on r.complex_id = $1 and r.request_id = $2`

// The account is locked by it: whatever is read next is as it is under the lock, its tenant too.
// What follows plans none of its statements anew: plans made once per connection do for every
// account. Planning took longer than all the rest of a sale.
const OF_ACCOUNT = `
  select a.complex_id as "complexId", r.operation, r.content_hash as hash, r.answer,
    set_config('plan_cache_mode', 'force_generic_plan', true)
  from account a left join request r on r.complex_id = a.complex_id and r.request_id = $2
  where a.account_id = $1 for update of a`

/** The complex of the request, with the answer it got before. Refuses: not_found. */
const findEarlier = async <A>(tx: Tx, request: RequestName): Promise<Found<A>> => {
  const { complexId: of, requestId } = request
  if (typeof of === 'object') {
    const rows = await tx.query<Found<A>>(OF_ACCOUNT, [of.ofAccount, requestId], 'kept')
    if (!rows[0]) throw new Refusal('not_found', { accountId: of.ofAccount })
    return rows[0]
  }
  const complexId = typeof of === 'function' ? await of(tx) : of
  const rows = await tx.query<Found<A>>(IN_COMPLEX, [complexId, requestId], 'kept')
  return must(rows[0], 'a row with or without an answer')
}

/** Refuses: not_found (also what is outside the scope), request_id_reused. */
const lookUp = async <A>(tx: Tx, request: RequestName, { contentHash }: Kept) => {
  const found = await findEarlier<A>(tx, request)
  const { complexId } = found
  if (found.operation === null) return { complexId, earlier: null }
  const same = found.operation === request.operation && found.hash.equals(contentHash)
  refuseIf(!same, 'request_id_reused', { requestId: request.requestId })
  return { complexId, earlier: { answer: found.answer } }
}

const remember = async <A>(tx: Tx, complexId: ComplexId, kept: Kept, answer: A): Promise<A> => {
  await tx.last(
    `insert into request (complex_id, request_id, operation, content_hash, answer, at)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      ...[complexId, kept.requestId, kept.operation, kept.contentHash],
      ...[JSON.stringify(answer), sqlTime(tx.now)],
    ],
  )
  return answer
}

/**
 * As `once`, for a `run` that writes its answer itself, with `kept`, in the last of its statements:
 * what others wait for is then held no longer than that statement and the commit take.
 */
export const onceKeeping = async <A>(
  db: Db,
  scope: Scope,
  request: RequestName,
  run: (tx: Tx, kept: Kept, complexId: ComplexId) => Promise<A>,
): Promise<A> => {
  const { requestId, operation, content } = request
  const kept = { requestId, operation, contentHash: contentHash(content) }
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.as(scope, async (tx) => {
        const { complexId, earlier } = await lookUp<A>(tx, request, kept)
        return earlier ? earlier.answer : run(tx, kept, complexId)
      })
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'database_unavailable') {
        const { earlier } = await db.as(scope, (tx) => lookUp<A>(tx, request, kept))
        if (earlier) return earlier.answer
        throw error
      }
      const readAgain = error instanceof CommitUnknown || isDuplicate(error)
      if (!readAgain) throw error
      if (attempt === ATTEMPTS_MAX) {
        if (error instanceof CommitUnknown) throw new Refusal('database_unavailable')
        throw error
      }
    }
  }
}

/**
 * Runs `run` in one transaction, once for ever per request id. A duplicate that races loses on the
 * unique key, or finds the work of the winner done and is refused; it reads the winner's answer.
 * After an unknown commit the id tells what happened.
 * Errors: Refusal request_id_reused, and what `run` refuses.
 */
export const once = <A>(
  db: Db,
  scope: Scope,
  request: RequestName,
  run: (tx: Tx) => Promise<A>,
): Promise<A> =>
  onceKeeping(db, scope, request, async (tx, kept, complexId) =>
    remember(tx, complexId, kept, await run(tx)),
  )

class RollBack extends Error {}

/** The same path with a roll-back at its end: everything is checked, nothing is written. */
export const dryRun = async <A>(db: Db, scope: Scope, run: (tx: Tx) => Promise<A>): Promise<A> => {
  const kept: A[] = []
  try {
    await db.as(scope, async (tx) => {
      kept.push(await run(tx))
      throw new RollBack('dry run')
    })
  } catch (error) {
    if (!(error instanceof RollBack)) throw error
  }
  return must(kept[0], 'a dry run has its answer')
}
