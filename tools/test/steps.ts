// The steps of `npm test`, in order. A step that is no vitest run counts as one test.

import { readFile, rm } from 'node:fs/promises'
import { ensurePackages } from './packages.ts'
import { type Ran, runProgram } from './run-program.ts'
import { type Tally, tallyOf } from './vitest-report.ts'

export type Step = {
  name: string
  /** Part of the quick check too. */
  quick: boolean
  run(onStillRunning: (elapsedMs: number) => void): Promise<Tally & { output: string }>
}

const NODE = process.execPath
const REPORTS = '.cache/test'
const STATEMENTS = `${REPORTS}/statements.jsonl`

const single = (
  name: string,
  quick: boolean,
  work: (onStillRunning: (elapsedMs: number) => void) => Promise<Ran>,
): Step => ({
  name,
  quick,
  run: async (onStillRunning) => {
    const { ok, output } = await work(onStillRunning)
    const complaints = ok ? [] : [`failed: ${name}`]
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, complaints, output }
  },
})

const node = (name: string, quick: boolean, ...args: string[]): Step =>
  single(name, quick, (onStillRunning) => runProgram(NODE, args, { onStillRunning }))

const vitest = (
  name: string,
  options: {
    quick: boolean
    project: string
    /** Only files whose path holds one of these. */
    only?: readonly string[]
    /** How many at a time. */
    files?: number
    env?: Record<string, string>
  },
): Step => ({
  name,
  quick: options.quick,
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
    return { ...tallyOf(text, ran), output: ran.output }
  },
})

const TSC = 'node_modules/typescript/bin/tsc'

export const STEPS: readonly Step[] = [
  single('packages', false, ensurePackages),
  node('format', true, 'node_modules/@biomejs/biome/bin/biome', 'check', '.'),
  node('types', true, TSC, '-p', 'tsconfig.json'),
  node('types-web', true, TSC, '-p', 'tsconfig.web.json'),
  node('web', false, 'tools/bootstrap.mjs', 'web'),
  vitest('unit', { quick: true, project: 'unit' }),
  vitest('db', {
    quick: true,
    project: 'db',
    env: { PREWATT_TEST_STATEMENTS: STATEMENTS },
  }),
  // All tests once more would take three minutes: those of roles, migrations and the ledger do, and
  // of all others it is asked whether 15 understands their statements.
  vitest('db-15', {
    quick: false,
    project: 'db',
    only: ['src/adapters/', 'src/ledger/', 'src/work/'],
    env: { PREWATT_TEST_PG: '15' },
  }),
  node('statements-15', false, 'tools/test/statements-on-15.ts'),
  // These mostly wait for processes and for buses paced as real ones: three at a time.
  vitest('slow', { quick: false, project: 'slow', files: 3 }),
]
