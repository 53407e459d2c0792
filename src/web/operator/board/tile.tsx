// One meter as a tile 电表卡片: shop, balance, state by word and icon, relay, and the age of the value.
// It listens to its own cell only.

import { EyeOutlined, LockFilled } from '@ant-design/icons'
import { memo } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { StateIcon, StateTag } from '../../ui/state-tag.tsx'
import { Dated } from '../meters/dated.tsx'
import styles from './board.module.css'
import { useBoardItem } from './board-data.ts'
import { shownAt } from './freshness.ts'
import { RelayWord } from './relay.tsx'

/** What people call the shop; the company behind it where the shop has no name. */
export const shopName = (item: BoardItem, language: 'zh' | 'en'): string =>
  (language === 'en' && item.premisesNameEn) || item.premisesName || item.tenant || item.meterNo

/** What was ordered of it; that its power is off is said by a relay that was read so. */
export const modeText = ({ mode, relay }: BoardItem, say: Say): string =>
  mode === 'tripped' && relay !== 'tripped' ? say('mode.tripOrdered') : say(`mode.${mode}`)

const Marks = ({ item }: { item: BoardItem }) => {
  const { say } = useText()
  return (
    <>
      {item.protected ? (
        <span
          role="img"
          className={styles.mark}
          aria-label={say('board.protected')}
          title={say('board.protected')}
        >
          <EyeOutlined aria-hidden />
        </span>
      ) : null}
      {item.mode === 'kept' ? (
        <span className={styles.mark} data-state="kept" title={say('mode.keptText')}>
          <StateIcon state="kept" /> {say('state.kept')}
        </span>
      ) : null}
      {item.mode === 'tripped' ? (
        <span className={styles.mark} title={say('mode.trippedText')}>
          <LockFilled aria-hidden /> {modeText(item, say)}
        </span>
      ) : null}
      {item.held ? (
        <span className={styles.mark} data-state="held" title={say('board.held')}>
          <StateIcon state="held" /> {say('state.held')}
        </span>
      ) : null}
    </>
  )
}

type TileProps = {
  meterId: number
  active: boolean
  onOpen: (meterId: number) => void
}

export const Tile = memo(({ meterId, active, onOpen }: TileProps) => {
  const { language } = useText()
  const item = useBoardItem(meterId)
  if (!item) return null
  const { staleAfterMs } = item
  return (
    <button
      type="button"
      className={styles.tile}
      data-meter={meterId}
      data-state={item.state}
      tabIndex={active ? 0 : -1}
      onClick={() => onOpen(meterId)}
    >
      <span className={styles.tileTop}>
        <span className={styles.cut}>
          <strong>{item.premises}</strong>
        </span>
        <StateTag state={item.state} />
      </span>
      <span className={styles.tileName}>
        <Name className={styles.cut}>{shopName(item, language)}</Name>
        <Marks item={item} />
      </span>
      <span className={styles.tileMoney}>
        <PointKind kind={item.pointKind} />
        <span>
          <small>¥</small>
          <Dated at={item.balanceAt} staleAfterMs={staleAfterMs}>
            <Money fen={item.balanceFen} strong />
          </Dated>
        </span>
      </span>
      <span className={styles.tileFoot}>
        <Dated at={item.relayAt} staleAfterMs={staleAfterMs}>
          <RelayWord relay={item.relay} />
        </Dated>
        <span className={styles.tileAge}>
          <Age at={shownAt(item)} staleAfterMs={staleAfterMs} />
        </span>
      </span>
    </button>
  )
})
