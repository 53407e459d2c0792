// `prewatt keys` 密钥: what keys there are and how much each seals, a new master key, new data keys.
// Beside a running centre. No secret is ever printed.

import { changeLoginPassword } from '../adapters/app-roles.ts'
import { systemFiles } from '../adapters/files.ts'
import { systemRng } from '../adapters/system.ts'
import type { Config } from '../config.ts'
import { type Db, systemScope } from '../ports/database.ts'
import { allKeys, currentMasterId, hasTable } from '../secrets/data-key-store.ts'
import { keyFileIn } from '../secrets/key-file.ts'
import { fixedMasters, MasterKeyUnknown, type Masters } from '../secrets/masters.ts'
import { addVersions, resealAll } from '../secrets/rotate-data.ts'
import { type Rotated, rotateInFile, rotateTo } from '../secrets/rotate-master.ts'
import { sealedCounts } from '../secrets/sealed-tables.ts'
import { createVault } from '../secrets/vault.ts'
import { withBooks } from './with-books.ts'

export type Said = { ok: boolean; text: string }

const SCOPE = systemScope('keys')

const said = (ok: boolean, zh: string, en: string): Said => ({ ok, text: `${zh}\n${en}` })

const NEVER_STARTED = said(
  false,
  '数据库中还没有密钥：请先启动一次本系统',
  'There are no keys in the database yet: start the system once first',
)

/** The keys that this command was given or finds; it never makes any. */
const mastersFor = async (config: Config): Promise<Masters> => {
  if (config.masterKeys.length > 0) return fixedMasters(...config.masterKeys)
  const known = await keyFileIn(config.dataDir, systemFiles).read()
  return fixedMasters(...known.map(({ key }) => key))
}

const wrongMaster = (wanted: string, masters: Masters): Said => {
  const found = masters.all().map(({ id }) => id)
  const has = found.length === 0 ? '-' : found.join(', ')
  return said(
    false,
    `主密钥不对：数据库需要 ${wanted}，这里有 ${has}；未作任何改动`,
    `Wrong master key: the database wants ${wanted}, here is ${has}; nothing was changed`,
  )
}

const withKeys = (config: Config, run: (db: Db) => Promise<Said>): Promise<Said> =>
  withBooks(config, async (db) => {
    const current = await db.as(SCOPE, async (tx) =>
      (await hasTable(tx, 'data_key')) ? currentMasterId(tx) : null,
    )
    if (current === null) return NEVER_STARTED
    try {
      return await run(db)
    } catch (error) {
      if (!(error instanceof MasterKeyUnknown)) throw error
      return wrongMaster(error.masterId, await mastersFor(config))
    }
  })

const PURPOSES = {
  seal: '数据密钥 data key',
  index: '散列密钥 hash key',
  login: '数据库登录 log-in',
  former: '旧式密文 former',
} as const

/** Versions, what each is wrapped under, and how many values it seals. */
export const listKeys = (config: Config): Promise<Said> =>
  withKeys(config, async (db) => {
    const masters = await mastersFor(config)
    const { keys, counts, codes, current } = await db.as(SCOPE, async (tx) => {
      const rows = await tx.query<{ id: number; code: string }>(
        'select complex_id as id, code from complex',
      )
      return {
        keys: await allKeys(tx),
        counts: await sealedCounts(tx),
        codes: new Map(rows.map(({ id, code }) => [id, code])),
        current: await currentMasterId(tx),
      }
    })
    const here = masters.all().map(({ id }) => (id === current ? `${id} *` : id))
    const lines = keys.map(({ keyId, complexId, purpose, version, masterId }) => {
      const count = counts.get(purpose === 'former' ? 'former' : keyId) ?? 0
      const of = complexId === null ? '-' : (codes.get(complexId) ?? String(complexId))
      const values = purpose === 'seal' || purpose === 'former' ? String(count) : '-'
      const cells = [String(keyId).padEnd(5), of.padEnd(16), `v${version}`.padEnd(5)]
      return `${cells.join(' ')} ${values.padStart(8)}  ${masterId}  ${PURPOSES[purpose]}`
    })
    const text = [
      `主密钥 master keys here: ${here.join(', ') || '-'}   (* 使用中 in use: ${current})`,
      'key   complex          ver.    values  wrapped under     purpose',
      ...lines,
    ].join('\n')
    return { ok: true, text }
  })

const LOGIN = {
  changed: {
    zh: '数据库登录口令已更换',
    en: 'the database log-in has a new password',
  },
  kept: {
    zh: '数据库登录口令未更换（数据库不允许，请由其管理员更换）',
    en: 'the database log-in keeps its password (the database does not let us change it)',
  },
}

const rotatedText = (rotated: Rotated, after: { zh: string; en: string }): Said => {
  if (!rotated.ok)
    return rotated.reason === 'never started'
      ? NEVER_STARTED
      : said(
          true,
          '下一把主密钥已在使用中，无需轮换',
          'The next master key is in use already: nothing to rotate',
        )
  const { masterId, keys, login } = rotated
  return said(
    true,
    `主密钥已轮换：${keys} 把数据密钥改由 ${masterId} 保护；${LOGIN[login].zh}。${after.zh}`,
    `Master key rotated: ${keys} data keys are under ${masterId}; ${LOGIN[login].en}. ${after.en}`,
  )
}

/** A new master key: drawn into the key file, or the next one of the settings. */
export const rotateMaster = (config: Config): Promise<Said> =>
  withKeys(config, async (db) => {
    const deps = {
      ...{ db, rng: systemRng },
      changeLogin: (tx: Parameters<typeof changeLoginPassword>[0], secret: Buffer) =>
        changeLoginPassword(tx, secret.toString('base64url')),
    }
    if (config.masterKeys.length > 0) {
      if (config.masterKeys.length < 2)
        return said(
          false,
          '主密钥由设置给出：请同时设置 PREWATT_MASTER_KEY_NEXT，见 docs/secrets.md',
          'The master key is a setting: set PREWATT_MASTER_KEY_NEXT as well, see docs/secrets.md',
        )
      return rotatedText(await rotateTo(deps, config.masterKeys), {
        zh: '请把 PREWATT_MASTER_KEY 改为新密钥并去掉 PREWATT_MASTER_KEY_NEXT。',
        en: 'Now set PREWATT_MASTER_KEY to the new key and drop PREWATT_MASTER_KEY_NEXT.',
      })
    }
    const file = keyFileIn(config.dataDir, systemFiles)
    return rotatedText(await rotateInFile(deps, file), {
      zh: `请备份 ${file.path}。`,
      en: `Back up ${file.path}.`,
    })
  })

/** New data keys and every value under them; with `resume`, only what was left over. */
export const rotateData = (config: Config, options: { resume: boolean }): Promise<Said> =>
  withKeys(config, async (db) => {
    const masters = await mastersFor(config)
    const deps = { db, masters, rng: systemRng, vault: createVault(masters, systemRng) }
    const keys = options.resume ? 0 : await addVersions(deps)
    const { rows, unopened } = await resealAll(deps)
    const left = unopened.join(', ')
    return unopened.length === 0
      ? said(
          true,
          `新数据密钥 ${keys} 把，重新加密 ${rows} 行`,
          `${keys} new data keys, ${rows} rows sealed again`,
        )
      : said(
          false,
          `重新加密 ${rows} 行；打不开、未改动：${left}`,
          `${rows} rows sealed again; these do not open and were left alone: ${left}`,
        )
  })
