// PostgreSQL behind the database port: one pool, one transaction per `as`; the scope is set in the
// round trip that begins it.

import pg from 'pg'
import type { Clock } from '../ports/clock.ts'
import { CommitUnknown, type Db, type Scope, type Tx, type TxKind } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import { Bug } from '../shared/assert.ts'
import { instantOfSql } from '../shared/clock.ts'
import { Refusal } from '../shared/refusal.ts'
import { errorCode } from './error-code.ts'
import { GatheringSocket } from './gathering-socket.ts'

const INT8 = 20
const TIMESTAMPTZ = 1184
const DATE = 1082
const INT8_ARRAY = 1016
const IN_FAILED_TRANSACTION = '25P02'
const LOGIN_FAILED = '28P01'
const CONNECT_TIMEOUT_MS = 5_000
/** A connection that is closed takes its kept plans along, and planning them anew is dear. */
const IDLE_TIMEOUT_MS = 600_000
const LANES = 16
const BEGIN: Record<TxKind, string> = {
  write: 'begin',
  kept: 'begin; set local plan_cache_mode = force_generic_plan',
  snapshot: 'begin isolation level repeatable read read only',
}

const safeInteger = (text: string): number => {
  const n = Number(text)
  if (!Number.isSafeInteger(n)) throw new Bug(`int8 beyond a safe integer: ${text}`)
  return n
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return safeInteger
    // Sessions run in UTC, so the text always parses to the right instant.
    if (oid === TIMESTAMPTZ) return instantOfSql
    if (oid === DATE) return (text: string) => text
    if (oid === INT8_ARRAY) {
      return (text: string) => text.slice(1, -1).split(',').filter(Boolean).map(safeInteger)
    }
    return pg.types.getTypeParser(oid, format ?? 'text')
  },
}

const listText = (ids: readonly number[] | 'all'): string =>
  ids === 'all' ? '*' : `{${ids.map(Number).join(',')}}`

// Not `set_config`, which would have to be planned and run.
const setting = (name: string, value: string): string => `set local prewatt.${name} = '${value}'`

/** What row-level security reads; who acts matters only to a scope of single buildings. */
const settingsOf = ({ complexes, buildings, operator }: Scope): string => {
  const complex = setting('scope', listText(complexes))
  if (!buildings) return `${complex}; ${setting('buildings', '*')}`
  const narrowed = setting('buildings', listText(buildings))
  return `${complex}; ${narrowed}; ${setting('operator', String(Number(operator ?? 0)))}`
}

const isConnectionLoss = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(08|57P)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect/i.test(
      error.message,
    )
  )
}

const unavailable = (error: unknown): unknown =>
  isConnectionLoss(error) ? new Refusal('database_unavailable') : error

const names = new Map<string, string>()

/** The name under which a connection keeps the plan of a statement. */
const nameOf = (sql: string): string => {
  const known = names.get(sql)
  if (known !== undefined) return known
  const name = `kept-${names.size}`
  names.set(sql, name)
  return name
}

const txOn = (
  client: pg.PoolClient,
  given: Pick<Tx, 'scope' | 'now' | 'lane'>,
  sendCommit: () => void,
): Tx => {
  let cause: unknown = null
  const query: Tx['query'] = async (sql, params = [], plan) => {
    const kept = plan === 'kept' ? { name: nameOf(sql) } : {}
    try {
      const { rows } = await client.query({ ...kept, text: sql, values: [...params] })
      return rows
    } catch (error) {
      // The statements that travel behind one that failed only say that one did.
      if (cause !== null && errorCode(error) === IN_FAILED_TRANSACTION) throw cause
      cause = error
      throw error
    }
  }
  return {
    ...given,
    query,
    last: <Row>(sql: string, params: readonly unknown[]) => {
      const rows = query<Row>(sql, params, 'kept')
      sendCommit()
      return rows
    },
  }
}

const commit = async (client: pg.PoolClient): Promise<void> => {
  const { command } = await client.query('commit')
  // A transaction that failed earlier answers COMMIT with ROLLBACK and no error.
  if (command !== 'COMMIT') throw new Bug('the transaction had failed before its commit')
}

type DatabaseOptions = {
  url: string
  clock: Clock
  rng: Rng
  poolMax?: number
  /** Where the log-in has been given another password meanwhile. */
  urlAgain?: () => Promise<string>
}

const openPool = ({ url, poolMax = 10 }: DatabaseOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    // Begin travels with the first statement, COMMIT with the last.
    pipeline: true,
    stream: () => new GatheringSocket(),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    options: '-c timezone=UTC -c synchronous_commit=on',
    types,
  })
  // An idle client that loses its server reports here; the next use opens a new one.
  pool.on('error', () => {})
  // One that is lent out and loses it between two statements reports on itself, and would end the
  // process; its next statement fails anyway.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Instants go in as `sqlTime(instant)`. One pool; `close` waits for what runs. */
export const connectDatabase = (options: DatabaseOptions): Db => {
  const pool = openPool(options)
  const connect = (): Promise<pg.PoolClient> =>
    pool.connect().catch(async (error: unknown) => {
      if (errorCode(error) !== LOGIN_FAILED || !options.urlAgain) throw error
      pool.options.connectionString = await options.urlAgain()
      return pool.connect()
    })
  const as: Db['as'] = async (scope, run, kind = 'write') => {
    const client = await connect().catch((error) => {
      throw unavailable(error)
    })
    let broken = false
    let committed: Promise<void> | null = null
    const sendCommit = (): Promise<void> => {
      committed ??= commit(client)
      // Whoever waits for it is told; without this an earlier error would leave it unheard.
      committed.catch(() => {})
      return committed
    }
    try {
      const begun = client.query(`${BEGIN[kind]}; ${settingsOf(scope)}`)
      begun.catch(() => {})
      const given = { scope, now: options.clock.now(), lane: options.rng.below(LANES) }
      const result = await run(txOn(client, given, sendCommit))
      await begun
      await sendCommit()
      return result
    } catch (error) {
      broken = isConnectionLoss(error)
      if (broken && committed !== null) throw new CommitUnknown('connection lost around COMMIT')
      if (!broken)
        await client.query('rollback').catch(() => {
          broken = true
        })
      throw unavailable(error)
    } finally {
      client.release(broken)
    }
  }
  return { as, close: () => pool.end() }
}
