// The hold desk 挂起处理: every meter whose deliveries are stopped, why, since when, and what books and
// meter say; whoever may, releases it here.

import { PauseCircleOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Empty } from 'antd'
import { useState } from 'react'
import type { Hold } from '../../../http/contract/holds.ts'
import { useText } from '../../text/i18n.ts'
import { Age, When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { comparisonOf } from './evidence.ts'
import { EvidenceTable } from './evidence-table.tsx'
import { useHolds } from './hold-data.ts'
import styles from './holds.module.css'
import { ReleaseDialog } from './release-dialog.tsx'

const route = getRouteApi('/shell/holds')

/** A hold does not grow stale; its age is only told. */
const NEVER_STALE_MS = Number.POSITIVE_INFINITY

const Head = ({ hold }: { hold: Hold }) => {
  const { say } = useText()
  return (
    <div className={styles.head}>
      <strong>
        <Called zh={hold.premises} en={hold.premisesEn} />
      </strong>
      <PointKind kind={hold.pointKind} />
      <Link to="/board" search={{ meter: String(hold.meterId) }}>
        {hold.meterNo}
      </Link>
      <Name>{hold.tenant}</Name>
      <span>
        {say('account.no')} {hold.accountNo}
      </span>
      {hold.purchaseId === null ? null : (
        <Link to="/purchases/$purchaseId" params={{ purchaseId: hold.purchaseId }}>
          {say('hold.purchase')}
        </Link>
      )}
      {hold.reductionId === null ? null : <Link to="/payouts">{say('hold.reduction')}</Link>}
      <span className={styles.since}>
        {say('hold.since')} <When at={hold.raisedAt} />{' '}
        <Age at={hold.raisedAt} staleAfterMs={NEVER_STALE_MS} />
      </span>
    </div>
  )
}

const Held = ({ hold }: { hold: Hold }) => {
  const { say, language } = useText()
  const mayRelease = useMay('delivery.release')
  const [releasing, setReleasing] = useState(false)
  return (
    <article className={styles.held} data-testid="hold" data-meter={hold.meterId}>
      <Head hold={hold} />
      <p className={styles.reason}>
        <PauseCircleOutlined aria-hidden /> {hold.title[language]}
      </p>
      <EvidenceTable comparison={comparisonOf(hold.evidence)} />
      {mayRelease ? (
        <div>
          <Button type="primary" onClick={() => setReleasing(true)}>
            {say('hold.release')}
          </Button>
        </div>
      ) : (
        <p className={styles.notes}>{say('hold.mayNot')}</p>
      )}
      {releasing ? <ReleaseDialog hold={hold} onClose={() => setReleasing(false)} /> : null}
    </article>
  )
}

const Holds = ({ holds, filtered }: { holds: readonly Hold[]; filtered: boolean }) => {
  const { say } = useText()
  if (holds.length === 0) {
    return (
      <Card>
        <Empty description={say(filtered ? 'hold.noneHere' : 'hold.none')} />
      </Card>
    )
  }
  return holds.map((hold) => <Held key={hold.holdId} hold={hold} />)
}

export const HoldsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { meter } = route.useSearch()
  const { data, error, refetch } = useHolds(complexId)
  const all = data?.items ?? []
  const shown = meter ? all.filter((hold) => String(hold.meterId) === meter) : all
  return (
    <Page
      title={say('nav.holds')}
      tools={
        meter ? (
          <Link to="/holds" search={{}}>
            {say('hold.all', { n: all.length })}
          </Link>
        ) : undefined
      }
    >
      <p className={layout.lead}>{say('hold.lead')}</p>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? <Holds holds={shown} filtered={meter !== undefined} /> : null}
    </Page>
  )
}
