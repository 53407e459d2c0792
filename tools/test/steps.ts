// The steps of `npm test`, in the order in which they are begun. A step that is no vitest run
// counts as one test.

import { readFile, rm } from 'node:fs/promises'
import { logOf } from './logs.ts'
import { ensurePackages } from './packages.ts'
import { lastLines, quoted } from './quoted.ts'
import { type Ran, runProgram } from './run-program.ts'
import { type Tally, tallyOf } from './vitest-report.ts'

export type Step = {
  name: string
  /** Steps whose result it uses. */
  after: readonly string[]
  /** Part of the quick check too. */
  quick: boolean
  run(onStillRunning: (elapsedMs: number) => void): Promise<Tally & { output: string }>
}

const NODE = process.execPath
const REPORTS = '.cache/test'
const STATEMENTS = `${REPORTS}/statements.jsonl`

type Options = { quick?: boolean; after?: readonly string[] }

const single = (
  name: string,
  { quick = false, after = [] }: Options,
  work: (onStillRunning: (elapsedMs: number) => void) => Promise<Ran>,
): Step => ({
  name,
  quick,
  after,
  run: async (onStillRunning) => {
    const { ok, output } = await work(onStillRunning)
    const complaints = ok ? [] : [`failed: ${name}${quoted(lastLines(output))}`]
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, complaints, output }
  },
})

const node = (name: string, options: Options, ...args: string[]): Step =>
  single(name, options, (onStillRunning) => runProgram(NODE, args, { onStillRunning }))

const vitest = (
  name: string,
  options: Options & {
    project: string
    /** Only files whose path holds one of these. */
    only?: readonly string[]
    /** How many at a time. */
    files?: number
    env?: Record<string, string>
  },
): Step => ({
  name,
  quick: options.quick ?? false,
  after: options.after ?? [],
  run: async (onStillRunning) => {
    const report = `${REPORTS}/${name}.json`
    await rm(report, { force: true })
    const ran = await runProgram(
      NODE,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        ...(options.only ?? []),
        `--project=${options.project}`,
        ...(options.files ? [`--maxWorkers=${options.files}`] : []),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { onStillRunning, ...(options.env ? { env: options.env } : {}) },
    )
    const text = await readFile(report, 'utf8').catch(() => null)
    return { ...tallyOf(text, ran, logOf), output: ran.output }
  },
})

const TSC = 'node_modules/typescript/bin/tsc'
const QUICK = { quick: true }

/** Steps at a time: one that mostly waits leaves the machine to another. */
export const LANES = 2

export const STEPS: readonly Step[] = [
  single('packages', {}, ensurePackages),
  node('web', {}, 'tools/bootstrap.mjs', 'web'),
  node('format', QUICK, 'node_modules/@biomejs/biome/bin/biome', 'check', '.'),
  // The longest of all. Its tests mostly wait for processes, browsers and buses.
  vitest('slow', { project: 'slow', after: ['packages', 'web'], files: 4 }),
  node('types', QUICK, TSC, '-p', 'tsconfig.json'),
  node('types-web', QUICK, TSC, '-p', 'tsconfig.web.json'),
  vitest('unit', { ...QUICK, project: 'unit', files: 2 }),
  // Half of a test's time is the database's: two at a time take half as long on two cores.
  vitest('db', {
    ...QUICK,
    project: 'db',
    files: 2,
    env: { PREWATT_TEST_STATEMENTS: STATEMENTS },
  }),
  // All tests once more would take three minutes: those of roles, migrations and the ledger do, and
  // of all others it is asked whether 15 understands their statements.
  vitest('db-15', {
    project: 'db',
    files: 2,
    only: ['src/adapters/', 'src/ledger/', 'src/work/'],
    env: { PREWATT_TEST_PG: '15' },
  }),
  node('statements-15', { after: ['db'] }, 'tools/test/statements-on-15.ts'),
]
