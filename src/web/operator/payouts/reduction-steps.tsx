// How far a reduction has come 减额进度: queued, sent once, read back; or held for a person.

import type { Reduction } from '../../../http/contract/reductions.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Stages, WaitNote } from '../../ui/stages.tsx'
import { useReduction } from './payout-data.ts'

const reached = ({ state, sentAt }: Reduction): 0 | 1 | 2 => {
  if (state === 'DONE') return 2
  return sentAt === null ? 0 : 1
}

const Note = ({ reduction }: { reduction: Reduction }) => {
  const { say } = useText()
  const { state, lastFault, cancelReason } = reduction
  return state === 'CANCELLED' ? (
    <WaitNote held={null} fault={cancelReason ?? ''} waiting={say('reduction.cancelledText')} />
  ) : (
    <WaitNote
      held={state === 'HOLD' ? say('reduction.holdText') : null}
      fault={state === 'DONE' ? null : lastFault}
      waiting={say('reduction.waitingText')}
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
      <Stages
        at={at}
        finished={at === 2}
        stopped={stopped}
        stages={[
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
