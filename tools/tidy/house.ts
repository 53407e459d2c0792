// Rules about the house as a whole: no circles, no file that nobody imports, migrations that never
// change once they are locked, both languages complete.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkSource, type Problem } from './rules.ts'
import { filesUnder, parseSource, type Source } from './source.ts'

// Loaded by folder, by name from a command line, as a thread, or by a bundler.
const ROOTS = [
  /^src\/(main|prewatt)\.ts$/,
  /^src\/metering\/models\/[^/]+\.ts$/,
  /^src\/alarms\/rules\/[^/]+\.ts$/,
  /^src\/web\/[a-z]+\/main\.tsx$/,
  /^src\/adapters\/sheet-reader\.ts$/,
]

const inSrc = (source: Source): boolean => source.path.startsWith('src/')

const unused = (sources: readonly Source[]): Problem[] => {
  const imported = new Set(sources.flatMap((s) => s.imports.map((i) => i.from)))
  return sources
    .filter((s) => inSrc(s) && !/\.test\.tsx?$/.test(s.path))
    .filter((s) => !imported.has(s.path) && !ROOTS.some((root) => root.test(s.path)))
    .map((s) => ({ path: s.path, line: 1, what: 'nobody imports this file' }))
}

/** Circles of imports; type-only imports count, because a reader follows them too. */
export const circles = (sources: readonly Source[]): Problem[] => {
  const graph = new Map(sources.map((s) => [s.path, s.imports.map((i) => i.from)]))
  const state = new Map<string, 'open' | 'done'>()
  const found: Problem[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done' || !graph.has(path)) return
    if (state.get(path) === 'open') {
      const circle = [...trail.slice(trail.indexOf(path)), path].join(' → ')
      found.push({ path, line: 1, what: `a circle of imports: ${circle}` })
      return
    }
    state.set(path, 'open')
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    state.set(path, 'done')
  }
  for (const source of sources) if (inSrc(source)) visit(source.path, [])
  return found
}

export const migrationHash = (sql: string): string =>
  createHash('sha256').update(sql).digest('hex').slice(0, 16)

const LOCK = 'db/migrations.lock'

const lockedMigrations = (root: string): Problem[] => {
  const path = join(root, LOCK)
  if (!existsSync(path)) return []
  const locked = readFileSync(path, 'utf8').trim().split('\n').filter(Boolean)
  return locked.flatMap((line) => {
    const [hash = '', name = ''] = line.split(/\s+/)
    const file = join(root, 'db/migrations', name)
    const same = existsSync(file) && migrationHash(readFileSync(file, 'utf8')) === hash
    return same
      ? []
      : [{ path: `db/migrations/${name}`, line: 1, what: 'a locked migration changed' }]
  })
}

export const tidy = (root: string): Problem[] => {
  const paths = ['src', 'sim', 'test', 'tools']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesUnder(root, folder))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  const sources = paths.map((path) => parseSource(root, path))
  return [
    ...sources.flatMap(checkSource),
    ...unused(sources),
    ...circles(sources),
    ...lockedMigrations(root),
  ]
}
