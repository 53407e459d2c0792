// How a meter answers 通讯情况, by word, icon and colour. Silent means: since a fault; stale: it has
// missed two rounds; never: nothing was ever read.

import {
  CheckCircleFilled,
  ClockCircleOutlined,
  DisconnectOutlined,
  MinusCircleOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Heard } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { Tag, type Tone } from '../../ui/tag.tsx'

const ENERGY_ROUNDS_MS = 65 * 60_000
/** Energy is read every half hour, so it is stale later than the status round. */
export const energyStaleMs = ({ staleAfterMs }: { staleAfterMs: number }): number =>
  Math.max(staleAfterMs, ENERGY_ROUNDS_MS)
/** Clocks are compared once a day. */
export const CLOCK_STALE_MS = 26 * 3_600_000

export const HEARD = ['answering', 'stale', 'silent', 'never'] as const

const LOOK: Readonly<Record<Heard, { tone: Tone; icon: ReactNode }>> = {
  answering: { tone: 'good', icon: <CheckCircleFilled aria-hidden /> },
  stale: { tone: 'warn', icon: <ClockCircleOutlined aria-hidden /> },
  silent: { tone: 'bad', icon: <DisconnectOutlined aria-hidden /> },
  never: { tone: 'plain', icon: <MinusCircleOutlined aria-hidden /> },
}

export const HeardTag = ({ heard }: { heard: Heard }) => {
  const { say } = useText()
  return (
    <Tag tone={LOOK[heard].tone} icon={LOOK[heard].icon}>
      {say(`heard.${heard}`)}
    </Tag>
  )
}
