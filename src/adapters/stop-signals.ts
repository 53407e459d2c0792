// The wish to stop 停止信号: SIGINT and SIGTERM begin one clean stop. A Ctrl-C or the death of our
// parent may arrive several times in a row and still is one wish; asked again later, we leave at
// once.

const SAME_WISH_MS = 2_000
const EXIT_CODE_INSISTED = 130

/** Calls `stop` once; whoever insists after two seconds gets an immediate exit. */
export const onStopSignal = (stop: (signal: 'SIGINT' | 'SIGTERM') => void): void => {
  let firstAtMs: number | null = null
  const told = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (firstAtMs === null) {
      firstAtMs = performance.now()
      stop(signal)
    } else if (performance.now() - firstAtMs > SAME_WISH_MS) {
      process.exit(EXIT_CODE_INSISTED)
    }
  }
  process.on('SIGINT', () => told('SIGINT'))
  process.on('SIGTERM', () => told('SIGTERM'))
}
