// Plans 电价方案: what each one costs now, who has it, and what comes next.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { Plan } from '../../../http/contract/plans.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { linkButton } from '../../ui/link-button.ts'
import { Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { listPlans } from './plan-data.ts'
import { planName } from './plan-name.ts'

const route = getRouteApi('/shell/plans')

/** The cheapest and the dearest kWh, or the one price there is. */
export const PriceRange = ({ plan }: { plan: Pick<Plan, 'cheapestE8' | 'dearestE8'> }) => {
  const { cheapestE8, dearestE8 } = plan
  if (cheapestE8 === dearestE8) return <Price e8={cheapestE8} />
  return (
    <>
      <Price e8={cheapestE8} rounded /> – <Price e8={dearestE8} rounded />
    </>
  )
}

const Standing = ({ plan }: { plan: Plan }) => {
  const { say } = useText()
  if (plan.retiredAt !== null) return <Tag tone="plain">{say('plan.retired')}</Tag>
  if (plan.version === null) return <Tag tone="warn">{say('plan.notYet')}</Tag>
  return <Tag tone="good">{say('plan.inForce')}</Tag>
}

const columnsOf = (say: Say, language: Language): Column<Plan>[] => [
  {
    key: 'name',
    title: say('plan.name'),
    render: (plan) => (
      <Link to="/plans/$planId" params={{ planId: String(plan.planId) }}>
        <Name>{planName(plan, language)}</Name>
      </Link>
    ),
  },
  {
    key: 'kind',
    title: say('plan.kind'),
    render: ({ kind }) => (kind === null ? '—' : say(`plan.kind.${kind}`)),
  },
  {
    key: 'price',
    title: say('plan.priceYuan'),
    align: 'right',
    render: (plan) => <PriceRange plan={plan} />,
  },
  {
    key: 'supplies',
    title: say('plan.supplies'),
    align: 'right',
    render: (plan) => (
      <Link to="/plans/assign" search={{ current: String(plan.planId) }}>
        {plan.supplies}
      </Link>
    ),
  },
  { key: 'standing', title: say('plan.standing'), render: (plan) => <Standing plan={plan} /> },
  {
    key: 'version',
    title: say('plan.version'),
    render: ({ version, effectiveFrom }) =>
      version === null ? (
        '—'
      ) : (
        <>
          {say('plan.versionNo', { n: version })} <When at={effectiveFrom} />
        </>
      ),
  },
  {
    key: 'next',
    title: say('plan.next'),
    render: ({ nextVersion, nextFrom }) =>
      nextVersion === null ? (
        '—'
      ) : (
        <>
          {say('plan.versionNo', { n: nextVersion })} <When at={nextFrom} />
        </>
      ),
  },
]

const Tools = () => {
  const { say } = useText()
  const mayEdit = useMay('plan.edit')
  const maySeeCap = useMay('ledger.view')
  return (
    <span className={layout.tools}>
      <Link to="/calendar">{say('nav.calendar')}</Link>
      <Link to="/month-figures">{say('figures.title')}</Link>
      {maySeeCap ? <Link to="/price-cap">{say('cap.title')}</Link> : null}
      <Link to="/plans/assign">{say('plan.assign')}</Link>
      {mayEdit ? (
        <Link to="/plans/new" className={linkButton}>
          {say('plan.new')}
        </Link>
      ) : null}
    </span>
  )
}

export const PlansPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title={say('nav.plans')} tools={<Tools />}>
      <QueryTable<Plan>
        name="plans"
        label={say('nav.plans')}
        queryKey={['plans', complexId]}
        load={(query) => listPlans(complexId, query)}
        columns={columnsOf(say, language)}
        filters={[]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(plan) => plan.planId}
        emptyText={say('plan.none')}
      />
    </Page>
  )
}
