// Searching 搜索: counts what an exploration finds, and walks the shortest counter-example again.

import { explore, type Path, replay } from './choices.ts'
import type { Scenario, World } from './model-world.ts'
import { execute, type Protocol } from './run.ts'
import type { Row } from './scenarios.ts'

export type Findings = {
  executions: number
  complete: boolean
  /** How many executions showed each violation. */
  violations: Record<string, number>
  /** How many executions ended in each pair of states, with the reasons of holds. */
  ends: Record<string, number>
}

const endOf = ({ sales, reduction }: World): string =>
  [...sales, ...(reduction === null ? [] : [reduction])]
    .map(({ state, holdReason }) => (holdReason === null ? state : `HOLD(${holdReason})`))
    .join(' ')

const count = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1
}

/** Enumerates every execution of a row. */
export const enumerate = (row: Row, protocol: Protocol): Findings => {
  const findings = { violations: {}, ends: {} }
  const exploration = explore(row.budget, (choose) => {
    const world = execute(row.scenario, protocol, choose)
    for (const violation of world.violations) count(findings.violations, violation)
    count(findings.ends, endOf(world))
    return true
  })
  return { ...exploration, ...findings }
}

export type CounterExample = { faults: number; executions: number; trace: readonly string[] }

const BUDGET_MAX = 3

const shortestWithin = (
  budget: number,
  scenario: Scenario,
  protocol: Protocol,
  violation: string,
): { path: Path | null; executions: number } => {
  let shortest: Path | null = null
  const { executions } = explore(budget, (choose, path) => {
    const world = execute(scenario, protocol, choose)
    if (!world.violations.includes(violation)) return true
    const found = path()
    if (shortest === null || found.length < shortest.length) shortest = found
    return true
  })
  return { path: shortest, executions }
}

/** The counter-example with the fewest faults, then the fewest choices; null for none. */
export const shortestCounterExample = (
  scenario: Scenario,
  protocol: Protocol,
  violation: string,
): CounterExample | null => {
  let executions = 0
  for (let faults = 0; faults <= BUDGET_MAX; faults++) {
    const found = shortestWithin(faults, scenario, protocol, violation)
    executions += found.executions
    if (found.path === null) continue
    const trace: string[] = []
    replay(faults, found.path, (choose) => {
      execute(scenario, protocol, choose, trace)
    })
    return { faults, executions, trace }
  }
  return null
}
