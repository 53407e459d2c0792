// Request ids 请求编号: the caller names each write; the same id with the same content gets the first
// answer, with other content it is refused, for ever (INV-06).

import { contentHash } from '../ledger/chain.ts'
import { CommitUnknown, type Db, type Scope, type Tx, type TxKind } from '../ports/database.ts'
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

/** A duplicate was faster (23505), or two waited for each other and this one gave way (40P01). */
const lostRace = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['23505', '40P01'].includes(String(error.code))

/** What the first answer is kept with, for a statement that writes it with its own rows. */
export type Kept = { requestId: string; operation: string; contentHash: Buffer }

/** An answer that was kept for a request. */
export type Earlier<A> = { operation: string; hash: Buffer; answer: A }

/** The columns of `earlierAnswer`. */
export type EarlierRow<A> = Earlier<A> | { operation: null }

export const earlierOf = <A>(row: EarlierRow<A>): Earlier<A> | null => {
  if (row.operation === null) return null
  const { operation, hash, answer } = row
  return { operation, hash, answer }
}

/**
 * As SQL: the complexes of accounts, which are locked in the order of their ids: whatever is read
 * next is as it is under the locks, the tenant too. What the scope does not show is left out.
 */
export const lockedComplexes = (accounts: string): string => `
  select complex_id from account where account_id = any (${accounts})
  order by account_id for update`

const LOCK = lockedComplexes('$1')

// Asked one by one (`offset 0`), a request is found by its id; joined, while they are few, by
// reading all of its complex.
/** As SQL: joins `r` (operation, hash, answer), the answer a request got before; nulls: none. */
export const earlierAnswer = (complex: string, request: string): string => `
  left join lateral (select operation, content_hash as hash, answer from request
    where complex_id = ${complex} and request_id = ${request} offset 0) r on true`

const OF_ACCOUNT = `
  select a.complex_id as "complexId", r.operation, r.hash, r.answer
  from account a ${earlierAnswer('a.complex_id', '$2')}
  where a.account_id = $1`

const IN_COMPLEX = `
  select r.operation, r.content_hash as hash, r.answer
  from request r where r.complex_id = $1 and r.request_id = $2`

type Found<A> = { complexId: ComplexId; earlier: Earlier<A> | null }

/** The complex of the request, with the answer it got before. Refuses: not_found. */
const find = async <A>(tx: Tx, request: RequestName): Promise<Found<A>> => {
  const { complexId: of, requestId } = request
  if (typeof of === 'object') {
    const { ofAccount } = of
    const [, [row]] = await Promise.all([
      tx.query(LOCK, [[ofAccount]], 'kept'),
      tx.query<{ complexId: ComplexId } & EarlierRow<A>>(
        OF_ACCOUNT,
        [ofAccount, requestId],
        'kept',
      ),
    ])
    if (!row) throw new Refusal('not_found', { accountId: ofAccount })
    return { complexId: row.complexId, earlier: earlierOf(row) }
  }
  const complexId = typeof of === 'function' ? await of(tx) : of
  const rows = await tx.query<Earlier<A>>(IN_COMPLEX, [complexId, requestId], 'kept')
  return { complexId, earlier: rows[0] ?? null }
}

/** The answer a request got before; null: it is new. Refuses: request_id_reused. */
export const answerBefore = <A>(earlier: Earlier<A> | null, kept: Kept): { answer: A } | null => {
  if (earlier === null) return null
  const same = earlier.operation === kept.operation && earlier.hash.equals(kept.contentHash)
  refuseIf(!same, 'request_id_reused', { requestId: kept.requestId })
  return { answer: earlier.answer }
}

/** Refuses: not_found (also what is outside the scope), request_id_reused. */
const lookUp = async <A>(tx: Tx, request: RequestName, kept: Kept) => {
  const { complexId, earlier } = await find<A>(tx, request)
  return { complexId, before: answerBefore(earlier, kept) }
}

export const keptFor = ({
  requestId,
  operation,
  content,
}: Omit<RequestName, 'complexId'>): Kept => ({
  requestId,
  operation,
  contentHash: contentHash(content),
})

/** What a request has been answered meanwhile; null: nothing. Refuses as `once` does. */
export const answeredMeanwhile = <A>(
  db: Db,
  scope: Scope,
  request: RequestName,
): Promise<{ answer: A } | null> =>
  db.as(scope, async (tx) => (await lookUp<A>(tx, request, keptFor(request))).before)

/**
 * Runs again what may have been done already: after an unknown commit, and where a duplicate was
 * faster, the id tells what happened; and what gave way in a deadlock, of which nothing was done.
 * Errors: Refusal database_unavailable.
 */
export const untilKnown = async <A>(run: () => Promise<A>): Promise<A> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const readAgain = error instanceof CommitUnknown || lostRace(error)
      if (readAgain && attempt < ATTEMPTS_MAX) continue
      throw error instanceof CommitUnknown ? new Refusal('database_unavailable') : error
    }
  }
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

// Plans made once per connection do for every account: planning took longer than all the rest.
const kindOf = ({ complexId }: RequestName): TxKind =>
  typeof complexId === 'object' ? 'kept' : 'write'

/**
 * Runs `run` in one transaction, once for ever per request id. A duplicate that races loses on the
 * unique key, or finds the work of the winner done and is refused; it reads the winner's answer.
 * After an unknown commit the id tells what happened.
 * Errors: Refusal request_id_reused, and what `run` refuses.
 */
export const once = async <A>(
  db: Db,
  scope: Scope,
  request: RequestName,
  run: (tx: Tx) => Promise<A>,
): Promise<A> => {
  const kept = keptFor(request)
  return untilKnown(async () => {
    try {
      return await db.as(
        scope,
        async (tx) => {
          const { complexId, before } = await lookUp<A>(tx, request, kept)
          return before ? before.answer : remember(tx, complexId, kept, await run(tx))
        },
        kindOf(request),
      )
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'database_unavailable') throw error
      const meanwhile = await answeredMeanwhile<A>(db, scope, request)
      if (meanwhile) return meanwhile.answer
      throw error
    }
  })
}

class RollBack extends Error {}

/** The same path with a roll-back at its end: everything is checked, nothing is written. */
export const dryRun = async <A>(
  db: Db,
  scope: Scope,
  run: (tx: Tx) => Promise<A>,
  kind?: TxKind,
): Promise<A> => {
  const kept: A[] = []
  const andBack = async (tx: Tx): Promise<void> => {
    kept.push(await run(tx))
    throw new RollBack('dry run')
  }
  try {
    await db.as(scope, andBack, kind)
  } catch (error) {
    if (!(error instanceof RollBack)) throw error
  }
  return must(kept[0], 'a dry run has its answer')
}
