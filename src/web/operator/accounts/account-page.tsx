// One account 用户详情: tenant, meters with their money and limits, what was sold and paid back, and
// what was changed; everything that can be done with it starts here.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { AccountLife } from '../../../http/contract/account-life.ts'
import type { Account } from '../../../http/contract.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Money, Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { StateTag } from '../../ui/state-tag.tsx'
import { useMay } from '../api/session-store.ts'
import { staleAfterOf, useBoardItem, useBoardSnapshot } from '../board/board-data.ts'
import { useSentCommands } from '../board/command-data.ts'
import { CommandProgress } from '../board/command-progress.tsx'
import { MeterActions } from '../board/meter-actions.tsx'
import { RelayWord } from '../board/relay.tsx'
import { useComplex } from '../complex.tsx'
import { HeldAlert } from '../holds/held-alert.tsx'
import { WaitingList } from '../payouts/waiting-list.tsx'
import { RecentPurchases } from '../purchases/recent-purchases.tsx'
import { AccountActions, isClosing } from './account-actions.tsx'
import { useAccount } from './account-data.ts'
import { AccountSales, AccountVouchers } from './account-money.tsx'
import styles from './accounts.module.css'
import { History } from './history.tsx'
import { useLife } from './life-data.ts'
import { PushedThresholds } from './pushed.tsx'
import { Phone } from './shown-phone.tsx'
import { Unclaimed } from './unclaimed.tsx'

const route = getRouteApi('/shell/accounts/$accountId')

/** Read, trip, keep and return to prepaid are the meter's own acts, as on the board. */
const MeterCommands = ({ meterId, closing }: { meterId: number; closing: boolean }) => {
  const { complexId } = useComplex()
  const item = useBoardItem(meterId)
  const sent = useSentCommands(meterId)
  return (
    <div className={styles.standing}>
      {item ? <MeterActions complexId={complexId} item={item} closing={closing} /> : null}
      {sent.slice(0, 1).map((commandId) => (
        <CommandProgress key={commandId} complexId={complexId} commandId={commandId} />
      ))}
    </div>
  )
}

type MeterCardProps = {
  account: Account
  meter: Account['meters'][number]
  supply: AccountLife['supplies'][number] | undefined
  closing: boolean
}

const MeterCard = ({ account, meter, supply, closing }: MeterCardProps) => {
  const { say } = useText()
  const maySwap = useMay('meter.swap')
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
        {maySwap && account.closedAt === null ? (
          <Link to="/swaps/new" search={{ meter: String(meter.meterId) }}>
            {say('swap.title')}
          </Link>
        ) : null}
      </div>
      {meter.held ? <HeldAlert meterId={meter.meterId} /> : null}
      <MeterFacts meter={meter} mode={account.mode} />
      {supply ? <PushedThresholds supply={supply} /> : null}
      {account.closedAt === null ? (
        <MeterCommands meterId={meter.meterId} closing={closing} />
      ) : null}
    </Card>
  )
}

type MeterFactsProps = {
  meter: Account['meters'][number]
  mode: Account['mode']
}

/** In centre mode nothing is loaded into the meter, and use not posted yet is off the balance. */
const MeterFacts = ({ meter, mode }: MeterFactsProps) => {
  const { say } = useText()
  const hasWallet = mode === 'meter'
  return (
    <Facts
      rows={[
        [
          say(hasWallet ? 'meter.balance' : 'meter.available'),
          <span key="b">
            <Money fen={meter.balanceFen} unit strong />{' '}
            <Age at={meter.balanceAt} staleAfterMs={staleAfterOf(meter.meterId)} />
          </span>,
        ],
        hasWallet ? [say('sale.pending'), <Money key="p" fen={meter.pendingFen} unit />] : null,
        hasWallet ? [say('meter.count'), meter.purchaseCount ?? '—'] : null,
        meter.priceE8 === null ? null : [say('meter.price'), <Price key="e" e8={meter.priceE8} />],
        [say('meter.alarm1'), <Money key="1" fen={meter.alarm1Fen} />],
        [say('meter.alarm2'), <Money key="2" fen={meter.alarm2Fen} />],
        hasWallet ? [say('meter.hoarding'), <Money key="h" fen={meter.hoardingFen} />] : null,
      ]}
    />
  )
}

type FactRow = [string, ReactNode] | null

/** Where the tenant stands with the books, were he to leave now. */
const standingOf = (life: AccountLife, say: Say): FactRow[] => {
  const { settlement, tenant } = life
  return [
    tenant.contact === '' ? null : [say('tenant.contact'), <Name key="c">{tenant.contact}</Name>],
    tenant.licenceNo === ''
      ? null
      : [say('tenant.licenceNo'), <Name key="l">{tenant.licenceNo}</Name>],
    tenant.note === '' ? null : [say('tenant.note'), <Name key="n">{tenant.note}</Name>],
    [say('settlement.balance'), <Money key="b" fen={settlement.balanceFen} unit />],
    [say('settlement.deposit'), <Money key="d" fen={settlement.depositFen} unit />],
    [say('settlement.payable'), <Money key="p" fen={settlement.payableFen} unit />],
  ]
}

const TenantCard = ({ account, life }: { account: Account; life: AccountLife | undefined }) => {
  const { say } = useText()
  return (
    <Card title={<Name>{account.tenant}</Name>}>
      <Facts
        rows={[
          [say('account.no'), account.accountNo],
          [say('account.phone'), <Phone key={account.accountId} account={account} />],
          [say('account.mode'), say(`account.mode.${account.mode}`)],
          [say('account.openedAt'), <When key="o" at={account.openedAt} />],
          account.closedAt === null
            ? null
            : [say('account.closedAt'), <When key="c" at={account.closedAt} />],
          [say('account.carryYuan'), <Money key="m" fen={account.carryOwedFen} />],
          ...(life ? standingOf(life, say) : []),
        ]}
      />
      {life ? <Unclaimed account={account} unclaimedFen={life.unclaimedFen} /> : null}
      <AccountActions account={account} life={life} />
    </Card>
  )
}

const Loaded = ({ account }: { account: Account }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { accountId } = account
  const { data: life } = useLife(accountId)
  useBoardSnapshot(complexId)
  const mayViewSales = useMay('sale.view')
  // In centre mode nothing is delivered into a meter.
  const hasDeliveries = mayViewSales && account.mode === 'meter'
  return (
    <>
      <div className={hasDeliveries ? styles.columns : undefined}>
        <div className={layout.stack}>
          <TenantCard account={account} life={life} />
          {account.meters.map((meter) => (
            <MeterCard
              key={meter.meterId}
              account={account}
              meter={meter}
              supply={life?.supplies.find(({ meterId }) => meterId === meter.meterId)}
              closing={isClosing(life)}
            />
          ))}
        </div>
        {hasDeliveries ? (
          <Card title={say('nav.purchases')}>
            <RecentPurchases filter={{ accountId }} limit={20} />
          </Card>
        ) : null}
      </div>
      {mayViewSales ? (
        <>
          <Card title={say('nav.sales')}>
            <AccountSales accountId={accountId} />
          </Card>
          <Card title={say('reduction.list')}>
            <WaitingList accountId={accountId} unpaidOnly={false} />
          </Card>
          <Card title={say('voucher.list')}>
            <AccountVouchers accountId={accountId} />
          </Card>
        </>
      ) : null}
      <Card title={say('account.history')}>
        <History accountId={accountId} />
      </Card>
    </>
  )
}

export const AccountPage = () => {
  const { say } = useText()
  const { accountId } = route.useParams()
  const { data, error, refetch } = useAccount(accountId)
  return (
    <Page title={say('account.title')} trail={<Link to="/accounts">{say('nav.accounts')}</Link>}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? <Loaded account={data} /> : null}
    </Page>
  )
}
