// The audit against the signed roots 签名根核对: every head that was ever signed must still be in its
// lane with its hash, whatever the heads in the database say.

import type { KeyObject } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Files } from '../ports/files.ts'
import type { ListFolder } from '../shared/catalog.ts'
import { type ComplexId, complexId } from '../shared/ids.ts'
import { complexIds } from './audit-store.ts'
import type { Finding } from './finding.ts'
import { type LaneHead, type Root, readRoots, rootsPath } from './roots.ts'

const found = (complexId: ComplexId, what: string, zh: string, en: string): Finding => ({
  complexId,
  invariant: 'INV-30',
  what,
  zh,
  en,
})

// Of each head the hash that its lane has now; null where the lane does not reach so far.
const HASHES = `
  select h.lane, h.seq, encode(coalesce(
    (select hash from posting p where p.complex_id = $1 and p.lane = h.lane
      and p.lane_seq = h.seq),
    (select hash from audit a where a.complex_id = $1 and a.lane = h.lane
      and a.lane_seq = h.seq)), 'hex') as hash
  from unnest($2::smallint[], $3::bigint[]) as h(lane, seq)`

const HEADS_AT_ONCE = 5_000

const firstChanged = async (
  tx: Tx,
  complex: ComplexId,
  heads: readonly (LaneHead & { root: number })[],
): Promise<(LaneHead & { root: number; missing: boolean }) | null> => {
  for (let from = 0; from < heads.length; from += HEADS_AT_ONCE) {
    const some = heads.slice(from, from + HEADS_AT_ONCE)
    const rows = await tx.query<{ lane: number; seq: number; hash: string | null }>(HASHES, [
      complex,
      some.map((head) => head.lane),
      some.map((head) => head.seq),
    ])
    const now = new Map(rows.map((row) => [`${row.lane}/${row.seq}`, row.hash]))
    for (const head of some) {
      const hash = now.get(`${head.lane}/${head.seq}`) ?? null
      if (hash !== head.hash) return { ...head, missing: hash === null }
    }
  }
  return null
}

const headsOf = (roots: readonly Root[]) =>
  roots.flatMap((root) => root.heads.map((head) => ({ ...head, root: root.root })))

const auditComplexRoots = async (
  db: Db,
  complex: ComplexId,
  text: string,
  key: KeyObject,
): Promise<RootsAudited> => {
  const { roots, badLine } = readRoots(text, complex, key)
  const findings: Finding[] = []
  if (badLine !== null)
    findings.push(
      found(
        complex,
        `ledger-roots/${complex}.jsonl line ${badLine}`,
        '签名根文件被改动',
        'a signed root is not ours or not in its place',
      ),
    )
  const scope = systemScope('audit', [complex])
  const heads = headsOf(roots)
  const changed = await db.as(scope, (tx) => firstChanged(tx, complex, heads), 'snapshot')
  if (changed !== null) {
    const place = `lane ${changed.lane} seq ${changed.seq} (root ${changed.root})`
    findings.push(
      changed.missing
        ? found(complex, place, '已签名的记录缺失', 'a record that was signed for is missing')
        : found(complex, place, '已签名的链被改写', 'a chain that was signed for was rewritten'),
    )
  }
  return { findings, roots: roots.length, lastAt: roots.at(-1)?.at ?? null }
}

export type RootsAudited = {
  findings: Finding[]
  /** Lines that are ours and in their place. */
  roots: number
  /** Milliseconds since 1970, of the newest of them; null where there is none. */
  lastAt: number | null
}

const FILE = /^(\d+)\.jsonl$/

/** Complexes whose roots lie in the folder, and that the database knows nothing of. */
const lost = (names: readonly string[], known: readonly ComplexId[]): Finding[] =>
  names
    .map((name) => Number(FILE.exec(name)?.[1] ?? 0))
    .filter((id) => id > 0 && !known.some((each) => each === id))
    .map((id) =>
      found(
        complexId(id),
        `ledger-roots/${id}.jsonl`,
        '已签名的综合体不在数据库中',
        'a complex that was signed for is not in the database',
      ),
    )

/** Every complex against the roots in this data folder; no key: there were never any. */
export const auditRoots = async (
  db: Db,
  at: { dataDir: string; files: Files; list: ListFolder; key: KeyObject | null },
): Promise<RootsAudited> => {
  const { dataDir, files, list, key } = at
  if (key === null) return { findings: [], roots: 0, lastAt: null }
  const known = await db.as(systemScope('audit'), complexIds)
  const all: RootsAudited = {
    ...{
      findings: lost(await list(pathToFileURL(`${dataDir}/ledger-roots`)), known),
      roots: 0,
      lastAt: null,
    },
  }
  for (const complex of known) {
    const text = await files.read(rootsPath(dataDir, complex))
    if (text === null) continue
    const one = await auditComplexRoots(db, complex, text.toString('utf8'), key)
    all.findings.push(...one.findings)
    all.roots += one.roots
    all.lastAt = Math.max(all.lastAt ?? 0, one.lastAt ?? 0) || null
  }
  return all
}
