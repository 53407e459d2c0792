// The board as tiles 卡片视图: thousands of meters, of which only the visible rows exist. One tab stop;
// arrow keys walk, Enter opens.

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { onNextFrame } from '../../ui/clock.ts'
import { boardStore } from '../live/live.ts'
import styles from './board.module.css'
import { buildingName, floorName } from './building.ts'
import { gridRows, isArrow, neighbour, placeInGrid } from './layout.ts'
import { Tile } from './tile.tsx'

const TILE_WIDTH_PX = 168
const TILE_HEIGHT_PX = 112
const HEADING_HEIGHT_PX = 34
const GAP_PX = 10

const useColumns = (box: React.RefObject<HTMLDivElement | null>): number => {
  const [columns, setColumns] = useState(6)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      const fit = Math.floor((element.clientWidth - 24 + GAP_PX) / (TILE_WIDTH_PX + GAP_PX))
      setColumns(Math.max(1, fit))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return columns
}

const Heading = ({ meterId, meters }: { meterId: number; meters: number }) => {
  const { say, language } = useText()
  const item = boardStore.item(meterId)
  if (!item) return null
  return (
    <h2 className={styles.floor}>
      {buildingName(item, language)} {floorName(item.floor, say)}
      <small>{say('board.meters', { n: meters })}</small>
    </h2>
  )
}

type GridProps = {
  ids: readonly number[]
  onOpen: (meterId: number) => void
}

export const Grid = ({ ids, onOpen }: GridProps) => {
  const box = useRef<HTMLDivElement>(null)
  const columns = useColumns(box)
  const rows = useMemo(() => gridRows(ids, boardStore.item, columns), [ids, columns])
  const [activeId, setActiveId] = useState<number | null>(null)
  const active = activeId !== null && ids.includes(activeId) ? activeId : (ids[0] ?? null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) =>
      rows[index]?.kind === 'heading' ? HEADING_HEIGHT_PX : TILE_HEIGHT_PX + GAP_PX,
    overscan: 4,
    getItemKey: (index) => rows[index]?.key ?? index,
  })
  const walk = (event: KeyboardEvent) => {
    if (active === null || !isArrow(event.key)) return
    event.preventDefault()
    const next = neighbour(rows, ids, active, event.key)
    setActiveId(next)
    const place = placeInGrid(rows, next)
    if (place) virtual.scrollToIndex(place.row)
    onNextFrame(() => box.current?.querySelector<HTMLElement>(`[data-meter="${next}"]`)?.focus())
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys reach the buttons inside.
    <div ref={box} className={styles.scroller} onKeyDown={walk} data-testid="board-grid">
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((slot) => {
          const row = rows[slot.index]
          if (!row) return null
          const style = { transform: `translateY(${slot.start}px)` }
          return row.kind === 'heading' ? (
            <div key={slot.key} className={styles.row} style={style}>
              <Heading meterId={row.first} meters={row.meters} />
            </div>
          ) : (
            <div
              key={slot.key}
              className={styles.tiles}
              style={{ ...style, gridTemplateColumns: `repeat(${columns}, 1fr)` }}
            >
              {row.ids.map((id) => (
                <Tile key={id} meterId={id} active={id === active} onOpen={onOpen} />
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}
