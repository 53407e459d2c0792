// A state by colour, word and icon 状态标签, the same on every screen; lost contact is dashed as
// well, so that greyscale tells it apart.

import {
  AlertFilled,
  CheckCircleFilled,
  CloseCircleFilled,
  DisconnectOutlined,
  MinusCircleOutlined,
  WarningFilled,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import { useText } from '../text/i18n.ts'
import './states.css'
import type { MeterState } from './states.ts'
import styles from './ui.module.css'

const ICONS: Record<MeterState, ComponentType<{ 'aria-hidden': true }>> = {
  normal: CheckCircleFilled,
  alarm1: WarningFilled,
  alarm2: AlertFilled,
  arrears: CloseCircleFilled,
  notOpened: MinusCircleOutlined,
  offline: DisconnectOutlined,
}

export const StateIcon = ({ state }: { state: MeterState }) => {
  const Icon = ICONS[state]
  return <Icon aria-hidden />
}

export const StateTag = ({ state }: { state: MeterState }) => {
  const { say } = useText()
  return (
    <span className={styles.state} data-state={state}>
      <StateIcon state={state} /> {say(`state.${state}`)}
    </span>
  )
}
