// What waits for a second person 复核: in figures and names, agreed or refused by somebody else than
// who asked.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import type { Approval } from '../../../http/contract/approvals.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Reason } from '../../ui/reason.tsx'
import { Stacked, stackedTitle } from '../../ui/stacked.tsx'
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
  useWithdraw,
  WHOSE,
} from './approval-data.ts'
import { Changes } from './changes.tsx'
import { Limits } from './limits.tsx'
import { Resume } from './resume-dialog.tsx'
import { Rules } from './rules.tsx'

const route = getRouteApi('/shell/approvals')

const TONES: Record<Approval['state'], Tone> = {
  open: 'busy',
  agreed: 'good',
  used: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  expired: 'plain',
}

const amountOf = ({ summary }: Approval): number | null =>
  typeof summary.amountFen === 'number' ? summary.amountFen : null

const HIDDEN = [
  ...['amountFen', 'accountId', 'reductionId', 'saleId', 'purchaseId', 'all', 'soldAt'],
  ...['reratingId', 'change', 'changeEn', 'planId', 'plan', 'planEn', 'note', 'why'],
]

/**
 * A change of the past is agreed to on its own page, with every account's difference; a plan is
 * looked at on its own.
 */
const Subject = ({ summary }: { summary: Approval['summary'] }) => {
  const { language } = useText()
  const { reratingId, change, changeEn, planId, plan, planEn } = summary
  if (typeof planId === 'number' && typeof plan === 'string')
    return (
      <Link to="/plans/$planId" params={{ planId: String(planId) }}>
        <Name>{language === 'en' && planEn ? String(planEn) : plan}</Name>
      </Link>
    )
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
      <Subject summary={approval.summary} /> <EventFacts facts={Object.fromEntries(said)} />
      <Changes approval={approval} />
    </>
  )
}

/** Why it is asked, in the asker's own words; an order keeps its reason as a code with words. */
const Why = ({ summary: { note, why } }: Pick<Approval, 'summary'>) => (
  <>
    {typeof why === 'string' && why !== '' ? <Reason code={why} /> : null}{' '}
    {typeof note === 'string' ? <Name>{note}</Name> : null}
  </>
)

/** Ctrl+Enter decides: Enter alone must not. */
const KeyConfirm = ({ onConfirm, children }: { onConfirm: () => void; children: ReactNode }) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the field inside it
  <div
    onKeyDown={(event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onConfirm()
    }}
  >
    <ActForm>{children}</ActForm>
  </div>
)

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
  const allowed = agreed || why !== ''
  const amountRow: [string, ReactNode] = [
    say('purchase.amount'),
    <Money key="a" fen={amountOf(approval)} unit strong />,
  ]
  const confirm = () => {
    if (decide.isPending || !allowed) return
    decide.mutate({ agreed, ...(why === '' ? {} : { note: why }) }, { onSuccess: onClose })
  }
  return (
    <Confirm
      open
      title={`${say(agreed ? 'approval.agree' : 'approval.refuse')} · ${approval.title[language]}`}
      confirmText={say(agreed ? 'approval.agree' : 'approval.refuse')}
      danger={!agreed}
      allowed={allowed}
      busy={decide.isPending}
      error={decide.error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <Facts
        rows={[
          ...(amountOf(approval) === null ? [] : [amountRow]),
          [say('approval.what'), <Said key="s" approval={approval} />],
          [say('approval.askedBy'), <Name key="b">{approval.askedBy}</Name>],
          [say('approval.reason'), <Why key="w" {...approval} />],
        ]}
      />
      <KeyConfirm onConfirm={confirm}>
        <TextField
          id="approval-note"
          label={say(agreed ? 'approval.note' : 'approval.noteNeeded')}
          text={note}
          onText={setNote}
          maxLength={200}
          hint={say('approval.keys')}
          autoFocus
        />
      </KeyConfirm>
    </Confirm>
  )
}

const Withdraw = ({ approvalId }: Approval) => {
  const { say } = useText()
  const withdraw = useWithdraw(approvalId)
  return (
    <>
      <Button size="small" loading={withdraw.isPending} onClick={() => withdraw.mutate({})}>
        {say('approval.withdraw')}
      </Button>
      {withdraw.error ? <ProblemAlert error={withdraw.error} /> : null}
    </>
  )
}

/** What there is to do with it, and until when. */
const Decide = ({ approval }: { approval: Approval }) => {
  const isOpen = approval.state === 'open' || approval.state === 'agreed'
  if (!isOpen) return <Deciding approval={approval} />
  return (
    <Stacked under={<When at={approval.expiresAt} />}>
      <Deciding approval={approval} />
    </Stacked>
  )
}

const Deciding = ({ approval }: { approval: Approval }) => {
  const { say } = useText()
  const may = useMay('approval.decide')
  const [agreed, setAgreed] = useState<boolean | null>(null)
  if (approval.state === 'agreed' && approval.request !== null)
    return (
      <span style={{ display: 'inline-flex', gap: 8 }}>
        <Resume approval={approval} request={approval.request} />
        <Withdraw {...approval} />
      </span>
    )
  if (approval.state !== 'open') {
    return (
      <span>
        <Name>{approval.decidedBy ?? ''}</Name> <When at={approval.decidedAt} />{' '}
        <Name>{approval.note}</Name>
      </span>
    )
  }
  if (approval.own) return <Withdraw {...approval} />
  if (approval.hindrance === 'benefits' || approval.hindrance === 'reach')
    return say(`approval.hindrance.${approval.hindrance}`)
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
  {
    key: 'title',
    title: stackedTitle(say('approval.operation'), say('purchase.state')),
    wrap: true,
    render: (a) => (
      <Stacked under={<Tag tone={TONES[a.state]}>{say(`approvalState.${a.state}`)}</Tag>}>
        {a.title[language]}
      </Stacked>
    ),
  },
  {
    key: 'what',
    title: say('approval.what'),
    wrap: true,
    render: (a) => (
      <>
        {amountOf(a) === null ? null : <Money fen={amountOf(a)} unit strong />}{' '}
        <Said approval={a} />
      </>
    ),
  },
  { key: 'why', title: say('approval.reason'), wrap: true, render: (a) => <Why {...a} /> },
  {
    key: 'by',
    title: stackedTitle(say('approval.askedBy'), say('approval.askedAt')),
    render: (a) => (
      <Stacked under={<When at={a.askedAt} />}>
        <Name>{a.askedBy}</Name>
      </Stacked>
    ),
  },
  {
    key: 'decide',
    title: stackedTitle(say('approval.decision'), say('approval.until')),
    wrap: true,
    render: (a) => <Decide approval={a} />,
  },
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
      {mayLimit ? <Rules complexId={complexId} /> : null}
      {mayLimit ? (
        <Card title={say('limit.title')}>
          <Limits complexId={complexId} />
        </Card>
      ) : null}
    </Page>
  )
}
