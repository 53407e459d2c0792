// How grave an alarm is 报警等级: by colour, sign and word, the same everywhere.

import { ExclamationCircleFilled, InfoCircleOutlined, WarningOutlined } from '@ant-design/icons'
import type { ComponentType } from 'react'
import type { Alarm } from '../../../http/contract/alarms.ts'
import { useText } from '../../text/i18n.ts'
import { Tag, type Tone } from '../../ui/tag.tsx'

type Look = { tone: Tone; Icon: ComponentType<{ 'aria-hidden': true }> }

export const SEVERITY_LOOK: Record<Alarm['severity'], Look> = {
  info: { tone: 'plain', Icon: InfoCircleOutlined },
  warning: { tone: 'warn', Icon: WarningOutlined },
  serious: { tone: 'bad', Icon: ExclamationCircleFilled },
}

export const Severity = ({ severity }: { severity: Alarm['severity'] }) => {
  const { say } = useText()
  const { tone, Icon } = SEVERITY_LOOK[severity]
  return (
    <Tag tone={tone} icon={<Icon aria-hidden />}>
      {say(`severity.${severity}`)}
    </Tag>
  )
}
