// The relay as it was read 继电器: never what was wished. Close permitted waits for a hand on the
// meter's button, so it is a third state and not a kind of closed.

import { ApiFilled, PlayCircleOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import type { ComponentType } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { STATE_ICONS } from '../../ui/state-tag.tsx'
import styles from './board.module.css'

type Relay = NonNullable<BoardItem['relay']>

const ICONS: Record<Relay, ComponentType<{ 'aria-hidden': true }>> = {
  closed: ApiFilled,
  tripped: STATE_ICONS.tripped,
  closePermitted: PlayCircleOutlined,
}

export const RelayWord = ({ relay }: { relay: BoardItem['relay'] }) => {
  const { say } = useText()
  const Icon = relay === null ? QuestionCircleOutlined : ICONS[relay]
  return (
    <span className={styles.relay} data-relay={relay ?? 'unknown'}>
      <Icon aria-hidden /> {say(`relay.${relay ?? 'unknown'}`)}
    </span>
  )
}
