// The audit of the hash chains 审计链核对: every lane walked from its start to its head, and every row
// that stands in none. The first record that does not fit is named with its lane, its number and
// its id (INV-30).

import type { Tx } from '../ports/database.ts'
import type { ComplexId } from '../shared/ids.ts'
import { type ChainRow, chainHeads, chainRows, type Head, strayRows } from './audit-store.ts'
import { CHAIN_START, canonical, chainHash } from './chain.ts'
import type { Finding } from './finding.ts'

const ROWS_AT_ONCE = 5_000
const LANES = Array.from({ length: 16 }, (_, lane) => lane)

/** `last` is the record walked last; '' at the start of a lane. */
type Walk = { seq: number; hash: Buffer; last: string }

type Place = { complexId: ComplexId; lane: number }

const found = ({ complexId }: Place, what: string, zh: string, en: string): Finding => ({
  ...{ complexId, invariant: 'INV-30', what, zh, en },
})

const missing = (at: Place, { seq, last }: Walk): Finding =>
  found(
    at,
    `lane ${at.lane} seq ${seq + 1}${last === '' ? '' : `, after ${last}`}`,
    '记录缺失',
    'a record is missing',
  )

// Every lane begins alike: the first record of another one fits, and only the next tells of it.
const altered = (at: Place, row: ChainRow, { last }: Walk): Finding =>
  found(
    at,
    `${row.what} (lane ${at.lane} seq ${row.seq})${last === '' ? '' : `, after ${last}`}`,
    '记录被改动或调换',
    'a record was altered or swapped',
  )

const twice = (at: Place, row: ChainRow): Finding =>
  found(
    at,
    `${row.what} (lane ${at.lane} seq ${row.seq})`,
    '同一位置有两条记录',
    'two records stand in one place',
  )

/** Walks rows on from `walk`; the first record that does not fit, or null. */
const firstMisfit = (at: Place, rows: readonly ChainRow[], walk: Walk): Finding | null => {
  for (const row of rows) {
    if (row.seq === walk.seq) return twice(at, row)
    if (row.seq !== walk.seq + 1) return missing(at, walk)
    const expected = chainHash(walk.hash, canonical(row.record))
    if (!expected.equals(row.hash)) return altered(at, row, walk)
    walk.seq = row.seq
    walk.hash = row.hash
    walk.last = row.what
  }
  return null
}

const auditLane = async (tx: Tx, at: Place, head: Head | undefined): Promise<Finding | null> => {
  if (!head) return found(at, `lane ${at.lane}`, '链头缺失', 'the head of a lane is missing')
  const walk: Walk = { seq: 0, hash: CHAIN_START, last: '' }
  while (walk.seq < head.seq) {
    const upTo = Math.min(walk.seq + ROWS_AT_ONCE, head.seq)
    const rows = await chainRows(tx, at.complexId, at.lane, walk.seq, upTo)
    const misfit = firstMisfit(at, rows, walk)
    if (misfit) return misfit
    if (walk.seq < upTo) return missing(at, walk)
  }
  if (walk.hash.equals(head.hash)) return null
  const what = `lane ${at.lane} seq ${head.seq}, ${walk.last}`
  return found(at, what, '链头与最后一条记录不符', 'the head differs from the last record')
}

/** The first misfit of each lane, and rows that no head knows of. */
export const auditChains = async (tx: Tx, complexId: ComplexId): Promise<Finding[]> => {
  const heads = await chainHeads(tx, complexId)
  const findings: Finding[] = []
  for (const lane of LANES) {
    const head = heads.find((each) => each.lane === lane)
    const finding = await auditLane(tx, { complexId, lane }, head)
    if (finding) findings.push(finding)
  }
  for (const { lane, seq, what } of await strayRows(tx, complexId))
    findings.push(
      found(
        { complexId, lane },
        `${what} (lane ${lane} seq ${seq})`,
        '记录不在链中',
        'a record stands outside its chain',
      ),
    )
  return findings
}
