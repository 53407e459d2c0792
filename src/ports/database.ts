// The database port: one door, `db.as(scope, run)`. It opens one transaction, sets the scope that
// row-level security reads, and hands over a Tx whose time was taken once.

import type { Instant } from '../shared/clock.ts'
import type { BuildingId, ComplexId, OperatorId } from '../shared/ids.ts'

/** Who acts and what he may see; `'all'` complexes is for the system's own work. */
export type Scope = {
  complexes: readonly ComplexId[] | 'all'
  /** Only these buildings of the complexes; left out, each of them. */
  buildings?: readonly BuildingId[]
  operator: OperatorId | null
  /** Where the request came from: an address, or the name of the worker. */
  from: string
}

export type Tx = {
  readonly scope: Scope
  /** The moment of this transaction: every row it writes carries this time. */
  readonly now: Instant
  /** Hash-chain lane (0..15) that every record of this transaction is chained on. */
  readonly lane: number
  /**
   * Plain SQL with $1… parameters; int8 comes back as a safe integer, timestamptz as Instant.
   * Statements that are not awaited one by one travel together and run in the order of the calls. A
   * `kept` plan is made once per connection: for statements of the hot path, whose text never
   * changes.
   */
  query<Row>(sql: string, params?: readonly unknown[], plan?: 'kept'): Promise<Row[]>
  /**
   * The last statement, sent in one go with COMMIT: rows that others wait for are not locked while
   * its answer comes here. Nothing may be refused any more when it is sent, and `run` sends nothing
   * after it; its `kept` plan is as above.
   */
  last<Row>(sql: string, params: readonly unknown[]): Promise<Row[]>
}

/**
 * `snapshot` reads one state of the database from begin to end and writes nothing; `kept` writes
 * and plans nothing anew: one plan per connection and statement does for all values.
 */
export type TxKind = 'write' | 'kept' | 'snapshot'

export type Db = {
  /**
   * Runs `run` in one transaction. Throwing rolls back. Errors: Refusal('database_unavailable')
   * when no connection can be had; CommitUnknown when the connection was lost around COMMIT.
   */
  as<T>(scope: Scope, run: (tx: Tx) => Promise<T>, kind?: TxKind): Promise<T>
  close(): Promise<void>
}

/** The connection broke around COMMIT: read again by the request's id, assume nothing. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
}

export const systemScope = (
  from: string,
  complexes: readonly ComplexId[] | 'all' = 'all',
): Scope => ({
  complexes,
  operator: null,
  from,
})
