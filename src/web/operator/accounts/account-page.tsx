// One account 用户详情: tenant, meters with their money and limits, and its purchases.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import { linkButton } from '../../ui/link-button.ts'
import { Money, Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useOverview } from '../board/board-data.ts'
import { RelayWord } from '../board/relay.tsx'
import { RecentPurchases } from '../purchases/recent-purchases.tsx'
import { useAccount } from './account-data.ts'
import styles from './accounts.module.css'

const route = getRouteApi('/shell/accounts/$accountId')

const MeterCard = ({ account, meter }: { account: Account; meter: Account['meters'][number] }) => {
  const { say } = useText()
  const { staleAfterMs } = useOverview()
  const maySell = useMay('account.recharge')
  return (
    <Card>
      <div className={styles.meterHead}>
        <strong>{meter.premises}</strong>
        <PointKind kind={meter.pointKind} />
        <Link to="/board" search={{ meter: String(meter.meterId) }}>
          {meter.meterNo}
        </Link>
        <StateTag state={meter.state} />
        <RelayWord relay={meter.relay} />
        {maySell && account.closedAt === null ? (
          <Link
            to="/sale"
            search={{ account: String(account.accountId), meter: String(meter.meterId) }}
            className={linkButton}
          >
            {say('nav.sale')}
          </Link>
        ) : null}
      </div>
      <Facts
        rows={[
          [
            say('meter.balance'),
            <span key="b">
              <Money fen={meter.balanceFen} unit strong />{' '}
              <Age at={meter.balanceAt} staleAfterMs={staleAfterMs} />
            </span>,
          ],
          [say('sale.pending'), <Money key="p" fen={meter.pendingFen} unit />],
          [say('meter.count'), meter.purchaseCount ?? '—'],
          [say('meter.price'), <Price key="e" e8={meter.priceE8} />],
          [say('meter.alarm1'), <Money key="1" fen={meter.alarm1Fen} />],
          [say('meter.alarm2'), <Money key="2" fen={meter.alarm2Fen} />],
          [say('meter.hoarding'), <Money key="h" fen={meter.hoardingFen} />],
        ]}
      />
    </Card>
  )
}

const Loaded = ({ account }: { account: Account }) => {
  const { say } = useText()
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Card title={<Name>{account.tenant}</Name>}>
          <Facts
            rows={[
              [say('account.no'), account.accountNo],
              [say('account.phone'), account.phoneMasked ?? '—'],
              [say('account.mode'), say(`account.mode.${account.mode}`)],
              [say('account.openedAt'), <When key="o" at={account.openedAt} />],
              account.closedAt === null
                ? null
                : [say('account.closedAt'), <When key="c" at={account.closedAt} />],
              [say('account.carryYuan'), <Money key="m" fen={account.carryOwedFen} />],
            ]}
          />
        </Card>
        {account.meters.map((meter) => (
          <MeterCard key={meter.meterId} account={account} meter={meter} />
        ))}
      </div>
      <Card title={say('meter.purchases')}>
        <RecentPurchases filter={{ accountId: account.accountId }} limit={20} />
      </Card>
    </div>
  )
}

export const AccountPage = () => {
  const { say } = useText()
  const { accountId } = route.useParams()
  const { data, error, refetch } = useAccount(accountId)
  return (
    <Page title={say('account.title')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? <Loaded account={data} /> : null}
    </Page>
  )
}
