// New data keys 轮换数据密钥: another key for each complex and for the installation, and every value
// sealed again under it, in small transactions beside the running centre. Values under older keys
// open all the while, so it may be stopped anywhere and gone on with.

import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Rng } from '../ports/ids.ts'
import { must } from '../shared/assert.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId } from '../shared/ids.ts'
import { KEY_BYTES } from './cipher.ts'
import { currentMasterId, insertKey, keysOf, lockKeysShared } from './data-key-store.ts'
import { type Masters, masterNamed } from './masters.ts'
import {
  type Resealing,
  SEALED_TABLES,
  type SealedRow,
  type SealedTable,
  type Statement,
} from './sealed-tables.ts'
import type { Vault } from './vault.ts'
import { wrapKey } from './wrapping.ts'

const SCOPE = systemScope('keys')
const ROWS_PER_BATCH = 100

export type ResealDeps = { db: Db; vault: Vault; masters: Masters; rng: Rng }

export type Resealed = { rows: number; unopened: string[] }

const complexIds = (db: Db): Promise<(ComplexId | null)[]> =>
  db.as(SCOPE, async (tx) => {
    const rows = await tx.query<{ id: ComplexId }>(
      'select complex_id as id from complex order by complex_id',
    )
    return [null, ...rows.map(({ id }) => id)]
  })

/** What is sealed from now on is sealed under it. */
const addVersion = async (
  tx: Tx,
  { masters, rng }: ResealDeps,
  complexId: ComplexId | null,
): Promise<void> => {
  await lockKeysShared(tx)
  const current = must(await currentMasterId(tx), 'the installation has data keys')
  const master = await masterNamed(masters, current)
  const newest = (await keysOf(tx, complexId, 'seal')).at(-1)
  const named = { complexId, purpose: 'seal' as const, version: (newest?.version ?? 0) + 1 }
  const wrapped = wrapKey(master, named, rng.bytes(KEY_BYTES), rng)
  await insertKey(tx, { ...named, ...wrapped }, sqlTime(tx.now))
}

/** A new data key for each. Throws MasterKeyUnknown. */
export const addVersions = async (deps: ResealDeps): Promise<number> => {
  const complexes = await complexIds(deps.db)
  await deps.db.as(SCOPE, async (tx) => {
    for (const complex of complexes) await addVersion(tx, deps, complex)
  })
  return complexes.length
}

type Batch = { resealed: number; unopened: string[]; last: number }

/** Null where a value does not open. */
const statementOf = (row: SealedRow, to: Resealing): Statement | null => {
  try {
    return row.reseal(to)
  } catch {
    return null
  }
}

const batch = (
  { db, vault }: ResealDeps,
  table: SealedTable,
  complex: ComplexId | null,
  after: number,
): Promise<Batch> =>
  db.as(SCOPE, async (tx) => {
    const sealer = await vault.sealer(tx, complex)
    const open = await vault.opener(tx, complex)
    const asked = { keyId: sealer.keyId, after, limit: ROWS_PER_BATCH }
    const { rows, last } = await table.outdated(tx, complex, asked)
    const unopened: string[] = []
    for (const row of rows) {
      const written = statementOf(row, { open, sealer })
      if (written) await tx.query(written.sql, written.params)
      else unopened.push(row.name)
    }
    return { resealed: rows.length - unopened.length, unopened, last }
  })

const resealTable = async (
  deps: ResealDeps,
  table: SealedTable,
  complex: ComplexId | null,
): Promise<Resealed> => {
  const done: Resealed = { rows: 0, unopened: [] }
  for (let after = 0; ; ) {
    const { resealed, unopened, last } = await batch(deps, table, complex, after)
    done.rows += resealed
    done.unopened.push(...unopened)
    if (last === 0) return done
    after = last
  }
}

/** Seals again what is under an older key. A value that does not open is named and left alone. */
export const resealAll = async (deps: ResealDeps): Promise<Resealed> => {
  const done: Resealed = { rows: 0, unopened: [] }
  for (const complex of await complexIds(deps.db)) {
    const of = complex === null ? 'installation' : 'complex'
    for (const table of SEALED_TABLES.filter((each) => each.of === of)) {
      const { rows, unopened } = await resealTable(deps, table, complex)
      done.rows += rows
      done.unopened.push(...unopened)
    }
  }
  return done
}
