// Closing an account 销户: what it will be, then step by step as the server goes on (purchases end,
// meters are read, tripped and emptied), then paying out or collecting, and done.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import type { AccountLife, Closing, ClosingState } from '../../../http/contract/account-life.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Stages } from '../../ui/stages.tsx'
import { useAccount } from '../accounts/account-data.ts'
import { useLife } from '../accounts/life-data.ts'
import { Loading } from '../shell/states.tsx'
import { CloseForm } from './close-form.tsx'
import { ClosingMeters } from './closing-meters.tsx'
import { AbortClosing, SettleForm } from './settle-form.tsx'
import { SettlementFacts } from './settlement.tsx'

const route = getRouteApi('/shell/accounts/$accountId/close')

const WALK: readonly ClosingState[] = [
  'delivering',
  'reading',
  'tripping',
  'emptying',
  'settling',
  'closed',
]

const Walk = ({ closing }: { closing: Closing }) => {
  const { say } = useText()
  const at = WALK.indexOf(closing.state)
  return (
    <Stages
      at={Math.max(at, 0)}
      finished={closing.state === 'closed'}
      stopped={closing.state === 'aborted'}
      stages={WALK.map((state) => ({ title: say(`closing.${state}`) }))}
    />
  )
}

const GoingOn = ({ account, closing }: { account: Account; closing: Closing }) => {
  const { say } = useText()
  return (
    <div className={layout.stack} data-closing={closing.state} aria-live="polite">
      <Card>
        <Walk closing={closing} />
      </Card>
      <Card title={say('closing.meters')}>
        <ClosingMeters accountId={account.accountId} closing={closing} />
      </Card>
      {closing.state === 'closed' ? (
        <Done closing={closing} />
      ) : (
        <Card title={say('closing.settlement')}>
          <SettlementFacts settlement={closing.settlement} />
          {closing.state === 'settling' ? (
            <SettleForm accountId={account.accountId} closing={closing} />
          ) : null}
        </Card>
      )}
      {closing.abortable ? <AbortClosing accountId={account.accountId} /> : null}
    </div>
  )
}

const Done = ({ closing }: { closing: Closing }) => {
  const { say } = useText()
  return (
    <Alert
      type="success"
      showIcon
      title={say('closing.done')}
      description={
        <>
          {closing.voucherNo === null ? null : (
            <span>
              {say('payout.voucher')} {closing.voucherNo}{' '}
            </span>
          )}
          {closing.nextAccountId === null ? null : (
            <Link to="/accounts/$accountId" params={{ accountId: String(closing.nextAccountId) }}>
              {say('closing.next')}
            </Link>
          )}
        </>
      }
    />
  )
}

const Steady = ({ account, life }: { account: Account; life: AccountLife }) => {
  const { say } = useText()
  const { closing } = life
  if (closing !== null && closing.state !== 'aborted') {
    return <GoingOn account={account} closing={closing} />
  }
  if (account.closedAt !== null) {
    return <Alert type="info" showIcon title={say('closing.isClosed')} />
  }
  return <CloseForm account={account} life={life} />
}

export const ClosePage = () => {
  const { say } = useText()
  const { accountId } = route.useParams()
  const { data: account, error } = useAccount(accountId)
  const life = useLife(Number(accountId))
  const wrong = error ?? life.error
  return (
    <Page
      title={say('closing.title')}
      trail={
        <>
          <Link to="/accounts">{say('nav.accounts')}</Link>
          {account ? (
            <Link to="/accounts/$accountId" params={{ accountId }}>
              {account.accountNo} <Name>{account.tenant}</Name>
            </Link>
          ) : null}
        </>
      }
    >
      {wrong ? <ProblemAlert error={wrong} onRetry={() => life.refetch()} /> : null}
      {(!account || !life.data) && !wrong ? <Loading /> : null}
      {account && life.data ? <Steady account={account} life={life.data} /> : null}
    </Page>
  )
}
