// Who must go when too many callers wait to be heard 来电拥挤: the longest waiting of the host that has
// most of them, so that a flood from one host turns nobody else away.

export type Crowd<Caller> = {
  /** Who had to go to make room, if anybody. */
  admit(caller: Caller, from: string): Caller | null
  leave(caller: Caller): void
  /** The longest waiting first. */
  all(): readonly Caller[]
  has(caller: Caller): boolean
}

/** The same box comes from another port each time: only its host tells. */
export const hostOf = (from: string): string => from.replace(/:\d+$/, '')

const longestOfTheMany = <Caller>(waiting: ReadonlyMap<Caller, string>): Caller | null => {
  const counts = new Map<string, number>()
  for (const host of waiting.values()) counts.set(host, (counts.get(host) ?? 0) + 1)
  const most = Math.max(...counts.values())
  for (const [caller, host] of waiting) if (counts.get(host) === most) return caller
  return null
}

export const createCrowd = <Caller>(most: number): Crowd<Caller> => {
  const waiting = new Map<Caller, string>()
  return {
    admit: (caller, from) => {
      waiting.set(caller, hostOf(from))
      if (waiting.size <= most) return null
      const gone = longestOfTheMany(waiting)
      if (gone !== null) waiting.delete(gone)
      return gone
    },
    leave: (caller) => {
      waiting.delete(caller)
    },
    all: () => [...waiting.keys()],
    has: (caller) => waiting.has(caller),
  }
}
