// Travelling together 合批: what arrives while others are under way waits and goes with them, so that
// many share the cost of one journey. Whoever comes when nothing is under way leaves with those who
// come in the same turn of the program; a second journey begins when as many wait as the first one
// carries, and many who come at once share out the journeys. PURE.

export type Gathering<M, A> = {
  /** Those of different groups never travel together. */
  groupOf(member: M): string
  /** Of two with one mark, of whatever groups, the later leaves when the earlier has come back. */
  markOf(member: M): unknown
  /** Journeys of one group under way at once. */
  atOnce: number
  /** Members of one journey. */
  most: number
  /** Journeys of fewer are not begun for the sake of sharing out: they cost more than they save. */
  few: number
  /** One journey; answers its members in their order. What it throws, each of them is told. */
  run(members: readonly M[]): Promise<readonly PromiseSettledResult<A>[]>
}

type Waiting<M, A> = {
  member: M
  mark: unknown
  settle(result: PromiseSettledResult<A> | undefined): void
}

type Group<M, A> = {
  waiting: Waiting<M, A>[]
  underWay: number
  carried: number
  /** Who may leave is seen at the end of this turn: who are answered in it may come again. */
  called: boolean
}

const settling =
  <A>(resolve: (answer: A) => void, reject: (reason: unknown) => void) =>
  (result: PromiseSettledResult<A> | undefined): void => {
    if (result?.status === 'fulfilled') resolve(result.value)
    else reject(result?.reason ?? new Error('a journey answers each of its members'))
  }

type Room = Pick<Gathering<never, never>, 'atOnce' | 'most' | 'few'>

type Crowd = { waiting: { length: number }; underWay: number; carried: number }

const mayLeave = ({ atOnce }: Room, { waiting, underWay, carried }: Crowd): boolean =>
  underWay < atOnce && waiting.length >= carried

/** Who come together share out the journeys that may begin. */
const roomOf = ({ atOnce, most, few }: Room, { waiting: { length }, underWay }: Crowd): number => {
  const journeys = atOnce - underWay
  return Math.min(most, length < journeys * few ? length : Math.floor(length / journeys))
}

/**
 * Returns what each caller asks; it answers when his journey is over. At the end of a journey all
 * groups are called: a mark that is free again may be what somebody of another one waits for.
 */
export const gather = <M, A>(how: Gathering<M, A>): ((member: M) => Promise<A>) => {
  const groups = new Map<string, Group<M, A>>()
  const marks = new Set<unknown>()

  const take = (group: Group<M, A>): Waiting<M, A>[] => {
    const room = roomOf(how, group)
    const taken: Waiting<M, A>[] = []
    const left: Waiting<M, A>[] = []
    for (const one of group.waiting) {
      const goes = taken.length < room && !marks.has(one.mark)
      if (goes) marks.add(one.mark)
      ;(goes ? taken : left).push(one)
    }
    group.waiting = left
    return taken
  }

  const travel = async (taken: readonly Waiting<M, A>[]): Promise<void> => {
    try {
      const results = await how.run(taken.map(({ member }) => member))
      for (const [at, one] of taken.entries()) one.settle(results[at])
    } catch (reason) {
      for (const one of taken) one.settle({ status: 'rejected', reason })
    }
    for (const { mark } of taken) marks.delete(mark)
  }

  const start = (name: string, group: Group<M, A>): void => {
    while (mayLeave(how, group)) {
      const taken = take(group)
      if (taken.length === 0) break
      group.underWay += 1
      group.carried += taken.length
      void travel(taken).then(() => {
        group.underWay -= 1
        group.carried -= taken.length
        for (const [each, other] of groups) call(each, other)
      })
    }
    if (group.underWay === 0 && group.waiting.length === 0) groups.delete(name)
  }

  const call = (name: string, group: Group<M, A>): void => {
    if (group.called) return
    group.called = true
    process.nextTick(() => {
      group.called = false
      start(name, group)
    })
  }

  return (member) =>
    new Promise((resolve, reject) => {
      const name = how.groupOf(member)
      const group = groups.get(name) ?? { waiting: [], underWay: 0, carried: 0, called: false }
      groups.set(name, group)
      group.waiting.push({ member, mark: how.markOf(member), settle: settling(resolve, reject) })
      call(name, group)
    })
}
