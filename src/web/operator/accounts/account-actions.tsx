// What can be done with an account 用户操作, by permission; a closed account is only looked at.

import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, App, Button } from 'antd'
import { useState } from 'react'
import type { AccountLife } from '../../../http/contract/account-life.ts'
import type { Account } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { saveFile } from '../../ui/csv.ts'
import { linkButton, plainLinkButton } from '../../ui/link-button.ts'
import { problemOf, useProblemText } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { PayoutDialog } from '../payouts/payout-dialog.tsx'
import styles from './accounts.module.css'
import { DepositDialog } from './deposit-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { fetchStatement } from './life-data.ts'
import { TransferDialog } from './transfer-dialog.tsx'
import { owedIn, WaiveDialog } from './waive-dialog.tsx'

const ACTS = [
  { kind: 'edit', permission: 'account.edit', text: 'account.edit' },
  { kind: 'refund', permission: 'payout.make', text: 'payout.title.refund' },
  { kind: 'waive', permission: 'waiver.make', text: 'waiver.title' },
  { kind: 'deposit', permission: 'account.recharge', text: 'deposit.take' },
  { kind: 'transfer', permission: 'account.transfer', text: 'transfer.title' },
] as const
type Kind = (typeof ACTS)[number]['kind']

type DialogProps = { kind: Kind; account: Account; life: AccountLife; onClose: () => void }

const ActDialog = ({ kind, account, life, onClose }: DialogProps) => {
  switch (kind) {
    case 'edit':
      return <EditDialog life={life} onClose={onClose} />
    case 'refund':
      return <PayoutDialog subject={{ kind, account }} onClose={onClose} />
    case 'waive':
      return <WaiveDialog account={account} owedFen={owedIn(life)} onClose={onClose} />
    case 'deposit':
      return <DepositDialog account={account} onClose={onClose} />
    case 'transfer':
      return <TransferDialog account={account} onClose={onClose} />
  }
}

const ActButton = ({ act, onAct }: { act: (typeof ACTS)[number]; onAct: () => void }) => {
  const { say } = useText()
  const may = useMay(act.permission)
  return may ? <Button onClick={onAct}>{say(act.text)}</Button> : null
}

/** The statement of this tenant as a file. */
const Statement = ({ accountId }: { accountId: number }) => {
  const { say } = useText()
  const words = useProblemText()
  const { message } = App.useApp()
  const save = useMutation({
    mutationFn: () => fetchStatement(accountId),
    onSuccess: saveFile,
    onError: (error) => void message.error(words(problemOf(error))),
  })
  return (
    <Button icon={<DownloadOutlined />} loading={save.isPending} onClick={() => save.mutate()}>
      {say('account.statement')}
    </Button>
  )
}

export const isClosing = (life: AccountLife | undefined): boolean =>
  life?.closing?.endedAt === null && !life.closing.dryRun

/** What can be done: while a closing goes on, only what it does not refuse. */
const actsOf = (life: AccountLife): readonly (typeof ACTS)[number][] =>
  ACTS.filter(({ kind }) => {
    if (kind === 'waive') return owedIn(life) > 0
    return kind === 'edit' || !isClosing(life)
  })

/** Its sales are stopped, and where it stands is told. */
const ClosingNotice = ({ life }: { life: AccountLife | undefined }) => {
  const { say } = useText()
  if (!life?.closing || !isClosing(life)) return null
  const { state } = life.closing
  const title = `${say('closing.underWay')} ${say(`closing.${state}`)}`
  return <Alert type="warning" showIcon className={styles.notice} title={title} />
}

type AccountActionsProps = { account: Account; life: AccountLife | undefined }

export const AccountActions = ({ account, life }: AccountActionsProps) => {
  const { say } = useText()
  const [open, setOpen] = useState<Kind | null>(null)
  const maySell = useMay('account.recharge')
  const mayClose = useMay('account.close')
  const mayExport = useMay('sale.view')
  const accountId = String(account.accountId)
  const isOpen = account.closedAt === null
  return (
    <div className={styles.actions}>
      <ClosingNotice life={life} />
      {isOpen && maySell && !isClosing(life) ? (
        <Link to="/sale" search={{ account: accountId }} className={linkButton}>
          {say('nav.sale')}
        </Link>
      ) : null}
      {isOpen && life
        ? actsOf(life).map((act) => (
            <ActButton key={act.kind} act={act} onAct={() => setOpen(act.kind)} />
          ))
        : null}
      {mayClose ? (
        <Link to="/accounts/$accountId/close" params={{ accountId }} className={plainLinkButton}>
          {say('closing.title')}
        </Link>
      ) : null}
      {mayExport ? (
        <Link to="/accounts/$accountId/bill" params={{ accountId }} className={plainLinkButton}>
          {say('bill.title')}
        </Link>
      ) : null}
      {mayExport ? <Statement accountId={account.accountId} /> : null}
      {open && life ? (
        <ActDialog kind={open} account={account} life={life} onClose={() => setOpen(null)} />
      ) : null}
    </div>
  )
}
