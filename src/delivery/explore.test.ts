import { expect, test } from 'vitest'
import { explore } from './explorer/choices.ts'
import { MUTANTS } from './explorer/mutants.ts'
import { REDUCTION_MUTANTS } from './explorer/reduction-mutants.ts'
import { execute, realProtocol } from './explorer/run.ts'
import {
  BAR,
  BEYOND,
  EVIDENCE,
  PLAIN,
  REDUCTIONS,
  type Row,
  TRIPS,
  VOIDS,
} from './explorer/scenarios.ts'
import { enumerate, shortestCounterExample } from './explorer/search.ts'
import { pollAtTheEnd } from './explorer/verdict.ts'

const EXECUTIONS_MIN = 50_000
const EXECUTIONS_PER_SECOND_MIN = 5_000
const TIMEOUT_MS = 240_000

/** Of this thread alone: other tests run beside it in the same process. */
const cpuSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(since)
  return (user + system) / 1e6
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const exploreRow = (row: Row): number => {
  const started = process.threadCpuUsage()
  const findings = enumerate(row, realProtocol)
  expect(findings.violations).toEqual({})
  expect(findings.complete).toBe(true)
  for (const end of row.ends ?? ['DELIVERED DELIVERED']) expect(findings.ends).toHaveProperty([end])
  const ends = Object.keys(findings.ends).join(' ')
  for (const reason of row.reaches) expect(ends).toContain(`HOLD(${reason})`)
  const seconds = cpuSeconds(started).toFixed(1)
  say(`${row.name}: ${findings.executions} executions, 0 violations, ${seconds} s`)
  return findings.executions
}

test(
  'every execution within three faults delivers once, with or without a lease fence',
  () => {
    const started = process.threadCpuUsage()
    const executions = BAR.map(exploreRow).reduce((sum, n) => sum + n, 0)
    const perSecond = Math.round(executions / cpuSeconds(started))
    say(`${executions} executions, ${perSecond} per CPU second`)
    expect(executions).toBeGreaterThanOrEqual(EXECUTIONS_MIN)
    expect(perSecond).toBeGreaterThanOrEqual(EXECUTIONS_PER_SECOND_MIN)
  },
  TIMEOUT_MS,
)

test.each(BEYOND)(
  '$name: nothing doubled, nothing falsely delivered',
  (row) => {
    expect(exploreRow(row)).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

test.each([...REDUCTIONS, ...EVIDENCE, ...TRIPS])(
  '$name: taken once and owed once, or held',
  (row) => {
    expect(exploreRow(row)).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

test.each(VOIDS)(
  '$name: void for ever, and the rest in the next meter once',
  (row) => {
    expect(exploreRow(row)).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

test.each([...MUTANTS, ...REDUCTION_MUTANTS])(
  'caught: $name',
  ({ name, scenario, protocol, violation }) => {
    const found = shortestCounterExample(scenario, protocol, violation)
    expect(found).not.toBeNull()
    if (found === null) return
    say(`\n${name}: ${violation}, ${found.faults} faults, ${found.executions} executions`)
    say(found.trace.map((line) => `    ${line}`).join('\n'))
    expect(found.trace).toContain(`!! ${violation}`)
  },
  TIMEOUT_MS,
)

test('money rolled back by a held absolute write is seen by the next poll', () => {
  const scenario = { ...PLAIN, guard: 'absolute', believedGuard: 'counter' } as const
  let rolledBack = 0
  explore(2, (choose) => {
    const world = execute(scenario, realProtocol, choose)
    if (!world.violations.includes('money rolled back')) return true
    rolledBack++
    return world.onHold || pollAtTheEnd(world) !== null
  })
  expect(rolledBack).toBeGreaterThan(1)
})
