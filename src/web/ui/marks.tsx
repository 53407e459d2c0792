// Rows of a list that a person has marked 选中: by mouse or keyboard, for an act on all of them.

import { useState } from 'react'
import type { Say } from '../text/i18n.ts'
import type { Column } from './data-table.tsx'

export type Marks<Id> = {
  ids: ReadonlySet<Id>
  toggle: (id: Id) => void
  setAll: (ids: Iterable<Id>) => void
}

/** `able`: what may be marked now; a mark on anything else counts for nothing. */
export const useMarks = <Id,>(able?: readonly Id[]): Marks<Id> => {
  const [chosen, setChosen] = useState<ReadonlySet<Id>>(new Set())
  const ids = able ? new Set(able.filter((id) => chosen.has(id))) : chosen
  const toggle = (id: Id) => {
    const next = new Set(ids)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return { ids, toggle, setAll: (all) => setChosen(new Set(all)) }
}

/** `of`: null where a row can't be marked. */
export const markColumn = <Row, Id>(
  say: Say,
  { ids, toggle }: Marks<Id>,
  of: (row: Row) => { id: Id; name: string } | null,
): Column<Row> => ({
  key: 'mark',
  title: say('alarms.marked'),
  render: (row) => {
    const one = of(row)
    return one === null ? null : (
      <input
        type="checkbox"
        aria-label={say('alarms.mark', { what: one.name })}
        checked={ids.has(one.id)}
        onChange={() => toggle(one.id)}
      />
    )
  },
})
