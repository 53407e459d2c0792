// What the bootstrap tells while it works: on stderr, so that a command's output stays its own.

export const say = (line) => process.stderr.write(`${line}\n`)

/** Seconds since a `performance.now()`, to a tenth. */
export const secondsSince = (startedAt) => Math.round((performance.now() - startedAt) / 100) / 10
