// The timeline of one purchase 购电时间线: payment, posting, armed, sent, what the meter held before and
// after, and the relay. Everything here was read back; nothing is assumed.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Skeleton, Timeline } from 'antd'
import type { Purchase } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Premises } from '../board/premises.tsx'
import { RelayWord } from '../board/relay.tsx'
import { DeliverySteps } from './delivery-steps.tsx'
import { EventFacts } from './event-facts.tsx'
import { usePurchase } from './purchase-data.ts'
import { PurchaseTag } from './purchase-state.tsx'
import styles from './purchases.module.css'

const route = getRouteApi('/shell/purchases/$purchaseId')

const COLOURS: Partial<Record<Purchase['timeline'][number]['kind'], string>> = {
  delivered: 'green',
  relay: 'green',
  hold: 'red',
  fault: 'orange',
  cancelled: 'gray',
  void: 'gray',
}

const Events = ({ purchase }: { purchase: Purchase }) => {
  const { say } = useText()
  return (
    <Timeline
      items={purchase.timeline.map((event, index) => ({
        key: `${index}`,
        color: COLOURS[event.kind] ?? 'blue',
        content: (
          <div className={styles.event} data-event={event.kind}>
            <strong>{say(`event.${event.kind}`)}</strong>
            <When at={event.at} />
            <EventFacts facts={event.facts} />
          </div>
        ),
      }))}
    />
  )
}

const Evidence = ({ purchase }: { purchase: Purchase }) => {
  const { say } = useText()
  return (
    <div className={styles.evidence}>
      <div>
        <span>{say('purchase.count')}</span>
        <b data-testid="count-change">
          {purchase.countBefore ?? '—'} → {purchase.countAfter ?? '—'}
        </b>
      </div>
      <div>
        <span>{say('purchase.moneyYuan')}</span>
        <b data-testid="money-change">
          <Money fen={purchase.balanceBeforeFen} /> → <Money fen={purchase.balanceAfterFen} />
        </b>
      </div>
      <div>
        <span>{say('purchase.relayAfter')}</span>
        <b>
          <RelayWord relay={purchase.relayAfter} />
        </b>
      </div>
      <div>
        <span>{say('purchase.sends')}</span>
        <b>{purchase.sends}</b>
      </div>
    </div>
  )
}

const About = ({ purchase }: { purchase: Purchase }) => {
  const { say } = useText()
  return (
    <Facts
      rows={[
        [say('purchase.state'), <PurchaseTag key="s" state={purchase.state} />],
        [say('purchase.amount'), <Money key="a" fen={purchase.amountFen} unit strong />],
        [say('purchase.kind'), say(`purchase.kind.${purchase.kind}`)],
        [
          say('sale.shop'),
          <Name key="p">
            <Premises of={purchase} /> {purchase.tenant}
          </Name>,
        ],
        [
          say('sale.accountNo'),
          <Link
            key="n"
            to="/accounts/$accountId"
            params={{ accountId: String(purchase.accountId) }}
          >
            {purchase.accountNo}
          </Link>,
        ],
        [say('sale.meterNo'), purchase.meterNo],
        [say('purchase.no'), purchase.purchaseNo],
        purchase.saleId === null
          ? null
          : [
              say('sale.receiptNo'),
              <Link key="r" to="/sales/$saleId" params={{ saleId: purchase.saleId }}>
                {purchase.receiptNo}
              </Link>,
            ],
      ]}
    />
  )
}

export const TimelinePage = () => {
  const { say } = useText()
  const { purchaseId } = route.useParams()
  const { data: purchase, error, refetch } = usePurchase(purchaseId)
  return (
    <Page
      title={say('purchase.timeline')}
      trail={<Link to="/purchases">{say('nav.purchases')}</Link>}
    >
      {error && !purchase ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!purchase && !error ? <Skeleton active /> : null}
      {purchase ? (
        <div className={styles.timelineColumns}>
          <div className={layout.stack}>
            <Card>
              <DeliverySteps purchaseId={purchaseId} />
              <Evidence purchase={purchase} />
            </Card>
            <Card title={say('purchase.events')}>
              <Events purchase={purchase} />
            </Card>
          </div>
          <Card title={say('purchase.about')}>
            <About purchase={purchase} />
          </Card>
        </div>
      ) : null}
    </Page>
  )
}
