// What the start-up check says of a server's settings.

import { expect, test } from 'vitest'
import { durabilityRefusals, durabilityWarnings, type ServerFacts } from './durability.ts'

const sound: ServerFacts = {
  versionNumber: 150_000,
  version: '15.0',
  encoding: 'UTF8',
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
  dataChecksums: 'on',
}

const codes = (facts: Partial<ServerFacts>) =>
  durabilityRefusals({ ...sound, ...facts }).map((notice) => notice.code)

test.each<[Partial<ServerFacts>, string[]]>([
  [{}, []],
  [{ synchronousCommit: 'remote_apply' }, []],
  [{ synchronousCommit: 'local' }, []],
  [{ synchronousCommit: 'off' }, ['synchronous_commit_off']],
  [{ fsync: 'off' }, ['fsync_off']],
  [{ fullPageWrites: 'off' }, ['full_page_writes_off']],
  [{ encoding: 'SQL_ASCII' }, ['encoding_not_utf8']],
  [{ versionNumber: 149_999, version: '14.23' }, ['postgres_too_old']],
  [{ fsync: 'off', fullPageWrites: 'off' }, ['fsync_off', 'full_page_writes_off']],
])('%o refuses %o', (facts, expected) => {
  expect(codes(facts)).toEqual(expected)
})

test('missing checksums are worth a warning, not a refusal', () => {
  expect(durabilityWarnings(sound)).toEqual([])
  expect(durabilityWarnings({ ...sound, dataChecksums: 'off' })).toMatchObject([
    { code: 'data_checksums_off' },
  ])
})
