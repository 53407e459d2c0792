// Cursors 游标: the key of the last row shown, opaque to the caller. A page is read with one row more
// than asked for, which tells whether there is another.

import { Refusal } from '../shared/refusal.ts'
import type { ListOf } from './contract.ts'

const wrong = () =>
  new Refusal('invalid_input', { where: 'query', field: 'cursor', rule: 'cursor' })

const textOf = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('utf8')
/** The key of the last row shown, as callers get it. */
export const cursorOf = (key: string | number): string =>
  Buffer.from(String(key)).toString('base64url')

/** The id after which to go on; 0 at the beginning. Refuses: invalid_input. */
export const afterId = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0
  const text = textOf(cursor)
  if (!/^\d{1,9}$/.test(text)) throw wrong()
  return Number(text)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The UUID before which to go on (newest first); null at the beginning. Refuses: invalid_input. */
export const beforeUuid = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  const text = textOf(cursor)
  if (!UUID.test(text)) throw wrong()
  return text
}

/** The same of a list in the order of its UUIDs, which is the order of their making. */
export const afterUuid = beforeUuid

/** The day (or month) before which to go on, newest first; null at the start. */
export const beforeDay = (cursor: string | undefined): string | null => {
  if (cursor === undefined) return null
  const text = textOf(cursor)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw wrong()
  return text
}

export type Moment = { at: number; source: number }

/** The moment after which to go on; null at the beginning. Refuses: invalid_input. */
export const afterMoment = (cursor: string | undefined): Moment | null => {
  if (cursor === undefined) return null
  const found = /^(\d{1,15})\.(\d{1,4})$/.exec(textOf(cursor))
  if (!found) throw wrong()
  return { at: Number(found[1]), source: Number(found[2]) }
}

/** The reading before which to go on, newest first; null at the start. Refuses: invalid_input. */
export const beforeReading = (
  cursor: string | undefined,
): (Moment & { meterId: number }) | null => {
  if (cursor === undefined) return null
  const found = /^(\d{1,15})\.(\d{1,9})\.(\d{1,4})$/.exec(textOf(cursor))
  if (!found) throw wrong()
  return { at: Number(found[1]), meterId: Number(found[2]), source: Number(found[3]) }
}

/** The supply and the moment after which to go on; null at the start. Refuses: invalid_input. */
export const supplyAndMoment = (
  cursor: string | undefined,
): { supply: number; at: number } | null => {
  if (cursor === undefined) return null
  const found = /^(\d{1,9})\.(\d{1,15})$/.exec(textOf(cursor))
  if (!found) throw wrong()
  return { supply: Number(found[1]), at: Number(found[2]) }
}

/** Cuts the extra row off; `keyOf` names the last one kept. */
export const pageOf = <Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string | number,
): ListOf<Row> => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items, nextCursor: more ? cursorOf(keyOf(last)) : null }
}
