// The lock file must serve a fresh checkout anywhere: `npm ci` refuses one that leaves out packages
// of other platforms, which `npm install` does where the registry at hand lacks them.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Entry = { optionalDependencies?: Record<string, string> }

const isLock = (value: unknown): value is { packages: Record<string, Entry> } =>
  typeof value === 'object' && value !== null && 'packages' in value

const parsed: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const packages = isLock(parsed) ? parsed.packages : {}

/** Folders in which Node looks for what the package at `path` needs, nearest first. */
const foldersFrom = (path: string): string[] => {
  if (path === '') return ['node_modules/']
  const above = path.lastIndexOf('/node_modules/')
  return [`${path}/node_modules/`, ...foldersFrom(above < 0 ? '' : path.slice(0, above))]
}

const edges = Object.entries(packages).flatMap(([path, entry]) =>
  Object.keys(entry.optionalDependencies ?? {}).map((name) => ({ path, name })),
)

test('every optional package that is asked for stands in the lock file', () => {
  expect(edges.length).toBeGreaterThan(0)
  const missing = edges.filter(
    ({ path, name }) => !foldersFrom(path).some((folder) => `${folder}${name}` in packages),
  )
  expect(missing).toEqual([])
})
