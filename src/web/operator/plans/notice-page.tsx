// The price notice of a plan 电价公示, to be printed and hung up: what each kWh costs and when.

import { PrinterOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { PlanDetail, PlanVersion } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex, useComplexName } from '../complex.tsx'
import { usePrintSheet } from '../receipt/print.tsx'
import { Loading } from '../shell/states.tsx'
import styles from './notice.module.css'
import { usePlan } from './plan-data.ts'
import { planName } from './plan-name.ts'
import { PlanView } from './plan-view.tsx'

const route = getRouteApi('/shell/plans/$planId/notice')

type SheetProps = { plan: PlanDetail; version: PlanVersion; complex: string }

const NoticeSheet = ({ plan, version, complex }: SheetProps) => {
  const { say, language } = useText()
  return (
    <article className={styles.notice} data-testid="notice">
      <h2>
        <Name>{complex}</Name> {say('notice.title')}
      </h2>
      <p>
        <Name>{planName(plan, language)}</Name> · {say('plan.versionNo', { n: version.version })}
        {' · '}
        {say('notice.from')} <When at={version.effectiveFrom} />
      </p>
      <PlanView plan={version.definition} />
      <footer>{say('notice.foot')}</footer>
    </article>
  )
}

const Versions = ({ plan, shown }: { plan: PlanDetail; shown: PlanVersion }) => {
  const { say } = useText()
  return plan.versions
    .filter(({ version }) => version === plan.version || version === plan.nextVersion)
    .filter(({ version }) => version !== shown.version)
    .map(({ version }) => (
      <Link
        key={version}
        to="/plans/$planId/notice"
        params={{ planId: String(plan.planId) }}
        search={{ version: String(version) }}
      >
        {say('plan.versionNo', { n: version })}
      </Link>
    ))
}

/** The version asked for, else the one in force, else the first to come. */
const versionOf = (plan: PlanDetail, asked: string | undefined): PlanVersion | undefined => {
  const wanted = asked === undefined ? (plan.version ?? plan.nextVersion) : Number(asked)
  return plan.versions.find(({ version }) => version === wanted)
}

export const NoticePage = () => {
  const { say, language } = useText()
  const complex = useComplex()
  const { planId } = route.useParams()
  const search = route.useSearch()
  const print = usePrintSheet()
  const { data: plan, error, refetch } = usePlan(complex.complexId, planId)
  const version = plan ? versionOf(plan, search.version) : undefined
  const complexName = useComplexName(complex.name)
  const sheet =
    plan && version ? <NoticeSheet plan={plan} version={version} complex={complexName} /> : null
  return (
    <Page
      title={say('notice.title')}
      trail={
        <>
          <Link to="/plans">{say('nav.plans')}</Link>
          {plan ? (
            <Link to="/plans/$planId" params={{ planId }}>
              <Name>{planName(plan, language)}</Name>
            </Link>
          ) : null}
        </>
      }
      tools={
        <span className={layout.tools}>
          {plan && version ? <Versions plan={plan} shown={version} /> : null}
          <Button
            type="primary"
            icon={<PrinterOutlined />}
            disabled={sheet === null}
            onClick={() => sheet && print(sheet)}
          >
            {say('notice.print')}
          </Button>
        </span>
      }
    >
      {error && !plan ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!plan && !error ? <Loading /> : null}
      {plan && !version ? <p className={layout.none}>{say('plan.notYet')}</p> : null}
      {sheet ? <div className={layout.paper}>{sheet}</div> : null}
    </Page>
  )
}
