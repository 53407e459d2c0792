// How much of a change of the past is priced at once 分批, PURE: few readings are held in memory
// together, and whoever asks the server something else meanwhile waits for one part only.

/** Priced in about fifty milliseconds, with a reading each half-hour. */
const MONTHS_AT_ONCE = 60

/** Parts of together about so many months, in order; `key` names what stays together. */
export const partsOf = <T>(
  all: readonly T[],
  of: { key: (one: T) => number; months: (one: T) => number },
): T[][] => {
  const parts: T[][] = []
  let room = 0
  for (const same of Map.groupBy(all, of.key).values()) {
    const months = same.reduce((sum, one) => sum + of.months(one), 0)
    const last = parts.at(-1)
    if (last && months <= room) last.push(...same)
    else parts.push([...same])
    room = last && months <= room ? room - months : MONTHS_AT_ONCE - months
  }
  return parts
}

/** One part after the other. */
export const inTurn = async <T, Made>(
  parts: readonly T[],
  run: (part: T) => Promise<Made>,
): Promise<Made[]> => {
  const made: Made[] = []
  for (const part of parts) made.push(await run(part))
  return made
}
