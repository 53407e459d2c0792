// How far a reduction has come 减额进度: queued, sent once, read back; or held for a person.

import { Alert, Steps } from 'antd'
import type { Reduction } from '../../../http/contract/reductions.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Reason } from '../../ui/reason.tsx'
import { useReduction } from './payout-data.ts'

const reached = ({ state, sentAt }: Reduction): 0 | 1 | 2 => {
  if (state === 'DONE') return 2
  return sentAt === null ? 0 : 1
}

const Note = ({ reduction }: { reduction: Reduction }) => {
  const { say } = useText()
  const { state, lastFault, cancelReason } = reduction
  if (state === 'HOLD') return <Alert type="error" showIcon title={say('reduction.holdText')} />
  if (state === 'CANCELLED') {
    return (
      <Alert
        type="warning"
        showIcon
        title={say('reduction.cancelledText')}
        description={<Reason code={cancelReason ?? ''} />}
      />
    )
  }
  if (state === 'DONE' || lastFault === null) return null
  return (
    <Alert
      type="warning"
      showIcon
      title={say('reduction.waitingText')}
      description={<Reason code={lastFault} />}
    />
  )
}

export const ReductionSteps = ({
  complexId,
  reductionId,
}: {
  complexId: number
  reductionId: string
}) => {
  const { say } = useText()
  const { data: reduction, error, refetch } = useReduction(complexId, reductionId)
  if (error && !reduction) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!reduction) return null
  const at = reached(reduction)
  const stopped = reduction.state === 'HOLD' || reduction.state === 'CANCELLED'
  const { before, after } = reduction
  return (
    <div className={layout.stack} aria-live="polite" data-reduction={reduction.state}>
      <Steps
        size="small"
        current={at}
        status={stopped ? 'error' : at === 2 ? 'finish' : 'process'}
        items={[
          { title: say('reduction.queued'), content: <When at={reduction.queuedAt} /> },
          {
            title: say('reduction.sent'),
            content: reduction.sentAt ? <When at={reduction.sentAt} /> : undefined,
          },
          {
            title: say('reduction.confirmed'),
            content:
              before && after ? (
                <span>
                  <Money fen={before.balanceFen} /> → <Money fen={after.balanceFen} strong />
                </span>
              ) : undefined,
          },
        ]}
      />
      <Note reduction={reduction} />
    </div>
  )
}
