// How long nothing else could run 占用时长: the longest stretch of this process's own time.

const LOOK_MS = 1
const US_PER_MS = 1_000

/** In ms of CPU: on a busy machine the clock on the wall counts what others did. */
export const longestHeld = async <T>(run: () => Promise<T>): Promise<[number, T]> => {
  const spent = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / US_PER_MS
  }
  let before = spent()
  let longest = 0
  const looking = setInterval(() => {
    const now = spent()
    longest = Math.max(longest, now - before)
    before = now
  }, LOOK_MS)
  try {
    const value = await run()
    return [longest, value]
  } finally {
    clearInterval(looking)
  }
}
