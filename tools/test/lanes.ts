// Steps side by side 并行步骤: as many at once as there are lanes, in the order of their list, each
// after those it needs. What one step leaves of the machine, another uses.

export type Waiting = {
  name: string
  /** Steps that must have ended before; those that were not chosen are not waited for. */
  after: readonly string[]
}

/**
 * Runs all steps, `lanes` at a time, and answers what each came to, in the order of the list. None
 * is begun once `stopped` says so. A step that needs one further down the list is a bug.
 */
export const runInLanes = async <Item extends Waiting, Result>(
  steps: readonly Item[],
  lanes: number,
  run: (step: Item) => Promise<Result>,
  stopped: () => boolean = () => false,
): Promise<Result[]> => {
  const ended = new Map<Item, Promise<Result>>()
  const running = new Set<Promise<unknown>>()
  const over = new Set<string>()
  const waiting = [...steps]
  const chosen = new Set(steps.map((step) => step.name))
  const mayBegin = ({ after }: Item) => after.every((name) => over.has(name) || !chosen.has(name))
  while (waiting.length > 0 && !stopped()) {
    const next = waiting.findIndex(mayBegin)
    const [step] = running.size < lanes && next >= 0 ? waiting.splice(next, 1) : []
    if (step !== undefined) {
      const result = run(step)
      const end = result.finally(() => {
        over.add(step.name)
        running.delete(end)
      })
      running.add(end)
      ended.set(step, result)
      continue
    }
    if (running.size === 0) throw new Error(`nothing may begin of ${waiting.map((s) => s.name)}`)
    await Promise.race(running)
  }
  return Promise.all(steps.flatMap((step) => ended.get(step) ?? []))
}
