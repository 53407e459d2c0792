// One change of the past 追溯变更: totals, every account's difference, who would have been cut off, and
// the way from the preview over a second person's agreement to the posting.

import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import type { RerateDetail } from '../../../http/contract/rerate.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { saveFile } from '../../ui/csv.ts'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useAskApproval } from '../approvals/approval-data.ts'
import { useComplex } from '../complex.tsx'
import { CapNote } from '../price-cap/cap-note.tsx'
import { Loading } from '../shell/states.tsx'
import { AccountsTable } from './accounts-table.tsx'
import { fetchSheet, useApplyPast, useDropPast, useRerate } from './rerate-data.ts'
import { RERATE_TONES } from './rerates-page.tsx'
import { SettledTable } from './settled-table.tsx'

const route = getRouteApi('/shell/rerate/$reratingId')

const Save = ({ id, table }: { id: string; table: 'months' | 'lines' }) => {
  const { say } = useText()
  const fetching = useMutation({ mutationFn: () => fetchSheet(id, table), onSuccess: saveFile })
  return (
    <>
      <Button loading={fetching.isPending} onClick={() => fetching.mutate()}>
        {say(`rerate.save.${table}`)}
      </Button>
      {fetching.error ? <ProblemAlert error={fetching.error} /> : null}
    </>
  )
}

const Ask = ({ found, onAsked }: { found: RerateDetail; onAsked: () => void }) => {
  const { say } = useText()
  const ask = useAskApproval()
  const { reratingId } = found
  const run = () => ask.mutate({ operation: 'rerate.post', reratingId }, { onSuccess: onAsked })
  return (
    <>
      <Button type="primary" data-testid="ask-approval" loading={ask.isPending} onClick={run}>
        {say('approval.ask')}
      </Button>
      {ask.error ? <ProblemAlert error={ask.error} /> : null}
    </>
  )
}

const Drop = ({ id }: { id: string }) => {
  const { say } = useText()
  const drop = useDropPast(id)
  return (
    <>
      <Button danger loading={drop.isPending} onClick={() => drop.mutate(undefined)}>
        {say('rerate.drop')}
      </Button>
      {drop.error ? <ProblemAlert error={drop.error} /> : null}
    </>
  )
}

const Apply = ({ found, approvalId }: { found: RerateDetail; approvalId: string }) => {
  const { say } = useText()
  const apply = useApplyPast()
  const { reratingId } = found
  return (
    <>
      <Button
        type="primary"
        danger
        data-testid="apply-past"
        loading={apply.isPending}
        onClick={() => apply.mutate({ reratingId, approvalId })}
      >
        {say('rerate.apply')}
      </Button>
      {apply.error ? <ProblemAlert error={apply.error} /> : null}
    </>
  )
}

/** What comes next, for whoever looks. */
const Next = ({ found, onAsked }: { found: RerateDetail; onAsked: () => void }) => {
  const { say } = useText()
  const may = useMay('rerate.make')
  const { approval, state, reratingId } = found
  if (state === 'posting') return <Alert type="info" showIcon title={say('rerate.isPosting')} />
  if (state !== 'previewed') return null
  const waits = approval?.state === 'open'
  const agreed = approval?.state === 'agreed'
  return (
    <>
      <Alert type="info" showIcon title={say('rerate.notYet')} />
      {approval ? (
        <p>
          {say('approval.decision')}: {say(`approvalState.${approval.state}`)}{' '}
          <Name>{approval.decidedBy ?? ''}</Name>
          {waits || agreed ? (
            <>
              {' '}
              {say('approval.until')} <When at={approval.expiresAt} />
            </>
          ) : null}
        </p>
      ) : null}
      {may ? (
        <div className={layout.tools}>
          {waits || agreed ? null : <Ask found={found} onAsked={onAsked} />}
          {agreed && approval.own ? <Apply found={found} approvalId={approval.approvalId} /> : null}
          <Drop id={reratingId} />
        </div>
      ) : null}
    </>
  )
}

const Totals = ({ found }: { found: RerateDetail }) => {
  const { say } = useText()
  const { more, less } = found
  const months = [found.fromMonth, found.toMonth].filter((month) => month !== null)
  return (
    <Facts
      rows={[
        [
          say('purchase.state'),
          <Tag key="s" tone={RERATE_TONES[found.state]}>
            {say(`rerate.state.${found.state}`)}
          </Tag>,
        ],
        [say('rerate.note'), <Name key="n">{found.note}</Name>],
        [
          say('approval.askedBy'),
          <span key="b">
            <Name>{found.askedBy}</Name> <When at={found.askedAt} />
          </span>,
        ],
        [say('rerate.months'), [...new Set(months)].join(' – ')],
        [say('rerate.charged'), <Money key="c" fen={found.chargedFen} />],
        [say('rerate.due'), <Money key="d" fen={found.dueFen} />],
        [say('rerate.difference'), <Money key="x" fen={found.differenceFen} strong />],
        [say('plan.accounts'), say('rerate.countsAre', { n: found.accounts, more, less })],
        [say('rerate.wouldTrip'), say('rerate.wouldTripAre', { n: found.wouldTrip })],
        found.postedAt === null
          ? null
          : [say('rerate.postedAt'), <When key="p" at={found.postedAt} />],
      ]}
    />
  )
}

export const ReratePage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { reratingId } = route.useParams()
  const { data: found, error, refetch } = useRerate(complexId, reratingId)
  return (
    <Page
      title={say('rerate.title')}
      name={found?.title[language] ?? ''}
      trail={<Link to="/rerate">{say('nav.rerate')}</Link>}
    >
      {error && !found ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!found && !error ? <Loading /> : null}
      {found ? (
        <>
          <Card title={say('rerate.totals')}>
            <div className={layout.stack}>
              <Totals found={found} />
              <CapNote cap={found.cap} />
              <Next found={found} onAsked={() => void refetch()} />
            </div>
          </Card>
          <Card title={say('rerate.accounts')}>
            <div className={layout.stack}>
              <div className={layout.tools}>
                <Save id={reratingId} table="months" />
                <Save id={reratingId} table="lines" />
              </div>
              <AccountsTable found={found} />
            </div>
          </Card>
          {found.settled.length === 0 ? null : (
            <Card title={say('rerate.settled')}>
              <div className={layout.stack}>
                <p className={layout.lead}>{say('rerate.settledLead')}</p>
                <SettledTable settled={found.settled} />
              </div>
            </Card>
          )}
        </>
      ) : null}
    </Page>
  )
}
