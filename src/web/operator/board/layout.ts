// How tiles fall into rows 看板排布: a heading for each floor, then rows of as many tiles as fit. Pure,
// so that arrow keys and the virtual list agree about what is where.

import type { BoardItem } from '../../../http/contract.ts'

export type GridRow =
  | { kind: 'heading'; key: string; first: number; meters: number }
  | { kind: 'tiles'; key: string; ids: readonly number[] }

/** `idOf` items come in the board's order, so a floor's meters stand together. */
export const gridRows = (
  ids: readonly number[],
  itemOf: (id: number) => BoardItem | undefined,
  columns: number,
): GridRow[] => {
  const rows: GridRow[] = []
  let group: number[] = []
  let floorKey = ''
  const close = () => {
    const first = group[0]
    if (first === undefined) return
    rows.push({ kind: 'heading', key: `h${floorKey}`, first, meters: group.length })
    for (let i = 0; i < group.length; i += columns) {
      const part = group.slice(i, i + columns)
      rows.push({ kind: 'tiles', key: `t${part[0]}`, ids: part })
    }
    group = []
  }
  for (const id of ids) {
    const item = itemOf(id)
    if (!item) continue
    const key = `${item.buildingId}/${item.floor}`
    if (key !== floorKey) close()
    floorKey = key
    group.push(id)
  }
  close()
  return rows
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

export const isArrow = (key: string): key is Arrow =>
  ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key)

/** Which line of the list an arrow key leads to; the same one at the edges. */
export const lineAfter = (ids: readonly number[], id: number, arrow: Arrow): number => {
  const at = ids.indexOf(id)
  switch (arrow) {
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(0, at - 1)
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(ids.length - 1, at + 1)
    case 'Home':
      return 0
    case 'End':
      return ids.length - 1
  }
}

/** Row and column of a meter; null where it is not shown. */
export const placeInGrid = (
  rows: readonly GridRow[],
  id: number,
): { row: number; column: number } | null => {
  for (const [row, each] of rows.entries()) {
    if (each.kind !== 'tiles') continue
    const column = each.ids.indexOf(id)
    if (column >= 0) return { row, column }
  }
  return null
}

const verticalNeighbour = (
  rows: readonly GridRow[],
  from: { row: number; column: number },
  step: 1 | -1,
): number | undefined => {
  for (let row = from.row + step; row >= 0 && row < rows.length; row += step) {
    const each = rows[row]
    if (each?.kind === 'tiles') return each.ids[Math.min(from.column, each.ids.length - 1)]
  }
  return undefined
}

/** Which meter an arrow key leads to; the same one at the edges. */
export const neighbour = (
  rows: readonly GridRow[],
  ids: readonly number[],
  id: number,
  arrow: Arrow,
): number => {
  const at = ids.indexOf(id)
  const place = placeInGrid(rows, id)
  switch (arrow) {
    case 'ArrowLeft':
      return ids[at - 1] ?? id
    case 'ArrowRight':
      return ids[at + 1] ?? id
    case 'Home':
      return ids[0] ?? id
    case 'End':
      return ids.at(-1) ?? id
    case 'ArrowUp':
      return (place && verticalNeighbour(rows, place, -1)) ?? id
    case 'ArrowDown':
      return (place && verticalNeighbour(rows, place, 1)) ?? id
  }
}
