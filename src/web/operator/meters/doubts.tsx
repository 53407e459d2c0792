// What is said against a reading, or about it 读数标志, and what somebody decided.

import { CheckOutlined, StopOutlined, WarningFilled } from '@ant-design/icons'
import type { Reading } from '../../../http/contract/readings.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Name } from '../../ui/name.tsx'
import { Tag } from '../../ui/tag.tsx'
import styles from './meters.module.css'

const BLOCKING = ['backwards', 'jump', 'clock', 'address'] as const

type Doubt = Reading['doubts'][number]

const blocks = (doubt: Doubt): boolean => BLOCKING.some((each) => each === doubt)

export const Doubts = ({ doubts }: { doubts: readonly Doubt[] }) => {
  const { say } = useText()
  return (
    <span className={styles.doubts}>
      {doubts.map((doubt) => (
        <Tag
          key={doubt}
          tone={blocks(doubt) ? 'bad' : 'plain'}
          icon={blocks(doubt) ? <WarningFilled aria-hidden /> : null}
        >
          {say(`doubt.${doubt}`)}
        </Tag>
      ))}
    </span>
  )
}

export const Decision = ({ decision }: Pick<Reading, 'decision'>) => {
  const { say } = useText()
  if (decision === null) return null
  const { verdict, reason, operator, decidedAt } = decision
  const accepted = verdict === 'accepted'
  return (
    <span className={styles.doubts}>
      <Tag
        tone={accepted ? 'good' : 'bad'}
        icon={accepted ? <CheckOutlined aria-hidden /> : <StopOutlined aria-hidden />}
      >
        {say(`verdict.${verdict}`)}
      </Tag>
      <Name>{reason}</Name> <Name>{operator}</Name> <When at={decidedAt} />
    </span>
  )
}
