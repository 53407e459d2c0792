// Assertions stay on in production: a broken assumption stops the request, never the ledger.

export class Bug extends Error {
  override readonly name = 'Bug'
}

export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Bug(what)
}

/** The value, or a Bug: for what the line above has already established. */
export const must = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new Bug(what)
  return value
}

/** Closes a union: a new case that is not handled breaks the build. */
export const never = (value: never): never => {
  throw new Bug(`impossible case ${JSON.stringify(value)}`)
}
