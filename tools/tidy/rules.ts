// The rules of style as data and small checks. There are no inline exceptions: changing a rule is a
// change to this file.

import { EDGES, ENTRIES, ROUTES_MAY } from './edges.ts'
import { lineAt, type Node, type Source, walk } from './source.ts'

export type Problem = { path: string; line: number; what: string }

const LINE_MAX = 100
const FUNCTION_LINES_MAX = 60
const FILE_LINES_MAX = 400
const MODEL_LINES_MAX = 120

const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) ||
  path.startsWith('test/') ||
  path.startsWith('src/delivery/explorer/')
const isProduct = (path: string): boolean => path.startsWith('src/') && !isTest(path)

type Banned = {
  pattern: RegExp
  instead: string
  /** Where the rule holds. */
  where: (path: string) => boolean
}

const outside =
  (...allowed: RegExp[]) =>
  (path: string): boolean =>
    isProduct(path) && !allowed.some((pattern) => pattern.test(path))

const WEB = /^src\/web\//
const ADAPTERS = /^src\/adapters\//

export const BANNED: readonly Banned[] = [
  {
    pattern: /\bparseFloat\b|\.toFixed\(|\/ 100\b/,
    instead: 'money is split only in ledger/money.ts and web/ui/money.tsx',
    where: outside(/ledger\/money\.ts$/, /web\/ui\/money\.tsx?$/),
  },
  {
    pattern: /\bnew Date\(|\bDate\.now\(/,
    instead: 'the clock port, or shared/clock.ts',
    where: outside(/shared\/clock\.ts$/, ADAPTERS, WEB),
  },
  { pattern: /\bprocess\.env\b/, instead: 'config.ts', where: outside(/^src\/config\.ts$/) },
  { pattern: /\bconsole\./, instead: 'the log port', where: outside() },
  {
    pattern: /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\brandomInt\b/,
    instead: 'the rng or ids port',
    where: outside(ADAPTERS, WEB),
  },
  {
    pattern: /\.(with|toSpliced|toSorted|toReversed)\(|\b(Object|Map)\.groupBy\(/,
    instead: 'web/ui/lists.ts: Chrome 109 has none of these',
    where: (path) => WEB.test(path) && isProduct(path),
  },
  {
    pattern: /\bset(Timeout|Interval|Immediate)\(/,
    instead: 'the clock port',
    where: outside(ADAPTERS, WEB),
  },
  {
    pattern: /from 'node:(net|fs|fs\/promises|child_process|dgram|tls|http|https|timers.*)'/,
    instead: 'a port',
    where: outside(ADAPTERS),
  },
  { pattern: /\bfetch\(/, instead: 'a port', where: outside(ADAPTERS, WEB) },
  {
    pattern: /\bTODO\b|\bFIXME\b|\bHACK\b/,
    instead: 'finish it or leave it out',
    where: (path) => !path.startsWith('tools/tidy/'),
  },
  {
    pattern: /\b(describe|test|it)\.(only|skip|todo)\b/,
    instead: 'a test that runs',
    where: (path) => !path.startsWith('tools/tidy/'),
  },
  {
    // Limits of their own are what breaks on a busy machine.
    pattern: /\bvi\.wait(For|Until)\(|\bpoll\(.*\btimeout:/,
    instead: 'expect.poll without a limit of its own, or test/eventually.ts',
    where: (path) => (isTest(path) || path.startsWith('sim/')) && !path.startsWith('tools/'),
  },
]

const FORBIDDEN_NAMES = /(^|[/-])(utils|helpers?|common|misc|manager|base|index)(\.|-|$)/
const BRAND_FILES = /(money|ids|clock|db)\.ts$/

const checkLines = (source: Source): Problem[] => {
  const found: Problem[] = []
  const say = (line: number, what: string) => found.push({ path: source.path, line, what })
  for (const [index, line] of source.lines.entries()) {
    if (line.length > LINE_MAX) say(index + 1, `a line of ${line.length} characters`)
    for (const rule of BANNED)
      if (rule.where(source.path) && rule.pattern.test(line) && !/^\s*(\/\/|\*)/.test(line))
        say(index + 1, `${rule.pattern.source}: use ${rule.instead}`)
  }
  const max = /metering\/models\//.test(source.path) ? MODEL_LINES_MAX : FILE_LINES_MAX
  if (source.lines.length > max) say(1, `a file of ${source.lines.length} lines (at most ${max})`)
  if (FORBIDDEN_NAMES.test(source.path.replace(/^src\//, '')))
    say(1, 'a file is named after the one thing it owns')
  const first = source.lines[0] ?? ''
  if (isProduct(source.path) && !/^\/[/*]/.test(first)) say(1, 'the first line says what it owns')
  return found
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

const isConstAssertion = (node: Node): boolean =>
  JSON.stringify(node.typeAnnotation ?? '').includes('"name":"const"')

const checkTree = (source: Source): Problem[] => {
  const found: Problem[] = []
  walk(source.program, (node) => {
    if (FUNCTIONS.has(node.type) && !isTest(source.path)) {
      const lines = lineAt(source, node.end) - lineAt(source, node.start) + 1
      if (lines > FUNCTION_LINES_MAX)
        found.push({
          path: source.path,
          line: lineAt(source, node.start),
          what: `a function of ${lines} lines`,
        })
    }
    const cast = node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion'
    if (cast && !isConstAssertion(node) && !BRAND_FILES.test(source.path))
      found.push({ path: source.path, line: lineAt(source, node.start), what: 'a cast (`as`)' })
    if (node.type === 'TSNonNullExpression' && isProduct(source.path))
      found.push({ path: source.path, line: lineAt(source, node.start), what: 'a `!` assertion' })
    if (node.type === 'TSAnyKeyword')
      found.push({ path: source.path, line: lineAt(source, node.start), what: '`any`' })
  })
  return found
}

const roomNames = Object.keys(EDGES).sort((a, b) => b.length - a.length)

/** `src/metering/protocol/dlt645/frame.ts` → `metering/protocol`. */
export const roomOf = (path: string): string => {
  const inside = path.replace(/^src\//, '').replace(/\.tsx?$/, '')
  return roomNames.find((room) => inside === room || inside.startsWith(`${room}/`)) ?? inside
}

const mayImport = (from: string, to: string): boolean => {
  const room = roomOf(from)
  const target = to.replace(/^src\//, '').replace(/\.tsx?$/, '')
  const entry = ENTRIES.some((name) => room === name || room.startsWith(`${name}/`))
  if (entry || room === roomOf(to)) return true
  const allowed = EDGES[room] ?? []
  const open = allowed.some((name) => target === name || target.startsWith(`${name}/`))
  return open || (/[/-]routes\.ts$/.test(from) && ROUTES_MAY.some((name) => target === name))
}

const checkEdges = (source: Source): Problem[] => {
  if (!isProduct(source.path)) return []
  const walls = source.imports
    .filter((i) => i.from.startsWith('src/') && !mayImport(source.path, i.from))
    .map((i) => `${roomOf(source.path)} may not import ${i.from}`)
  const outsiders = source.imports
    .filter((i) => /^(sim|test|tools|db)\//.test(i.from))
    .map((i) => `the product may not import ${i.from}`)
  const web = source.imports
    .filter((i) => WEB.test(source.path) && i.from.startsWith('src/http/') && !i.typeOnly)
    .map(() => 'the web imports only types from the server')
  return [...walls, ...outsiders, ...web].map((what) => ({ path: source.path, line: 1, what }))
}

export const checkSource = (source: Source): Problem[] => [
  ...checkLines(source),
  ...checkTree(source),
  ...checkEdges(source),
]
