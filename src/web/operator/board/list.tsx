// The board as a list 列表视图: the same meters, one a line, with more columns; virtual as well.

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useRef, useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import { onNextFrame } from '../../ui/clock.ts'
import { Energy, Money, Power } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { Dated } from '../meters/dated.tsx'
import styles from './board.module.css'
import { useBoardItem } from './board-data.ts'
import { buildingName, floorName } from './building.ts'
import { ENERGY_ROUNDS_MS, shownAt } from './freshness.ts'
import { isArrow, lineAfter } from './layout.ts'
import { RelayWord } from './relay.tsx'
import { modeText, shopName } from './tile.tsx'

const LINE_HEIGHT_PX = 40

type LineProps = {
  meterId: number
  active: boolean
  onOpen: (meterId: number) => void
}

const Line = memo(({ meterId, active, onOpen }: LineProps) => {
  const { say, language } = useText()
  const item = useBoardItem(meterId)
  if (!item) return null
  const { staleAfterMs } = item
  return (
    <button
      type="button"
      className={styles.line}
      data-meter={meterId}
      data-state={item.state}
      tabIndex={active ? 0 : -1}
      onClick={() => onOpen(meterId)}
    >
      <span>
        {buildingName(item, language)} {floorName(item.floor, say)}
      </span>
      <span>
        <strong>{item.premises}</strong> <PointKind kind={item.pointKind} />
      </span>
      <Name className={styles.cut}>{shopName(item, language)}</Name>
      <span>
        <StateTag state={item.state} />
      </span>
      <span className={styles.right}>
        <Dated at={item.balanceAt} staleAfterMs={staleAfterMs}>
          <Money fen={item.balanceFen} />
        </Dated>
      </span>
      <Dated at={item.relayAt} staleAfterMs={staleAfterMs}>
        <RelayWord relay={item.relay} />
      </Dated>
      <span>{modeText(item, say)}</span>
      <span className={styles.right}>
        <Dated at={item.energyAt} staleAfterMs={Math.max(staleAfterMs, ENERGY_ROUNDS_MS)}>
          <Energy wh={item.energyWh} unit={false} />
        </Dated>
      </span>
      <span className={styles.right}>
        <Dated at={item.powerAt} staleAfterMs={staleAfterMs}>
          <Power w={item.powerW} unit={false} />
        </Dated>
      </span>
      <span>
        <Age at={shownAt(item)} staleAfterMs={staleAfterMs} />
      </span>
    </button>
  )
})

const Head = () => {
  const { say } = useText()
  return (
    <div className={styles.lineHead} aria-hidden>
      <span>{say('board.place')}</span>
      <span>{say('board.premises')}</span>
      <span>{say('board.shop')}</span>
      <span>{say('board.state')}</span>
      <span className={styles.right}>{say('board.balanceYuan')}</span>
      <span>{say('board.relay')}</span>
      <span>{say('board.mode')}</span>
      <span className={styles.right}>{say('board.energy')}</span>
      <span className={styles.right}>{say('board.power')}</span>
      <span>{say('board.age')}</span>
    </div>
  )
}

type ListProps = {
  ids: readonly number[]
  onOpen: (meterId: number) => void
}

export const List = ({ ids, onOpen }: ListProps) => {
  const box = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<number | null>(null)
  const active = activeId !== null && ids.includes(activeId) ? activeId : (ids[0] ?? null)
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT_PX,
    overscan: 8,
    getItemKey: (index) => ids[index] ?? index,
  })
  const walk = (event: KeyboardEvent) => {
    if (active === null || !isArrow(event.key)) return
    event.preventDefault()
    const index = lineAfter(ids, active, event.key)
    const next = ids[index] ?? active
    setActiveId(next)
    virtual.scrollToIndex(index)
    onNextFrame(() => box.current?.querySelector<HTMLElement>(`[data-meter="${next}"]`)?.focus())
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys reach the buttons inside.
    <div ref={box} className={styles.scroller} onKeyDown={walk} data-testid="board-list">
      <Head />
      <div style={{ height: virtual.getTotalSize(), position: 'relative', minWidth: 900 }}>
        {virtual.getVirtualItems().map((slot) => {
          const id = ids[slot.index]
          if (id === undefined) return null
          return (
            <div
              key={slot.key}
              className={styles.row}
              style={{ transform: `translateY(${slot.start}px)` }}
            >
              <Line meterId={id} active={id === active} onOpen={onOpen} />
            </div>
          )
        })}
      </div>
    </div>
  )
}
