// The registers from one workbook 档案导入: read, judged against what there is, and written whole or
// not at all, once per request.

import { callingOthers } from '../../collection/gateway-check.ts'
import type { ImportAnswer, Register, RegisterImport } from '../../http/contract/imports.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Db, Scope, Tx } from '../../ports/database.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Sheets } from '../../ports/sheets.ts'
import { linkSecretPlace } from '../../secrets/places.ts'
import type { Vault } from '../../secrets/vault.ts'
import { must } from '../../shared/assert.ts'
import { type ComplexId, gatewayId } from '../../shared/ids.ts'
import { appliedOnce } from '../listed.ts'
import type { Item, Judging } from './items.ts'
import { type JudgeDeps, judge } from './judge.ts'
import type { ModelOf } from './judge-devices.ts'
import type { Line, SecretOf } from './judge-lines.ts'
import { sealedSecret } from './link-values.ts'
import type { Progress, Tell } from './progress.ts'
import { type ReadFile, readFile } from './read-file.ts'
import { reportOf } from './report.ts'
import { loadWorld } from './standing-store.ts'
import { rowsToWrite, type Writing, writeImport } from './write.ts'
import { lockRegisters } from './write-store.ts'

export type RegisterImportDeps = {
  db: Db
  ids: Ids
  clock: Clock
  sheets: Sheets
  vault: Vault
  progress: Progress
  modelOf: ModelOf
}

export type ImportCommand = {
  complexId: ComplexId
  requestId: string
  dryRun: boolean
  sheet: RegisterImport['sheet']
  register?: Register | undefined
  progress?: string | undefined
}

type Run = { deps: RegisterImportDeps; cmd: ImportCommand; file: ReadFile; tell: Tell }

const rowsOf = ({ rows }: ReadFile): number =>
  Object.values(rows).reduce((sum, some) => sum + some.length, 0)

const secretsOf = async ({ deps, cmd: { complexId }, file }: Run, tx: Tx): Promise<SecretOf> => {
  if (file.rows.gateways.every(({ values }) => values.secret === undefined)) return () => null
  const open = await deps.vault.opener(tx, complexId)
  return ({ id, stored }: Item) => {
    const sealed = sealedSecret(stored.link ?? {})
    if (id === null || sealed === null) return null
    const place = linkSecretPlace(complexId, gatewayId(id))
    return open(place, Buffer.from(sealed, 'base64')).toString()
  }
}

const judgeDeps = async (run: Run, tx: Tx): Promise<JudgeDeps> => {
  const { complexId } = run.cmd
  return {
    modelOf: run.deps.modelOf,
    secretOf: await secretsOf(run, tx),
    callingOthers: (lines) => {
      const own = new Set(lines.map(({ gateway }) => gateway.id))
      return callingOthers(tx, (other) => {
        return other.complexId !== complexId || !own.has(other.gatewayId)
      })
    },
  }
}

const writingOf = async (run: Run, tx: Tx, judging: Judging, lines: readonly Line[]) => {
  const { deps, cmd, tell } = run
  const { complexId } = cmd
  const { world } = judging
  const plain = lines.some(({ link }) => 'secret' in link || 'password' in link)
  const sealer = plain ? await deps.vault.sealer(tx, complexId) : null
  const total = rowsToWrite({ world, lines })
  let done = 0
  const writing: Writing = {
    ...{ tx, ids: deps.ids, complexId, world, lines },
    sealFor: (id) => (secret) =>
      must(sealer, 'there is a secret').seal(linkSecretPlace(complexId, gatewayId(id)), secret),
    wrote: async (rows) => {
      done += rows
      tell({ phase: 'writing', done: Math.min(done, total), total })
      await deps.clock.sleep(0)
    },
  }
  return writing
}

/** Counts what was looked at, as near as a bar needs it. */
const LOOKED_AT_ONCE = 200

const runIn = async (tx: Tx, run: Run): Promise<ImportAnswer> => {
  const { deps, cmd, file, tell } = run
  const total = rowsOf(file)
  let looked = 0
  const breathe = async () => {
    looked += LOOKED_AT_ONCE
    tell({ phase: 'checking', done: Math.min(looked, total), total })
    await deps.clock.sleep(0)
  }
  if (!cmd.dryRun) await lockRegisters(tx, cmd.complexId)
  const faults = file.faults.copy()
  const world = await loadWorld(tx, cmd.complexId, breathe)
  const judging: Judging = { rows: file.rows, world, faults, breathe }
  const lines = await judge(judging, await judgeDeps(run, tx))
  const report = await reportOf({ ...file, faults }, world, breathe)
  const applied = !cmd.dryRun && report.problems === 0
  if (applied) {
    const { counts } = report
    const said = counts.map(({ register, created, changed }) => [register, { created, changed }])
    const after = { fileName: cmd.sheet.fileName, ...Object.fromEntries(said) }
    const writing = await writingOf(run, tx, judging, lines)
    await writeImport(writing, { subject: `complex/${cmd.complexId}`, after })
  }
  return { dryRun: cmd.dryRun, applied, ...report }
}

/** Refuses: request_id_reused. What is wrong with a cell stands in the answer. */
export const importRegisters = (
  deps: RegisterImportDeps,
  scope: Scope,
  cmd: ImportCommand,
): Promise<ImportAnswer> =>
  deps.progress.during(scope.operator, cmd.progress, async (tell) => {
    tell({ phase: 'reading', done: 0, total: 0 })
    const breathe = () => deps.clock.sleep(0)
    const file = await readFile(deps.sheets, cmd.sheet, cmd.register, breathe)
    const { complexId, requestId, sheet, register = null } = cmd
    const content = { register, base64: sheet.base64 }
    const request = { complexId, requestId, operation: 'register.import', content }
    return appliedOnce(deps.db, scope, request, cmd.dryRun, (tx) =>
      runIn(tx, { deps, cmd, file, tell }),
    )
  })
