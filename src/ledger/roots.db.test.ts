import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { connectDatabase } from '../adapters/database.ts'
import { systemFiles } from '../adapters/files.ts'
import { listFolderIfAny } from '../adapters/list-folder.ts'
import { systemClock, systemIds, systemRng } from '../adapters/system.ts'
import { audit } from '../operators/audit-log.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { complexId } from '../shared/ids.ts'
import { auditBooks } from './audit.ts'
import { auditRoots } from './audit-roots.ts'
import { chainRows } from './audit-store.ts'
import { CHAIN_START, canonical, chainHash } from './chain.ts'
import { startRootKeeper, writeRoots } from './root-keeper.ts'
import { publicKeyIn, readRoots, rootKeyOf, rootsPath } from './roots.ts'

const LANE = 5
const RECORDS = 6

let base: TestDatabase
let complex: TinyComplex
let owner: Db
let dataDir = ''

const record = (n: number) =>
  base.db.as(complex.clerk, (tx) =>
    audit({ ...tx, lane: LANE }, systemIds, {
      complexId: complex.complexId,
      action: 'meter.change',
      subject: `thing/${n}`,
    }),
  )

beforeAll(async () => {
  base = await freshDatabase()
  complex = await tinyComplex(base.db, { meters: 1 })
  owner = connectDatabase({ url: base.ownerUrl, clock: systemClock, rng: systemRng, poolMax: 1 })
  for (let n = 0; n < RECORDS; n++) await record(n)
})
afterAll(async () => {
  await owner.close()
  await base.drop()
})

const deps = async () => ({
  db: base.db,
  files: systemFiles,
  clock: systemClock,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  dataDir,
  key: await rootKeyOf(dataDir, { files: systemFiles, rng: systemRng }),
})
const path = () => rootsPath(dataDir, complex.complexId)
const text = () => readFileSync(path(), 'utf8')
const found = async () =>
  (
    await auditRoots(base.db, {
      ...{ dataDir, files: systemFiles, list: listFolderIfAny },
      key: await publicKeyIn(dataDir, systemFiles),
    })
  ).findings.map((finding) => finding.what)

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'prewatt-roots-'))
  await writeRoots(await deps(), new Map())
})
afterEach(() => rmSync(dataDir, { recursive: true }))

/** As the owner, past the triggers; `undo` puts everything back. */
const asIntruder = (sql: string, params: readonly unknown[] = []) =>
  owner.as(systemScope('intruder'), async (tx) => {
    await tx.query("set local session_replication_role = 'replica'")
    await tx.query(sql, params)
  })

/** Chains the lane anew, as someone would who can write to the database and knows the program. */
const rechain = async () => {
  const rows = await owner.as(systemScope('intruder'), (tx) =>
    chainRows(tx, complex.complexId, LANE, 0, 1_000),
  )
  let hash: Buffer = CHAIN_START
  for (const row of rows) {
    hash = chainHash(hash, canonical(row.record))
    await asIntruder('update audit set hash = $2 where lane = $3 and lane_seq = $1', [
      row.seq,
      hash,
      LANE,
    ])
  }
  const last = rows.at(-1)?.seq ?? 0
  await asIntruder('update chain_head set seq = $1, hash = $2 where lane = $3', [last, hash, LANE])
}

describe('signed roots', () => {
  test('fit the chains they were made of, and those that grew since', async () => {
    expect(await found()).toEqual([])
    await record(99)
    expect(await found()).toEqual([])
    await writeRoots(await deps(), new Map())
    expect(await found()).toEqual([])
    expect(text().trim().split('\n')).toHaveLength(2)
  })

  test('are one line for each time that something moved', async () => {
    const before = text()
    await writeRoots(await deps(), new Map())
    expect(text()).toBe(before)
  })

  test('find a rewritten lane whose heads were rewritten too', async () => {
    await asIntruder("update audit set action = 'test.forged' where subject = 'thing/2'")
    await rechain()
    expect(await auditBooks(base.db)).toEqual([])
    expect(await found()).toEqual([expect.stringMatching(/^lane 5 seq \d+ \(root 1\)$/)])
    await asIntruder("update audit set action = 'meter.change' where subject = 'thing/2'")
    await rechain()
    expect(await found()).toEqual([])
  })

  test('find a lane whose end was cut off with its head', async () => {
    await asIntruder("create table cut as select * from audit where subject = 'thing/99'")
    await asIntruder("delete from audit where subject = 'thing/99'")
    await rechain()
    expect(await auditBooks(base.db)).toEqual([])
    expect(await found()).toEqual([expect.stringMatching(/^lane 5 seq 7/)])
    await asIntruder('insert into audit select * from cut')
    await rechain()
    await asIntruder('drop table cut')
    expect(await found()).toEqual([])
  })

  test.each([
    ['an altered head', (lines: string[]) => lines[0]?.replace(/"seq":\d+/, '"seq":1') ?? ''],
    ['a line left out', (lines: string[]) => lines[1] ?? ''],
    ['two lines swapped', (lines: string[]) => `${lines[1]}\n${lines[0]}`],
    ['a line that is none', () => 'not a root'],
  ])('name the line of %s', async (_, forge) => {
    await record(100)
    await writeRoots(await deps(), new Map())
    writeFileSync(path(), `${forge(text().trim().split('\n'))}\n`)
    expect(await found()).toContain(`ledger-roots/${complex.complexId}.jsonl line 1`)
  })

  test('of a complex that the database does not know name it', async () => {
    writeFileSync(rootsPath(dataDir, complexId(4_711)), '')
    expect(await found()).toEqual(['ledger-roots/4711.jsonl'])
  })

  test('of another’s key are none of ours', async () => {
    const other = mkdtempSync(join(tmpdir(), 'prewatt-roots-'))
    const key = await rootKeyOf(other, { files: systemFiles, rng: systemRng })
    rmSync(other, { recursive: true })
    writeFileSync(path(), '')
    await writeRoots({ ...(await deps()), key }, new Map())
    expect(await found()).toEqual([`ledger-roots/${complex.complexId}.jsonl line 1`])
  })

  test('go on after a restart, with the same key', async () => {
    await record(101)
    await writeRoots(await deps(), new Map())
    const key = await publicKeyIn(dataDir, systemFiles)
    expect(readRoots(text(), complex.complexId, key)).toMatchObject({
      badLine: null,
      roots: [{ root: 1 }, { root: 2 }],
    })
  })

  test('are written once more when the centre stops, for what moved since', async () => {
    const keeper = startRootKeeper(await deps())
    await record(102)
    await keeper.stop()
    const { roots } = readRoots(text(), complex.complexId, null)
    const last = roots.at(-1)?.heads.find((head) => head.lane === LANE)
    const rows = await base.db.as(complex.clerk, (tx) =>
      tx.query<{ seq: number }>('select seq from chain_head where lane = $1', [LANE]),
    )
    expect(last?.seq).toBe(rows[0]?.seq)
    expect(await found()).toEqual([])
  })
})
