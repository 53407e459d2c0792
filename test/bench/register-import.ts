// How long the registers of a large complex take 档案导入: a workbook of 10,000 meters with all that
// they need (40,000 rows and more), tried without writing, carried out whole, sent again with
// nothing to change, and exported. `npm run bench -- registers [meters]`.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureAppLogin } from '../../src/adapters/app-roles.ts'
import { connectDatabase } from '../../src/adapters/database.ts'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/launcher.ts'
import { listFolder } from '../../src/adapters/list-folder.ts'
import { migrate } from '../../src/adapters/migrator.ts'
import { withClient } from '../../src/adapters/one-client.ts'
import { xlsxSheets } from '../../src/adapters/sheets.ts'
import { systemClock, systemIds, systemRng } from '../../src/adapters/system.ts'
import { REGISTERS } from '../../src/http/contract/imports.ts'
import { createProgress } from '../../src/imports/registers/progress.ts'
import { importRegisters } from '../../src/imports/registers/run.ts'
import { exportedSheets } from '../../src/imports/registers/sheets-out.ts'
import { loadWorld } from '../../src/imports/registers/standing-store.ts'
import { MODELS_FOLDER } from '../../src/metering/meter-model/meter-model.ts'
import { isMeterModel } from '../../src/metering/meter-model/model-check.ts'
import type { Db, Scope } from '../../src/ports/database.ts'
import { loadCatalog } from '../../src/shared/catalog.ts'
import { complexId, operatorId } from '../../src/shared/ids.ts'
import { longestHeld } from './longest-held.ts'

const METERS = Number(process.argv[3] ?? 10_000)
const COMPLEX = complexId(1)
const PER_BUS = 32
const MEMORY_EVERY_MS = 20

const SEED = [
  "insert into complex (complex_id, code, name) overriding system value values (1, 'b', 'b')",
  `insert into chain_head (complex_id, lane, seq, hash)
   select 1, lane, 0, decode(repeat('00', 32), 'hex') from generate_series(0, 15) lane
   on conflict do nothing`,
  `insert into role (role_id, code, name, name_en, permissions) overriding system value
   values (1, 'r', 'r', 'r', '{}')`,
  `insert into operator (operator_id, username, name, password_hash, role_id)
   overriding system value values (1, 'clerk', 'clerk', '', 1)`,
]

const count = (n: number) => Array.from({ length: n }, (_, at) => at)
const numbered = (at: number) => String(202_600_000_000 + at)
const gatewayOf = (at: number) => `G${Math.floor(at / PER_BUS / 2)}`
const busOf = (at: number) => 1 + (Math.floor(at / PER_BUS) % 2)

const workbook = (): Promise<Buffer> => {
  const shops = count(METERS)
  const gateways = count(Math.ceil(METERS / PER_BUS / 2))
  return xlsxSheets.writeAll([
    {
      name: '楼栋',
      rows: [
        ['名称', '英文名'],
        ['A座', 'Building A'],
      ],
    },
    {
      name: '商铺',
      rows: [
        ['楼栋', '楼层', '商铺号', '名称', '英文名'],
        ...shops.map((at) => ['A座', 1, `A-${at}`, `商铺${at}号`, `Shop ${at}`]),
      ],
    },
    {
      name: '计量点',
      rows: [['楼栋', '商铺号', '类型'], ...shops.map((at) => ['A座', `A-${at}`, '照明'])],
    },
    {
      name: '通讯管理机',
      rows: [
        ['编号', '名称', '链路类型', '地址', '端口'],
        ...gateways.map((at) => [
          `G${at}`,
          `${at}号机`,
          'TCP 客户端',
          `10.0.${at >> 8}.${at % 256}`,
          4001,
        ]),
      ],
    },
    {
      name: '总线',
      rows: [
        ['通讯管理机', '总线', '规约', '波特率'],
        ...gateways.flatMap((at) => [1, 2].map((bus) => [`G${at}`, bus, 'DL/T 645', 2400])),
      ],
    },
    {
      name: '设备',
      rows: [
        ['通讯管理机', '总线', '通讯地址', '表型'],
        ...shops.map((at) => [gatewayOf(at), busOf(at), numbered(at), 'dlt645-prepaid-1p']),
      ],
    },
    {
      name: '电表',
      rows: [
        ['表号', '通讯管理机', '总线', '通讯地址', '楼栋', '商铺号', '计量点类型', '倍率', '底度'],
        ...shops.map((at) => [
          ...[numbered(at), gatewayOf(at), busOf(at), numbered(at)],
          ...['A座', `A-${at}`, '照明', 1, '12.5'],
        ]),
      ],
    },
  ])
}

const SCOPE: Scope = { complexes: [COMPLEX], operator: operatorId(1), from: 'bench' }

const measured = async (what: string, run: () => Promise<string>): Promise<string> => {
  const before = process.memoryUsage().rss
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, MEMORY_EVERY_MS)
  const began = performance.now()
  const cpu = process.cpuUsage()
  const [held, said] = await longestHeld(run)
  clearInterval(timer)
  const { user, system } = process.cpuUsage(cpu)
  const seconds = [(performance.now() - began) / 1_000, (user + system) / 1e6]
  const grown = Math.round((peak - before) / 2 ** 20)
  const times = seconds.map((of) => `${of.toFixed(1)} s`)
  return `| ${[what, ...times, `${grown} MB`, `${Math.round(held)} ms`, said].join(' | ')} |`
}

const importing = async (db: Db, file: Buffer): Promise<string> => {
  const models = await loadCatalog(listFolder, MODELS_FOLDER, isMeterModel)
  const unused = () => Promise.reject(new Error('there is no secret in the file'))
  const deps = {
    ...{ db, ids: systemIds, clock: systemClock, sheets: xlsxSheets, progress: createProgress() },
    modelOf: (model: string) => models.get(model) ?? null,
    vault: { sealer: unused, opener: unused, blindIndexes: unused, keyedHash: unused },
  }
  const sheet = { fileName: 'registers.xlsx', base64: file.toString('base64') }
  const run = (requestId: string, dryRun: boolean) => async () => {
    const cmd = { complexId: COMPLEX, requestId, dryRun, sheet }
    const { counts, problems, applied } = await importRegisters(deps, SCOPE, cmd)
    const [created, same] = (['created', 'same'] as const).map((of) =>
      counts.reduce((sum, one) => sum + one[of], 0),
    )
    return `${created} created, ${same} the same, ${problems} wrong, applied ${applied}`
  }
  const exporting = async () => {
    const breathe = () => systemClock.sleep(0)
    const world = await db.as(SCOPE, (tx) => loadWorld(tx, COMPLEX, breathe), 'snapshot')
    const sheets = await exportedSheets(world, REGISTERS, 'zh', breathe)
    return `${Math.round((await xlsxSheets.writeAll(sheets)).length / 1_024)} KB`
  }
  const lines = [
    '| registers | time | CPU | memory grown | held at most | came of it |',
    await measured('tried', run('1', true)),
    await measured('carried out', run('2', false)),
    await measured('the same again', run('3', false)),
    await measured('exported', exporting),
  ]
  return lines.join('\n')
}

export const benchRegisterImport = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prewatt-registers-'))
  const server = await startEmbeddedPostgres({ dataDir, durable: true, log: () => {} })
  const { ownerUrl } = server
  const url = await ensureAppLogin(ownerUrl, 'bench')
  await migrate(ownerUrl)
  await withClient(ownerUrl, async (client) => {
    for (const statement of SEED) await client.query(statement)
  })
  const db = connectDatabase({ url, clock: systemClock, rng: systemRng, poolMax: 2 })
  try {
    return await importing(db, await workbook())
  } finally {
    await db.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
