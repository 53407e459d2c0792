// The start-up check of any server 持久性检查, bundled or the user's own (INV-05): a database that
// may forget an acknowledged sale is refused before the first one.

import { type StartNotice, StartRefusal, startNotice } from '../start-refusal.ts'

/** Runs one statement on the connection whose settings count: the application's login. */
export type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>

export type ServerFacts = {
  versionNumber: number
  version: string
  encoding: string
  fsync: string
  fullPageWrites: string
  synchronousCommit: string
  dataChecksums: string
}

const OLDEST_VERSION_NUMBER = 150_000

const QUESTION = `select
  current_setting('server_version_num') as version_number,
  current_setting('server_version') as version,
  current_setting('server_encoding') as encoding,
  current_setting('fsync') as fsync,
  current_setting('full_page_writes') as full_page_writes,
  current_setting('synchronous_commit') as synchronous_commit,
  current_setting('data_checksums') as data_checksums`

export const durabilityRefusals = (facts: ServerFacts): StartNotice[] => [
  ...(facts.versionNumber < OLDEST_VERSION_NUMBER
    ? [startNotice('postgres_too_old', { found: facts.version })]
    : []),
  ...(facts.encoding !== 'UTF8'
    ? [startNotice('encoding_not_utf8', { found: facts.encoding })]
    : []),
  ...(facts.fsync !== 'on' ? [startNotice('fsync_off')] : []),
  ...(facts.fullPageWrites !== 'on' ? [startNotice('full_page_writes_off')] : []),
  ...(facts.synchronousCommit === 'off' ? [startNotice('synchronous_commit_off')] : []),
]

export const durabilityWarnings = (facts: ServerFacts): StartNotice[] =>
  facts.dataChecksums === 'on' ? [] : [startNotice('data_checksums_off')]

/**
 * Throws StartRefusal with every reason found: postgres_too_old, encoding_not_utf8, fsync_off,
 * full_page_writes_off, synchronous_commit_off. Returns what is only worth a warning.
 */
export const assertDurable = async (ask: Ask): Promise<StartNotice[]> => {
  const [row] = await ask(QUESTION)
  const facts: ServerFacts = {
    versionNumber: Number(row?.version_number),
    version: String(row?.version),
    encoding: String(row?.encoding),
    fsync: String(row?.fsync),
    fullPageWrites: String(row?.full_page_writes),
    synchronousCommit: String(row?.synchronous_commit),
    dataChecksums: String(row?.data_checksums),
  }
  const refusals = durabilityRefusals(facts)
  if (refusals.length > 0) throw new StartRefusal(refusals)
  return durabilityWarnings(facts)
}
