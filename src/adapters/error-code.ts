// Error codes of the operating system and of PostgreSQL (SQLSTATE), read without trusting the type.

/** The `code` of an error (`ENOENT`, `42501` …), or an empty text where it has none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** The value, or null where the operation failed with one of `codes`; other errors go on. */
export const orNullOn = async <T>(codes: readonly string[], work: Promise<T>): Promise<T | null> =>
  work.catch((error: unknown) => {
    if (codes.includes(errorCode(error))) return null
    throw error
  })
