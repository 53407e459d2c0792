// Request ids 请求编号: the caller names each write; the same id with the same content gets the first
// answer, with other content it is refused, for ever (INV-06).

import { contentHash } from '../ledger/chain.ts'
import { CommitUnknown, type Db, type Scope, type Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'

const ATTEMPTS_MAX = 3

export type RequestName = {
  /** Where only the subject is known, it is asked for its complex in the same transaction. */
  complexId: ComplexId | ((tx: Tx) => Promise<ComplexId>)
  requestId: string
  /** What is asked, as `room.verb`. */
  operation: string
  /** Everything that makes this request what it is. */
  content: unknown
}

type Named = RequestName & { complexId: ComplexId }

const namedIn = async (tx: Tx, request: RequestName): Promise<Named> => {
  const { complexId } = request
  return {
    ...request,
    complexId: typeof complexId === 'function' ? await complexId(tx) : complexId,
  }
}

const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505'

const earlierAnswer = async <A>(tx: Tx, request: Named, hash: Buffer) => {
  const rows = await tx.query<{ operation: string; hash: Buffer; answer: A }>(
    `select operation, content_hash as hash, answer from request
     where complex_id = $1 and request_id = $2`,
    [request.complexId, request.requestId],
    'kept',
  )
  const earlier = rows[0]
  if (!earlier) return null
  const same = earlier.operation === request.operation && earlier.hash.equals(hash)
  refuseIf(!same, 'request_id_reused', { requestId: request.requestId })
  return { answer: earlier.answer }
}

const remember = async <A>(tx: Tx, request: Named, hash: Buffer, answer: A) => {
  await tx.query(
    `insert into request (complex_id, request_id, operation, content_hash, answer, at)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      request.complexId,
      request.requestId,
      request.operation,
      hash,
      JSON.stringify(answer),
      sqlTime(tx.now),
    ],
    'kept',
  )
}

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
  const hash = contentHash(request.content)
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.as(scope, async (tx) => {
        const named = await namedIn(tx, request)
        const earlier = await earlierAnswer<A>(tx, named, hash)
        if (earlier) return earlier.answer
        const answer = await run(tx)
        await remember(tx, named, hash, answer)
        return answer
      })
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'database_unavailable') {
        const earlier = await db.as(scope, async (tx) =>
          earlierAnswer<A>(tx, await namedIn(tx, request), hash),
        )
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
