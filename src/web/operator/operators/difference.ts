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

const IS_MOMENT = /(^(at|since|until|from|to)|At|Since|Until)$/
const MOMENT = /^1\d{12}$/

/** A moment that is kept as milliseconds; null: it is none. */
export const momentIn = (name: string, text: string): number | null =>
  IS_MOMENT.test(name) && MOMENT.test(text) ? Number(text) : null

const OF_METER = /^meter\/([^.]+)\.(.+)$/

/** `meter/20261102.alarm1Fen` is a fact of one meter of an account. */
export const factOf = (name: string): { meterNo: string | null; own: string } => {
  const [, meterNo = null, own = name] = OF_METER.exec(name) ?? []
  return { meterNo, own }
}
