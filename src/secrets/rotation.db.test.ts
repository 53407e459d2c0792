import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { newTenants } from '../accounts/new-tenant.ts'
import { connectDatabase } from '../adapters/database.ts'
import { systemClock, systemRng } from '../adapters/system.ts'
import { type Db, systemScope, type Tx } from '../ports/database.ts'
import type { Files } from '../ports/files.ts'
import { must } from '../shared/assert.ts'
import type { GatewayId, TenantId } from '../shared/ids.ts'
import { currentMasterId, keysOf } from './data-key-store.ts'
import { ensureFirstKeys, isRightMaster, loginSecret } from './first-keys.ts'
import { type KeyFile, keyFileIn, mastersOf } from './key-file.ts'
import { fixedMasters, MasterKeyUnknown, masterOf } from './masters.ts'
import { linkSecretPlace, tenantPhonePlace } from './places.ts'
import { addVersions, resealAll } from './rotate-data.ts'
import { type RotationDeps, rotateInFile, rotateTo } from './rotate-master.ts'
import { SEALED_COLUMNS, sealedCounts } from './sealed-tables.ts'
import { createVault, type Vault } from './vault.ts'

const FIRST = Buffer.alloc(32, 7)
const SECRET = 'SECRET0123456789'
const PHONE = '13800001234'
const scope = systemScope('test')

let base: TestDatabase
let owner: Db
let tiny: TinyComplex
let tenant: TenantId
let content = ''
const writes: string[] = []

const files: Files = {
  read: async () => (content === '' ? null : Buffer.from(content)),
  write: async (_, text) => {
    content = String(text)
    writes.push(content)
  },
  append: async () => {},
}
const file = keyFileIn('/data', files)

const fileMasters = () => mastersOf([], file, systemRng)
const deps = (db: Db = owner): RotationDeps => ({
  ...{ db, rng: systemRng },
  changeLogin: async () => true,
})

/** As a process that starts now: what it makes of the phone and of the log-in. */
const started = async () => {
  const masters = await fileMasters()
  return owner.as(scope, async (tx) => {
    const rows = await tx.query<{ sealed: Buffer }>(
      'select phone_sealed as sealed from tenant where tenant_id = $1',
      [tenant],
    )
    const open = await createVault(masters, systemRng).opener(tx, tiny.complexId)
    const sealed = must(rows[0], 'the tenant is there').sealed
    return {
      right: await isRightMaster(tx, masters),
      phone: open(tenantPhonePlace(tiny.complexId, tenant), sealed).toString(),
      login: (await loginSecret(tx, masters)).toString('hex'),
      current: await currentMasterId(tx),
    }
  })
}

const foundBy = (vault: Vault, phone: string) =>
  base.db.as(scope, async (tx) => {
    const indexes = await vault.blindIndexes(tx, tiny.complexId, phone)
    const rows = await tx.query<{ id: TenantId }>(
      'select tenant_id as id from tenant where phone_index = any ($1::bytea[])',
      [indexes],
    )
    return rows.map(({ id }) => id)
  })

beforeAll(async () => {
  base = await freshDatabase()
  const clock = systemClock
  owner = connectDatabase({ url: base.ownerUrl, clock, rng: systemRng, poolMax: 2 })
  content = `${FIRST.toString('hex')}\n`
  await owner.as(scope, (tx) =>
    ensureFirstKeys(tx, fixedMasters(FIRST), systemRng, '2026-11-23T00:00:00Z'),
  )
  tiny = await tinyComplex(base.db, { meters: 3 })
  const [made] = await base.db.as(scope, (tx) =>
    newTenants(tx, tiny.deps, tiny.complexId, [{ name: '有电话', phone: PHONE }, { name: '无' }]),
  )
  tenant = must(made, 'the tenant was written')
})
afterAll(async () => {
  await owner.close()
  await base.drop()
})

describe('a new master key', () => {
  test('wraps anew, changes no sealed value, and is the only one in the file', async () => {
    const sealed = () => base.rows('select sealed from meter_key order by meter_id')
    const before = [await sealed(), await started()] as const
    const rotated = await rotateInFile(deps(), file)
    expect(rotated).toMatchObject({ ok: true, login: 'changed' })
    expect(await sealed()).toEqual(before[0])
    const after = await started()
    expect(after).toMatchObject({ right: true, phone: PHONE })
    expect(after.current).not.toBe(before[1].current)
    expect(after.login).not.toBe(before[1].login)
    const inFile = await file.read()
    expect(inFile.map(({ id }) => id)).toEqual([after.current])
    expect(writes.at(-2)?.split('\n').filter(Boolean)).toHaveLength(2)
  })

  test('is noticed by a process that runs: it seals for a new complex at once', async () => {
    const masters = await fileMasters()
    const vault = createVault(masters, systemRng)
    await base.db.as(scope, (tx) => vault.opener(tx, tiny.complexId))
    await rotateInFile(deps(), file)
    const rows = await base.rows<{ id: typeof tiny.complexId }>(
      `insert into complex (code, name, zone) values ('late', '新', 'Asia/Shanghai')
       returning complex_id as id`,
    )
    const late = must(rows[0], 'the complex was written').id
    await base.db.as(scope, (tx) => vault.sealer(tx, late))
    const [key] = await owner.as(scope, (tx) => keysOf(tx, late, 'seal'))
    expect(key?.masterId).toBe((await started()).current)
  })

  test('waits for a key that is being added, and wraps it, too', async () => {
    const vault = createVault(await fileMasters(), systemRng)
    const rows = await base.rows<{ id: typeof tiny.complexId }>(
      `insert into complex (code, name, zone) values ('race', '赛', 'Asia/Shanghai')
       returning complex_id as id`,
    )
    const id = must(rows[0], 'the complex was written').id
    let added: () => void = () => {}
    const isAdded = new Promise<void>((resolve) => {
      added = resolve
    })
    let rotation: Promise<unknown> = Promise.resolve()
    const adding = base.db.as(scope, async (tx) => {
      await vault.sealer(tx, id)
      rotation = rotateInFile(deps(), file)
      added()
      await tx.query('select pg_sleep(0.05)')
    })
    await isAdded
    await Promise.all([adding, rotation])
    const [key] = await owner.as(scope, (tx) => keysOf(tx, id, 'seal'))
    expect(key?.masterId).toBe((await started()).current)
  })

  const killed = new Error('killed')
  const dieAt = (step: string): { db: Db; file: KeyFile } => {
    let writesSeen = 0
    let commits = 0
    const strike = (name: string) => {
      if (name === step) throw killed
    }
    return {
      db: {
        ...owner,
        as: async (its, run, kind) => {
          commits += 1
          const nth = commits
          const result = await owner.as(
            its,
            async (tx) => {
              let updates = 0
              const query: Tx['query'] = async (sql, params, plan) => {
                if (sql.startsWith('update data_key')) {
                  updates += 1
                  if (updates === 2) strike('between two keys')
                }
                return tx.query(sql, params, plan)
              }
              const value = await run({ ...tx, query })
              strike(`before commit ${nth}`)
              return value
            },
            kind,
          )
          strike(`after commit ${nth}`)
          return result
        },
      },
      file: {
        ...file,
        write: async (masters) => {
          writesSeen += 1
          const nth = writesSeen
          strike(`before write ${nth}`)
          await file.write(masters)
          strike(`after write ${nth}`)
        },
      },
    }
  }

  test.each([
    'before write 1',
    'after write 1',
    'between two keys',
    'before commit 1',
    'after commit 1',
    'before write 2',
    'after write 2',
    'after commit 2',
  ])('killed %s, the system starts, and the next rotation tidies up', async (step) => {
    const struck = dieAt(step)
    await expect(rotateInFile(deps(struck.db), struck.file)).rejects.toBe(killed)
    expect(await started()).toMatchObject({ right: true, phone: PHONE })
    await rotateInFile(deps(), file)
    const after = await started()
    expect(after).toMatchObject({ right: true, phone: PHONE })
    expect((await file.read()).map(({ id }) => id)).toEqual([after.current])
  })

  test('a file without the key in use: nothing is changed', async () => {
    const kept = content
    content = `${Buffer.alloc(32, 9).toString('hex')}\n`
    const wrong = content
    await expect(rotateInFile(deps(), file)).rejects.toBeInstanceOf(MasterKeyUnknown)
    expect(content).toBe(wrong)
    const right = await owner.as(scope, async (tx) => isRightMaster(tx, await fileMasters()))
    expect(right).toBe(false)
    content = kept
  })

  test('from one key of the settings to the next, once', async () => {
    const [used] = await file.read()
    const key = must(used, 'there is a key').key
    const next = systemRng.bytes(32)
    expect(await rotateTo(deps(), [key, next])).toMatchObject({ ok: true })
    expect(await rotateTo(deps(), [key, next])).toEqual({ ok: false, reason: 'already so' })
    await expect(rotateTo(deps(), [key])).rejects.toBeInstanceOf(MasterKeyUnknown)
    content = `${next.toString('hex')}\n`
    expect(await started()).toMatchObject({ right: true, phone: PHONE, current: masterOf(next).id })
  })

  test('where the log-in may not be changed, it keeps its secret', async () => {
    const before = await started()
    const rotated = await rotateInFile({ ...deps(), changeLogin: async () => false }, file)
    expect(rotated).toMatchObject({ ok: true, login: 'kept' })
    expect((await started()).login).toBe(before.login)
  })
})

describe('new data keys', () => {
  const resealing = async () => {
    const masters = await fileMasters()
    return { ...{ db: owner, masters, rng: systemRng }, vault: createVault(masters, systemRng) }
  }
  const newest = async () => {
    const keys = await owner.as(scope, (tx) => keysOf(tx, tiny.complexId, 'seal'))
    return must(keys.at(-1), 'there is a key').keyId
  }

  const sealedLink = (vault: Vault): Promise<GatewayId> =>
    owner.as(scope, async (tx) => {
      const rows = await tx.query<{ id: GatewayId }>('select gateway_id as id from gateway')
      const gateway = must(rows[0], 'one gateway').id
      const sealer = await vault.sealer(tx, tiny.complexId)
      const place = linkSecretPlace(tiny.complexId, gateway)
      const sealed = sealer.seal(place, Buffer.from(SECRET)).toString('base64')
      const link = JSON.stringify({ secretSealed: sealed, kind: 'acrel-awt100' })
      await tx.query('update gateway set link = $1', [link])
      return gateway
    })
  const openedLink = (vault: Vault, gateway: GatewayId): Promise<string> =>
    owner.as(scope, async (tx) => {
      const rows = await tx.query<{ kind: string; sealed: string }>(
        `select link->>'kind' as kind, link->>'secretSealed' as sealed from gateway`,
      )
      const { kind, sealed } = must(rows[0], 'one gateway')
      expect(kind).toBe('acrel-awt100')
      const open = await vault.opener(tx, tiny.complexId)
      const place = linkSecretPlace(tiny.complexId, gateway)
      return open(place, Buffer.from(sealed, 'base64')).toString()
    })

  test('seal every value again; a phone is found before, meanwhile and after', async () => {
    const vault = createVault(await fileMasters(), systemRng)
    const gateway = await sealedLink(vault)
    const counts = () => owner.as(scope, sealedCounts)
    const before = [...(await counts()).values()].reduce((sum, n) => sum + n, 0)
    expect(await foundBy(vault, PHONE)).toEqual([tenant])
    const withKeys = await resealing()
    await addVersions(withKeys)
    expect(await foundBy(vault, PHONE)).toEqual([tenant])
    const { rows, unopened } = await resealAll(withKeys)
    expect(unopened).toEqual([])
    expect(rows).toBeGreaterThan(0)
    expect(await foundBy(vault, PHONE)).toEqual([tenant])
    expect(await foundBy(vault, '13800001235')).toEqual([])
    expect(await started()).toMatchObject({ phone: PHONE })
    expect((await counts()).get(await newest())).toBe(before)
    expect(await openedLink(vault, gateway)).toBe(SECRET)
  })

  test('reach every column that holds sealed values', async () => {
    const rows = await base.rows<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'public' and data_type = 'bytea'
         and (column_name like '%sealed' or column_name like '%pending') order by 1`,
    )
    expect(rows.map(({ name }) => name)).toEqual([...SEALED_COLUMNS].sort())
  })

  test('stopped in the middle, it goes on where it was', async () => {
    const withKeys = await resealing()
    await addVersions(withKeys)
    let left = 3
    const dying: Db = {
      ...owner,
      as: (its, run, kind) => {
        if (left === 0) return Promise.reject(new Error('killed'))
        left -= 1
        return owner.as(its, run, kind)
      },
    }
    await expect(resealAll({ ...withKeys, db: dying })).rejects.toThrow('killed')
    expect(await started()).toMatchObject({ phone: PHONE })
    const again = await resealAll(withKeys)
    expect(again.unopened).toEqual([])
    expect(await resealAll(withKeys)).toEqual({ rows: 0, unopened: [] })
  })

  test('a value that does not open is named and left alone, the others go on', async () => {
    await base.rows(
      'update meter_key set sealed = overlay(sealed placing $1 from 20) where meter_id = $2',
      [Buffer.from([0, 0]), must(tiny.meters[0], 'a meter').meterId],
    )
    const withKeys = await resealing()
    await addVersions(withKeys)
    const { unopened } = await resealAll(withKeys)
    expect(unopened).toEqual([`meter_key ${tiny.meters[0]?.meterId}/1`])
    expect(await started()).toMatchObject({ phone: PHONE })
  })
})
