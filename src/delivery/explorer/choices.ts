// Exhaustive choice 穷举: runs a scenario again and again, each time taking the next untried branch,
// depth first, until every branch within the fault budget has been taken.

export type Option = { name: string; cost: number }

/** What goes well. */
export const OK: Option = { name: 'ok', cost: 0 }
export const fault = (name: string): Option => ({ name, cost: 1 })

/** Picks one of the options; those that cost more faults than are left are not offered. */
export type Choose = <T extends Option>(options: readonly T[]) => T

/** Which open option was taken at each choice: enough to walk the same execution again. */
export type Path = readonly number[]

export type Exploration = { executions: number; complete: boolean }

type Branch = { taken: number; of: number }

const chooser = (budget: number, path: Branch[]): Choose => {
  let depth = 0
  let left = budget
  return (options) => {
    const open = options.filter((option) => option.cost <= left)
    const first = open[0]
    if (first === undefined) throw new RangeError('no option is affordable')
    if (open.length === 1) return first
    const branch = path[depth] ?? { taken: 0, of: open.length }
    path[depth] = branch
    depth++
    const taken = open[branch.taken] ?? first
    left -= taken.cost
    return taken
  }
}

const nextPath = (path: Branch[]): boolean => {
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    last.taken++
    if (last.taken < last.of) return true
    path.pop()
  }
  return false
}

/** Calls `run` once per execution; `run` returns false to stop looking further. */
export const explore = (
  budget: number,
  run: (choose: Choose, path: () => Path) => boolean,
): Exploration => {
  const path: Branch[] = []
  for (let executions = 1; ; executions++) {
    const goOn = run(chooser(budget, path), () => path.map((branch) => branch.taken))
    if (!goOn) return { executions, complete: false }
    if (!nextPath(path)) return { executions, complete: true }
  }
}

/** Walks one execution again. */
export const replay = (budget: number, path: Path, run: (choose: Choose) => void): void => {
  run(
    chooser(
      budget,
      path.map((taken) => ({ taken, of: taken + 1 })),
    ),
  )
}
