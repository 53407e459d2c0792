// A source file as tidy sees it: its text, its lines, its imports and its syntax tree.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseSync } from 'oxc-parser'

export type Node = { type: string; start: number; end: number; [key: string]: unknown }
export type Source = {
  path: string
  text: string
  lines: string[]
  program: Node
  /** Imported paths, resolved against the repository where relative; types only marked. */
  imports: { from: string; typeOnly: boolean }[]
}

const SKIP = new Set(['node_modules', 'dist', 'data', '.git', '.cache'])

export const filesUnder = (root: string, folder: string): string[] => {
  const found: string[] = []
  const walk = (dir: string): void => {
    for (const item of readdirSync(dir, { withFileTypes: true })) {
      if (SKIP.has(item.name)) continue
      const path = join(dir, item.name)
      if (item.isDirectory()) walk(path)
      else found.push(relative(root, path))
    }
  }
  walk(join(root, folder))
  return found.sort()
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

export const childrenOf = (node: Node): Node[] =>
  Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  )

export const walk = (node: Node, visit: (node: Node) => void): void => {
  visit(node)
  for (const child of childrenOf(node)) walk(child, visit)
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
const DYNAMIC = /import\(\s*['"]([^'"]+)['"]\s*\)/g

const resolved = (path: string, from: string): string =>
  from.startsWith('.') ? join(path, '..', from) : from

export const parseSource = (root: string, path: string): Source => {
  const text = readFileSync(join(root, path), 'utf8')
  const parsed = parseSync(path, text)
  const program: unknown = parsed.program
  if (!isNode(program)) throw new Error(`no syntax tree: ${path}`)
  const fixed = [...text.matchAll(IMPORT)].map((m) => ({
    from: resolved(path, m[2] ?? ''),
    typeOnly: m[1] !== undefined,
  }))
  const dynamic = [...text.matchAll(DYNAMIC)].map((m) => ({
    from: resolved(path, m[1] ?? ''),
    typeOnly: false,
  }))
  return { path, text, lines: text.split('\n'), program, imports: [...fixed, ...dynamic] }
}

export const lineAt = (source: Source, offset: number): number =>
  source.text.slice(0, offset).split('\n').length
