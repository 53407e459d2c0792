// Walking a machine 逐步执行: asks it what to do, does it, and tells it what came of it, until it stops
// or asks for patience. The walk holds no state that a crash could lose.

export type Stops = { do: 'stop'; reason: string }
export type Waits = { do: 'wait'; reason: string }

/** A walk as far as it has come: `view` is what is known. */
export type Walking<View> = { view: View }

export type Machine<View, Act, Result, Ending> = {
  decide(view: View): Act | Stops | Waits
  /** 'stale': another has changed the state meanwhile, and nothing was done. */
  perform(act: Act): Promise<Result | 'stale'>
  observe(view: View, act: Act, result: Result): View
  /** What the screens show while it waits. */
  rememberFault(fault: string): Promise<void>
  endingOf(view: View): Ending
}

// The longest way takes seven; a machine that goes round and round is stopped.
const STEPS_MAX = 20

const isStop = (action: object): action is Stops => 'do' in action && action.do === 'stop'
const isWait = (action: object): action is Waits => 'do' in action && action.do === 'wait'

/** Goes on until the machine stops, waits, or somebody else has taken over. */
export const walkOn = async <View, Act extends object, Result, Ending>(
  walk: Walking<View>,
  machine: Machine<View, Act, Result, Ending>,
): Promise<Ending | 'stopped' | { again: string }> => {
  for (let step = 0; step < STEPS_MAX; step++) {
    const action = machine.decide(walk.view)
    if (isStop(action)) return machine.endingOf(walk.view)
    if (isWait(action)) {
      await machine.rememberFault(action.reason)
      return { again: action.reason }
    }
    const result = await machine.perform(action)
    // Whoever changed the state goes on with it; a late one says nothing.
    if (result === 'stale') return 'stopped'
    walk.view = machine.observe(walk.view, action, result)
  }
  return { again: 'too many steps' }
}
