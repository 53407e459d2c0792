import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/database.ts'
import { type TinyComplex, tinyComplex } from '../../test/tiny-complex.ts'
import { systemRng } from '../adapters/system.ts'
import { systemScope } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import { type ComplexId, meterId, operatorId, tenantId } from '../shared/ids.ts'
import { derivedKey, encrypt } from './cipher.ts'
import { ensureFirstKeys } from './first-keys.ts'
import { fixedMasters, MasterKeyUnknown } from './masters.ts'
import { meterKeyPlace, tenantPhonePlace, totpPlace } from './places.ts'
import { createVault, keyIdOf } from './vault.ts'

const MASTER = Buffer.alloc(32, 7)
const scope = systemScope('test')
const plain = Buffer.from('a meter key')

let base: TestDatabase
let tiny: TinyComplex
const vault = () => createVault(fixedMasters(MASTER), systemRng)

beforeAll(async () => {
  base = await freshDatabase()
  await base.db.as(scope, (tx) =>
    ensureFirstKeys(tx, fixedMasters(MASTER), systemRng, '2026-11-23T00:00:00Z'),
  )
  tiny = await tinyComplex(base.db, { meters: 1 })
})
afterAll(() => base.drop())

test('what one process seals another opens, and only where it belongs', async () => {
  const { complexId } = tiny
  const place = meterKeyPlace(complexId, meterId(1), 1)
  const sealed = await base.db.as(scope, async (tx) =>
    (await vault().sealer(tx, complexId)).seal(place, plain),
  )
  const open = await base.db.as(scope, (tx) => vault().opener(tx, complexId))
  expect(open(place, sealed)).toEqual(plain)
  const elsewhere = [
    meterKeyPlace(complexId, meterId(2), 1),
    meterKeyPlace(complexId, meterId(1), 2),
    tenantPhonePlace(complexId, tenantId(1)),
  ]
  for (const other of elsewhere) expect(() => open(other, sealed)).toThrow()
  const altered = Buffer.from(sealed)
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
  expect(() => open(place, altered)).toThrow()
})

test('a secret of the installation is not sealed under the key of a complex', async () => {
  const sealer = await base.db.as(scope, (tx) => vault().sealer(tx, tiny.complexId))
  expect(() => sealer.seal(totpPlace(operatorId(1)), plain)).toThrow(/own complex/)
})

test('what was sealed under the master key itself still opens', async () => {
  const place = meterKeyPlace(tiny.complexId, meterId(1), 1)
  const body = encrypt(
    derivedKey(MASTER, 'prewatt/seal/1'),
    place.former,
    plain,
    systemRng.bytes(12),
  )
  const former = Buffer.concat([Buffer.of(1), body])
  expect(keyIdOf(former)).toBeNull()
  const open = await base.db.as(scope, (tx) => vault().opener(tx, tiny.complexId))
  expect(open(place, former)).toEqual(plain)
})

const newComplex = async (code: string) => {
  const rows = await base.rows<{ id: ComplexId }>(
    `insert into complex (code, name, zone) values ($1, $1, 'Asia/Shanghai')
     returning complex_id as id`,
    [code],
  )
  return must(rows[0], 'the complex was written').id
}

test('a key whose transaction failed seals nothing', async () => {
  const complex = await newComplex('second')
  const own = vault()
  const failing = base.db.as(scope, async (tx) => {
    await own.sealer(tx, complex)
    throw new Error('rolled back')
  })
  await expect(failing).rejects.toThrow('rolled back')
  const place = tenantPhonePlace(complex, tenantId(1))
  const sealed = await base.db.as(scope, async (tx) =>
    (await own.sealer(tx, complex)).seal(place, plain),
  )
  const open = await base.db.as(scope, (tx) => vault().opener(tx, complex))
  expect(open(place, sealed)).toEqual(plain)
})

test('two who seal first for a complex at once agree on one key', async () => {
  const complex = await newComplex('third')
  const keys = await Promise.all(
    [1, 2, 3].map(() => base.db.as(scope, async (tx) => (await vault().sealer(tx, complex)).keyId)),
  )
  expect(new Set(keys).size).toBe(1)
})

test('a process with another master key opens nothing and adds no key', async () => {
  const stranger = createVault(fixedMasters(Buffer.alloc(32, 8)), systemRng)
  const count = () => base.rows<{ n: number }>('select count(*)::int as n from data_key')
  const before = await count()
  await expect(
    base.db.as(scope, (tx) => stranger.opener(tx, tiny.complexId)),
  ).rejects.toBeInstanceOf(MasterKeyUnknown)
  await expect(base.db.as(scope, (tx) => stranger.sealer(tx, null))).rejects.toBeInstanceOf(
    MasterKeyUnknown,
  )
  expect(await count()).toEqual(before)
})

test('the application reads and adds data keys and changes none', async () => {
  await expect(base.rows(`update data_key set version = 9`)).rejects.toThrow(/permission denied/)
  await expect(base.rows(`delete from data_key`)).rejects.toThrow(/permission denied/)
})
