// What an editor changed 修改内容: only that is sent, with what stood there before, so that the server
// can tell where somebody else was faster.

type Fields = Readonly<Record<string, unknown>>
type Changed<F extends Fields> = Partial<F> & { seen?: Partial<F> }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Null where nothing was changed. */
export const changesOf = <F extends Fields>(before: F, after: F): Changed<F> | null => {
  const changed: Partial<F> = {}
  const seen: Partial<F> = {}
  let any = false
  for (const key in after) {
    if (same(before[key], after[key])) continue
    changed[key] = after[key]
    seen[key] = before[key]
    any = true
  }
  return any ? { ...changed, seen } : null
}
