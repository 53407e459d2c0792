// One meter read on demand 单表立即抄表: waiting, reading, and then what it said, or why it did not.

import { LoadingOutlined } from '@ant-design/icons'
import { Alert } from 'antd'
import { useText } from '../../text/i18n.ts'
import { ClockTime } from '../../ui/age.tsx'
import { Energy } from '../../ui/money.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { useRound } from './round-data.ts'

export const OneRead = ({ complexId, roundId }: { complexId: number; roundId: string }) => {
  const { say } = useText()
  const { data, error, refetch } = useRound(complexId, roundId, 'all', 1)
  if (error) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!data) return null
  const [refused] = data.refused
  if (refused) return <Alert type="error" showIcon role="status" title={refused.title} />
  const [item] = data.items
  if (!item) return null
  if (item.endedAt === null)
    return (
      <Alert
        type="info"
        showIcon
        role="status"
        icon={<LoadingOutlined />}
        title={say(item.state === 'queued' ? 'round.waitingOne' : 'round.readingOne')}
      />
    )
  const read = item.state === 'confirmed'
  return (
    <Alert
      data-testid="one-read"
      type={read ? 'success' : 'error'}
      showIcon
      role="status"
      title={
        read ? (
          <>
            {say('round.readOne')} <Energy wh={item.energyWh} /> <ClockTime at={item.readAt} />
          </>
        ) : (
          <>
            {say('round.failedOne')} <Reason code={item.reason ?? 'unknown'} />
          </>
        )
      }
    />
  )
}
