// A purchase's state by colour, word and icon 购电状态.

import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  ExclamationCircleOutlined,
  MinusCircleOutlined,
  SendOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useText } from '../../text/i18n.ts'
import { Tag, type Tone } from '../../ui/tag.tsx'
import type { PurchaseState } from './purchase-data.ts'

const LOOK: Record<PurchaseState, { tone: Tone; icon: ReactNode }> = {
  QUEUED: { tone: 'plain', icon: <ClockCircleOutlined aria-hidden /> },
  ARMED: { tone: 'busy', icon: <SendOutlined aria-hidden /> },
  DELIVERED: { tone: 'good', icon: <CheckCircleOutlined aria-hidden /> },
  HOLD: { tone: 'bad', icon: <ExclamationCircleOutlined aria-hidden /> },
  CANCELLED: { tone: 'plain', icon: <MinusCircleOutlined aria-hidden /> },
  VOID: { tone: 'plain', icon: <MinusCircleOutlined aria-hidden /> },
}

export const PurchaseTag = ({ state }: { state: PurchaseState }) => {
  const { say } = useText()
  return (
    <Tag tone={LOOK[state].tone} icon={LOOK[state].icon}>
      {say(`purchase.${state}`)}
    </Tag>
  )
}
