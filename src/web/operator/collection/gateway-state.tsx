// Whether a gateway can be reached 在线状态, by colour, word and icon; one that nobody has tried yet is
// neither on nor off.

import {
  CheckCircleFilled,
  CloseCircleFilled,
  MinusCircleOutlined,
  QuestionCircleOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Gateway } from '../../../http/contract/collection.ts'
import { type TextKey, useText } from '../../text/i18n.ts'
import { Tag, type Tone } from '../../ui/tag.tsx'

type Look = { tone: Tone; text: TextKey; icon: ReactNode }

const lookOf = ({ enabled, online }: Pick<Gateway, 'enabled' | 'online'>): Look => {
  if (!enabled)
    return { tone: 'plain', text: 'gateway.disabled', icon: <MinusCircleOutlined aria-hidden /> }
  if (online === null)
    return { tone: 'busy', text: 'gateway.untried', icon: <QuestionCircleOutlined aria-hidden /> }
  return online
    ? { tone: 'good', text: 'gateway.online', icon: <CheckCircleFilled aria-hidden /> }
    : { tone: 'bad', text: 'gateway.offline', icon: <CloseCircleFilled aria-hidden /> }
}

export const GatewayState = ({ gateway }: { gateway: Pick<Gateway, 'enabled' | 'online'> }) => {
  const { say } = useText()
  const { tone, text, icon } = lookOf(gateway)
  return (
    <Tag tone={tone} icon={icon}>
      {say(text)}
    </Tag>
  )
}
