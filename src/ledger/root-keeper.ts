// The keeper of the roots 签名根守护: every five minutes it signs the heads that have moved and appends
// them to a file of the complex. It reads one state of the database and writes none.

import type { KeyObject } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import { type Db, systemScope } from '../ports/database.ts'
import type { Files } from '../ports/files.ts'
import type { Log } from '../ports/log.ts'
import type { ComplexId } from '../shared/ids.ts'
import { chainHeads, complexIds } from './audit-store.ts'
import { type LaneHead, lineHash, readRoots, rootsPath, signedLine } from './roots.ts'

export type RootDeps = {
  db: Db
  files: Files
  clock: Clock
  log: Log
  dataDir: string
  key: KeyObject
}

const EVERY_MS = 5 * 60_000
const SCOPE_NAME = 'ledger roots'

type Book = { root: number; lastHash: string; seqs: Map<number, number> }

const bookOf = async (deps: RootDeps, complex: ComplexId): Promise<Book> => {
  const text = (await deps.files.read(rootsPath(deps.dataDir, complex)))?.toString('utf8') ?? ''
  const { roots, lastHash, badLine } = readRoots(text, complex, null)
  // It goes on after the last good line; the audit will name the bad one.
  if (badLine !== null) deps.log.error('a line of the signed roots is bad', { complex, badLine })
  const seqs = new Map(roots.flatMap((each) => each.heads).map(({ lane, seq }) => [lane, seq]))
  return { root: roots.length, lastHash, seqs }
}

const movedHeads = async (deps: RootDeps, complex: ComplexId, book: Book): Promise<LaneHead[]> => {
  const heads = await deps.db.as(
    systemScope(SCOPE_NAME, [complex]),
    (tx) => chainHeads(tx, complex),
    'snapshot',
  )
  return heads
    .filter(({ lane, seq }) => seq !== (book.seqs.get(lane) ?? 0))
    .map(({ lane, seq, hash }) => ({ lane, seq, hash: hash.toString('hex') }))
}

/** One pass over all complexes; where nothing moved nothing is written. */
export const writeRoots = async (deps: RootDeps, books: Map<ComplexId, Book>): Promise<void> => {
  for (const complex of await deps.db.as(systemScope(SCOPE_NAME), complexIds)) {
    const book = books.get(complex) ?? (await bookOf(deps, complex))
    books.set(complex, book)
    const heads = await movedHeads(deps, complex, book)
    if (heads.length === 0) continue
    const { lastHash: previous } = book
    const root = { complex, root: book.root + 1, at: deps.clock.now(), heads, previous }
    const line = signedLine(root, deps.key)
    await deps.files.append(rootsPath(deps.dataDir, complex), line)
    book.root += 1
    book.lastHash = lineHash(line)
    for (const { lane, seq } of heads) book.seqs.set(lane, seq)
  }
}

/** Writes at the start, every five minutes, and at the stop. */
export const startRootKeeper = (deps: RootDeps): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const books = new Map<ComplexId, Book>()
  const pass = () =>
    writeRoots(deps, books).catch((error: unknown) =>
      deps.log.error('the signed roots could not be written', { error: String(error) }),
    )
  const run = async () => {
    while (!stopping.signal.aborted) {
      await pass()
      await deps.clock.sleep(EVERY_MS, stopping.signal)
    }
    await pass()
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
