// How far the money has come 下发进度: paid, sent to the meter, confirmed by the meter. While the meter
// is silent it says that nothing is lost and that sending is repeated by itself.

import type { Purchase } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Stages, WaitNote } from '../../ui/stages.tsx'
import { isSettled, usePurchase } from './purchase-data.ts'
import styles from './purchases.module.css'

const reached = (purchase: Purchase): 1 | 2 | 3 => {
  if (purchase.state === 'DELIVERED') return 3
  return purchase.sentAt === null ? 1 : 2
}

const Confirmed = ({ purchase }: { purchase: Purchase }) => {
  const { say } = useText()
  return (
    <span className={styles.confirmed}>
      {say('purchase.countTo', {
        before: purchase.countBefore ?? '—',
        after: purchase.countAfter ?? '—',
      })}{' '}
      <Money fen={purchase.balanceBeforeFen} /> → <Money fen={purchase.balanceAfterFen} strong />
    </span>
  )
}

const Note = ({ purchase }: { purchase: Purchase }) => {
  const { say } = useText()
  const { state, lastFault } = purchase
  return (
    <WaitNote
      held={state === 'HOLD' ? say('purchase.holdText') : null}
      fault={isSettled(state) ? null : lastFault}
      waiting={say('purchase.waitingText')}
    />
  )
}

export const DeliverySteps = ({ purchaseId }: { purchaseId: string }) => {
  const { say } = useText()
  const { data: purchase, error, refetch } = usePurchase(purchaseId)
  if (error && !purchase) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!purchase) return null
  const at = reached(purchase)
  const stopped = purchase.state === 'HOLD'
  return (
    <div className={layout.stack} aria-live="polite" data-purchase={purchase.state}>
      <Stages
        at={at}
        finished={at === 3}
        stopped={stopped}
        stages={[
          { title: say('purchase.paid'), content: <When at={purchase.queuedAt} /> },
          {
            title: say(at >= 2 ? 'purchase.sent' : 'purchase.toSend'),
            content: at >= 2 ? <When at={purchase.sentAt} /> : undefined,
          },
          {
            title: say(at === 3 ? 'purchase.confirmed' : 'purchase.toConfirm'),
            content: at === 3 ? <Confirmed purchase={purchase} /> : undefined,
          },
        ]}
      />
      <Note purchase={purchase} />
    </div>
  )
}
