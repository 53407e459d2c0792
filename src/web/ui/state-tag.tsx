// A state by colour, word and sign 状态标签, the same on every screen; lost contact is dashed as
// well. Every sign has a shape of its own, so that greyscale tells them apart.

import {
  AlertFilled,
  CheckCircleFilled,
  CloseCircleFilled,
  DisconnectOutlined,
  MinusCircleOutlined,
  PoweroffOutlined,
  SafetyCertificateFilled,
  StopFilled,
  WarningFilled,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import { useText } from '../text/i18n.ts'
import './states.css'
import type { MeterState, ShownState } from './states.ts'
import styles from './ui.module.css'

export const STATE_ICONS: Record<ShownState, ComponentType<{ 'aria-hidden': true }>> = {
  normal: CheckCircleFilled,
  alarm1: WarningFilled,
  alarm2: AlertFilled,
  arrears: CloseCircleFilled,
  notOpened: MinusCircleOutlined,
  offline: DisconnectOutlined,
  tripped: PoweroffOutlined,
  kept: SafetyCertificateFilled,
  held: StopFilled,
}

export const StateIcon = ({ state }: { state: ShownState }) => {
  const Icon = STATE_ICONS[state]
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
