// A purchase's state by colour, word and icon 购电状态.

import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  ExclamationCircleOutlined,
  MinusCircleOutlined,
  SendOutlined,
} from '@ant-design/icons'
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '../../text/i18n.ts'
import type { PurchaseState } from './purchase-data.ts'

const LOOK: Record<PurchaseState, { color: string; icon: ReactNode }> = {
  QUEUED: { color: 'default', icon: <ClockCircleOutlined aria-hidden /> },
  ARMED: { color: 'processing', icon: <SendOutlined aria-hidden /> },
  DELIVERED: { color: 'success', icon: <CheckCircleOutlined aria-hidden /> },
  HOLD: { color: 'error', icon: <ExclamationCircleOutlined aria-hidden /> },
  CANCELLED: { color: 'default', icon: <MinusCircleOutlined aria-hidden /> },
  VOID: { color: 'default', icon: <MinusCircleOutlined aria-hidden /> },
}

export const PurchaseTag = ({ state }: { state: PurchaseState }) => {
  const { say } = useText()
  return (
    <Tag color={LOOK[state].color} icon={LOOK[state].icon} data-purchase-state={state}>
      {say(`purchase.${state}`)}
    </Tag>
  )
}
