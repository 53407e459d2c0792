// Audit of the books 审计: every invariant that the data can show, as one function, used by the
// command line, the tests and the simulator.

import type { Db, Tx } from '../ports/database.ts'
import { systemScope } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { CONTROL_CHECKS } from './audit-checks/control.ts'
import { DELIVERY_CHECKS } from './audit-checks/delivery.ts'
import { MONEY_CHECKS } from './audit-checks/money.ts'
import {
  breaches,
  type ChainRow,
  chainHeads,
  chainRows,
  complexIds,
  type Head,
} from './audit-store.ts'
import { CHAIN_START, canonical, chainHash } from './chain.ts'

export type Finding = {
  complexId: ComplexId
  invariant: string
  /** The record that breaks it, or its place in the chain. */
  what: string
  zh: string
  en: string
}

const ROWS_AT_ONCE = 5_000

type Walk = { seq: number; hash: Buffer }

const missing = (complexId: ComplexId, lane: number, seq: number): Finding => ({
  complexId,
  invariant: 'INV-30',
  what: `lane ${lane} seq ${seq}`,
  zh: '记录缺失',
  en: 'a record is missing',
})

const altered = (complexId: ComplexId, lane: number, row: ChainRow): Finding => ({
  complexId,
  invariant: 'INV-30',
  what: `${row.what} (lane ${lane} seq ${row.seq})`,
  zh: '记录被改动或调换',
  en: 'a record was altered or swapped',
})

/** Walks rows on from `walk`; the first record that does not fit, or null. */
export const firstMisfit = (
  complexId: ComplexId,
  lane: number,
  rows: readonly ChainRow[],
  walk: Walk,
): Finding | null => {
  for (const row of rows) {
    if (row.seq !== walk.seq + 1) return missing(complexId, lane, walk.seq + 1)
    const expected = chainHash(walk.hash, canonical(row.record))
    if (!expected.equals(row.hash)) return altered(complexId, lane, row)
    walk.seq = row.seq
    walk.hash = row.hash
  }
  return null
}

const auditLane = async (tx: Tx, complexId: ComplexId, head: Head): Promise<Finding | null> => {
  const walk: Walk = { seq: 0, hash: CHAIN_START }
  while (walk.seq < head.seq) {
    const upTo = Math.min(walk.seq + ROWS_AT_ONCE, head.seq)
    const rows = await chainRows(tx, complexId, head.lane, walk.seq, upTo)
    const misfit = firstMisfit(complexId, head.lane, rows, walk)
    if (misfit) return misfit
    if (walk.seq < upTo) return missing(complexId, head.lane, walk.seq + 1)
  }
  const fits = walk.hash.equals(head.hash)
  return fits ? null : missing(complexId, head.lane, head.seq)
}

/** Every check but the chains, which each audit walks first. */
export const CHECKS = [...MONEY_CHECKS, ...DELIVERY_CHECKS, ...CONTROL_CHECKS] as const

/** Every breach that this transaction sees in one complex. */
export const auditIn = async (tx: Tx, complexId: ComplexId): Promise<Finding[]> => {
  // One snapshot for all of it: sales may go on meanwhile.
  const findings: Finding[] = []
  for (const head of await chainHeads(tx, complexId)) {
    const finding = await auditLane(tx, complexId, head)
    if (finding) findings.push(finding)
  }
  for (const check of CHECKS) {
    const { invariant, zh, en } = check
    for (const what of await breaches(tx, complexId, check))
      findings.push({ complexId, invariant, what, zh, en })
  }
  return findings
}

/** Every breach found in one complex. */
export const auditComplex = (db: Db, complexId: ComplexId): Promise<Finding[]> =>
  db.as(systemScope('audit', [complexId]), (tx) => auditIn(tx, complexId), 'snapshot')

/** Every breach found, none when the books are sound. */
export const auditBooks = async (db: Db): Promise<Finding[]> => {
  const all = await db.as(systemScope('audit'), complexIds)
  const findings: Finding[] = []
  for (const complexId of all) findings.push(...(await auditComplex(db, complexId)))
  return findings
}
