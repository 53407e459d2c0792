// What waits for a second person 复核: in figures and names, agreed or refused by somebody else than
// who asked.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Approval } from '../../../http/contract/payouts.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { useReasons } from '../payouts/payout-data.ts'
import { EventFacts } from '../purchases/event-facts.tsx'
import {
  APPROVAL_STATES,
  APPROVALS_REFRESH_MS,
  listApprovals,
  useDecide,
  WHOSE,
} from './approval-data.ts'
import { Limits } from './limits.tsx'
import { Resume } from './resume-dialog.tsx'

const route = getRouteApi('/shell/approvals')

const TONES: Record<Approval['state'], Tone> = {
  open: 'busy',
  agreed: 'good',
  used: 'good',
  refused: 'bad',
  expired: 'plain',
}

const amountOf = ({ summary }: Approval): number | null =>
  typeof summary.amountFen === 'number' ? summary.amountFen : null

const HIDDEN = [
  ...['amountFen', 'accountId', 'reductionId', 'saleId', 'purchaseId', 'all', 'soldAt'],
  ...['reratingId', 'change', 'changeEn'],
]

/** A change of the past is agreed to on its own page, with every account's difference. */
const Change = ({ summary }: { summary: Approval['summary'] }) => {
  const { language } = useText()
  const { reratingId, change, changeEn } = summary
  const name = language === 'en' ? changeEn : change
  if (typeof reratingId !== 'string' || typeof name !== 'string') return null
  return (
    <Link to="/rerate/$reratingId" params={{ reratingId }}>
      {name}
    </Link>
  )
}

/** What is said of it besides the amount, without our own numbers. */
const Said = ({ approval }: { approval: Approval }) => {
  const { language } = useText()
  const reasons = useReasons().data?.items ?? []
  const reasonOf = (code: unknown) =>
    reasons.find((reason) => reason.code === code)?.[language] ?? code
  const said = Object.entries(approval.summary)
    .filter(([name]) => !HIDDEN.includes(name))
    .map(([name, value]) => [name, name === 'reasonCode' ? reasonOf(value) : value])
  return (
    <>
      <Change summary={approval.summary} /> <EventFacts facts={Object.fromEntries(said)} />
    </>
  )
}

const DecideDialog = ({
  approval,
  agreed,
  onClose,
}: {
  approval: Approval
  agreed: boolean
  onClose: () => void
}) => {
  const { say, language } = useText()
  const [note, setNote] = useState('')
  const decide = useDecide(approval)
  const why = note.trim()
  const confirm = () => {
    if (decide.isPending) return
    decide.mutate({ agreed, ...(why === '' ? {} : { note: why }) }, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say(agreed ? 'approval.agree' : 'approval.refuse')} ${approval.title[language]}`}
      confirmText={say(agreed ? 'approval.agree' : 'approval.refuse')}
      danger={!agreed}
      allowed={agreed || why !== ''}
      busy={decide.isPending}
      error={decide.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <Facts
        rows={[
          [say('purchase.amount'), <Money key="a" fen={amountOf(approval)} unit strong />],
          [say('approval.what'), <Said key="s" approval={approval} />],
          [say('approval.askedBy'), <Name key="b">{approval.askedBy}</Name>],
        ]}
      />
      <ActForm>
        <TextField
          id="approval-note"
          label={say(agreed ? 'approval.note' : 'approval.noteNeeded')}
          text={note}
          onText={setNote}
          maxLength={200}
        />
      </ActForm>
    </Confirm>
  )
}

const Decide = ({ approval }: { approval: Approval }) => {
  const { say } = useText()
  const may = useMay('approval.decide')
  const [agreed, setAgreed] = useState<boolean | null>(null)
  if (approval.state === 'agreed' && approval.request !== null)
    return <Resume approval={approval} request={approval.request} />
  if (approval.state !== 'open') {
    return (
      <span>
        <Name>{approval.decidedBy ?? ''}</Name> <When at={approval.decidedAt} />{' '}
        <Name>{approval.note}</Name>
      </span>
    )
  }
  if (approval.own) return say('approval.own')
  if (!may) return '—'
  return (
    <span style={{ display: 'inline-flex', gap: 8 }}>
      <Button size="small" type="primary" onClick={() => setAgreed(true)}>
        {say('approval.agree')}
      </Button>
      <Button size="small" danger onClick={() => setAgreed(false)}>
        {say('approval.refuse')}
      </Button>
      {agreed === null ? null : (
        <DecideDialog approval={approval} agreed={agreed} onClose={() => setAgreed(null)} />
      )}
    </span>
  )
}

const columnsOf = (say: Say, language: Language): Column<Approval>[] => [
  { key: 'at', title: say('approval.askedAt'), render: (a) => <When at={a.askedAt} /> },
  { key: 'title', title: say('approval.operation'), render: (a) => a.title[language] },
  {
    key: 'amount',
    title: say('approval.amountYuan'),
    align: 'right',
    render: (a) => <Money fen={amountOf(a)} strong />,
  },
  { key: 'what', title: say('approval.what'), render: (a) => <Said approval={a} /> },
  { key: 'by', title: say('approval.askedBy'), render: (a) => <Name>{a.askedBy}</Name> },
  {
    key: 'state',
    title: say('purchase.state'),
    render: (a) => <Tag tone={TONES[a.state]}>{say(`approvalState.${a.state}`)}</Tag>,
  },
  { key: 'expires', title: say('approval.until'), render: (a) => <When at={a.expiresAt} /> },
  { key: 'decide', title: say('approval.decision'), render: (a) => <Decide approval={a} /> },
]

export const ApprovalsPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayLimit = useMay('operator.limit')
  return (
    <Page title={say('nav.approvals')}>
      <QueryTable<Approval>
        name="approvals"
        label={say('nav.approvals')}
        queryKey={['approvals', complexId]}
        load={(query) => listApprovals(complexId, query)}
        columns={columnsOf(say, language)}
        filters={[
          {
            key: 'whose',
            label: say('approval.whose'),
            options: WHOSE.map((value) => ({ value, label: say(`approval.whose.${value}`) })),
          },
          {
            key: 'state',
            label: say('purchase.state'),
            options: APPROVAL_STATES.map((value) => ({
              value,
              label: say(`approvalState.${value}`),
            })),
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(approval) => approval.approvalId}
        emptyText={say('approval.none')}
        refreshMs={APPROVALS_REFRESH_MS}
      />
      {mayLimit ? (
        <Card title={say('limit.title')}>
          <Limits complexId={complexId} />
        </Card>
      ) : null}
    </Page>
  )
}
