// What an act changed 变更内容, pure: each fact that is not the same before and after.

export type Difference = { key: string; before: string | null; after: string | null }

const isFacts = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** Facts that stand on one side only are shown too; what did not change is left out. */
export const differenceOf = (before: unknown, after: unknown): Difference[] => {
  const [left, right] = [isFacts(before) ? before : {}, isFacts(after) ? after : {}]
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  return keys
    .map((key) => ({ key, before: textOf(left[key]), after: textOf(right[key]) }))
    .filter((each) => each.before !== each.after)
}
