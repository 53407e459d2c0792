// The interlock 联锁: how many trips have left, which surges stop them, and their release by a
// person.

import { Button } from 'antd'
import { useState } from 'react'
import type { TripSurge } from '../../../http/contract/policy.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag } from '../../ui/tag.tsx'
import { WhyField } from '../../ui/why-field.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useInterlock, useReleaseSurge } from './policy-data.ts'
import { PolicyLinks } from './policy-links.tsx'

const common = (say: Say): Column<TripSurge>[] => [
  {
    key: 'scope',
    title: say('interlock.scope'),
    render: (s) => (
      <>
        {say(`interlock.scope.${s.scopeKind}`)} <Name>{s.scopeName}</Name>
      </>
    ),
  },
  { key: 'raised', title: say('interlock.raisedAt'), render: (s) => <When at={s.raisedAt} /> },
  {
    key: 'counts',
    title: say('interlock.counts'),
    render: ({ due, sent, seen, allowed }) =>
      say('interlock.countsAre', { due, sent, seen, allowed }),
  },
]

const releaseColumn = (
  say: Say,
  onRelease: ((surge: TripSurge) => void) | null,
): Column<TripSurge> => ({
  key: 'release',
  title: say('interlock.release'),
  render: (surge) =>
    onRelease ? (
      <Button danger size="small" onClick={() => onRelease(surge)}>
        {say('interlock.release')}
      </Button>
    ) : (
      '—'
    ),
})

const releasedColumn = (say: Say): Column<TripSurge> => ({
  key: 'released',
  title: say('interlock.releasedAt'),
  render: (s) => (
    <span className={layout.lines}>
      <When at={s.releasedAt} />
      <small>
        <Name>{s.releasedBy ?? ''}</Name> <Name>{s.reason}</Name>
      </small>
    </span>
  ),
})

const ReleaseDialog = ({ surge, onClose }: { surge: TripSurge; onClose: () => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const release = useReleaseSurge(surge.surgeId)
  const [reason, setReason] = useState('')
  return (
    <Confirm
      open
      title={say('interlock.release')}
      confirmText={say('interlock.release')}
      danger
      widthPx={640}
      allowed={reason.trim() !== ''}
      busy={release.isPending}
      error={release.error}
      onConfirm={() => release.mutate({ complexId, reason: reason.trim() }, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <p>{say('interlock.releaseMeans')}</p>
      <p>
        {surge.shops.map(({ meterId, premises, premisesEn, meterNo }) => (
          <span key={meterId}>
            <Called zh={premises || meterNo} en={premisesEn} />{' '}
          </span>
        ))}
      </p>
      <ActForm>
        <WhyField id="interlock-reason" text={reason} onText={setReason} />
      </ActForm>
    </Confirm>
  )
}

export const InterlockPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch } = useInterlock(complexId)
  const [releasing, setReleasing] = useState<TripSurge | null>(null)
  const mayRelease = useMay('interlock.release')
  return (
    <Page title={say('interlock.title')} tools={<PolicyLinks />}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? (
        <>
          <Card>
            <Facts
              rows={[
                [
                  say('interlock.state'),
                  <Tag key="state" tone={data.open.length > 0 ? 'bad' : 'good'}>
                    {say(data.open.length > 0 ? 'interlock.stopped' : 'interlock.free')}
                  </Tag>,
                ],
                [say('interlock.inMinute'), `${data.sentInMinute} / ${data.settings.perMinute}`],
              ]}
            />
          </Card>
          <Card title={say('interlock.open')}>
            <DataTable<TripSurge>
              label={say('interlock.open')}
              rows={data.open}
              rowKey={({ surgeId }) => surgeId}
              emptyText={say('interlock.none')}
              columns={[...common(say), releaseColumn(say, mayRelease ? setReleasing : null)]}
            />
          </Card>
          <Card title={say('interlock.past')}>
            <DataTable<TripSurge>
              label={say('interlock.past')}
              rows={data.past}
              rowKey={({ surgeId }) => surgeId}
              emptyText={say('interlock.none')}
              columns={[...common(say), releasedColumn(say)]}
            />
          </Card>
        </>
      ) : (
        <Loading />
      )}
      {releasing ? (
        <ReleaseDialog
          key={releasing.surgeId}
          surge={releasing}
          onClose={() => setReleasing(null)}
        />
      ) : null}
    </Page>
  )
}
