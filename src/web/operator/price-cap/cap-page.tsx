// The price cap 转供电价格上限: what a tenant's kWh may cost on average, and what each one paid in a
// month.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { CapReport, CapRow, PriceCap } from '../../../http/contract/price-cap.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { typedPercent, yuanText } from '../../ui/money-text.ts'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useCapReport, usePriceCaps } from './cap-data.ts'
import { CapDialog } from './cap-dialog.tsx'

const route = getRouteApi('/shell/price-cap')

const Basis = ({ cap }: { cap: PriceCap }) => {
  const { say } = useText()
  const { basis, marginE6 } = cap
  const margin = marginE6 === 0 ? '' : ` + ${typedPercent(marginE6)} %`
  return (
    <>
      {say(`cap.basis.${basis.kind}`)}{' '}
      {basis.kind === 'catalogue' ? (
        <Price e8={basis.priceE8} />
      ) : (
        <>
          <Money fen={basis.billFen} unit /> ÷ <Energy wh={basis.boughtWh} />
        </>
      )}
      {margin}
    </>
  )
}

const Caps = ({ items }: { items: readonly PriceCap[] }) => {
  const { say } = useText()
  return (
    <DataTable<PriceCap>
      label={say('cap.title')}
      rows={items}
      rowKey={({ capId }) => capId}
      emptyText={say('cap.none')}
      columns={[
        { key: 'since', title: say('cap.since'), render: (c) => c.since },
        {
          key: 'ceiling',
          title: say('cap.ceilingYuan'),
          align: 'right',
          render: (c) => <Price e8={c.ceilingE8} rounded />,
        },
        { key: 'act', title: say('cap.act'), render: (c) => say(`cap.act.${c.act}`) },
        { key: 'basis', title: say('cap.basis'), render: (c) => <Basis cap={c} /> },
        {
          key: 'by',
          title: say('plan.saved'),
          render: (c) => (
            <span className={layout.lines}>
              <span>
                <When at={c.savedAt} /> <Name>{c.savedBy ?? ''}</Name>
              </span>
              <small className={layout.wrapping}>
                <Name>{c.note}</Name>
              </small>
            </span>
          ),
        },
      ]}
    />
  )
}

const TONES: Record<CapRow['state'], Tone> = { over: 'bad', within: 'good', noUse: 'plain' }

/** What counts, part by part; the service fee only where it does. */
const partsText = (say: Say, row: CapRow): string => {
  const { energyFen, lossFen, otherFen, serviceFen, countedFen } = row
  const served = energyFen + lossFen + otherFen === countedFen ? 0 : serviceFen
  const parts = [
    ['energy', energyFen],
    ['loss', lossFen],
    ['service', served],
    ['other', otherFen],
  ] as const
  return parts
    .filter(([part, amountFen]) => part === 'energy' || amountFen !== 0)
    .map(([part, amountFen]) => say(`cap.part.${part}`, { amount: yuanText(amountFen) }))
    .join(' + ')
}

const columnsOf = (say: Say, capped: boolean): Column<CapRow>[] => [
  {
    key: 'state',
    title: say('purchase.state'),
    // Where nothing is the limit nobody is below it.
    render: (r) =>
      capped || r.state === 'noUse' ? (
        <Tag tone={TONES[r.state]}>{say(`cap.state.${r.state}`)}</Tag>
      ) : (
        '—'
      ),
  },
  { key: 'premises', title: say('sale.shop'), render: (r) => <Name>{r.premises}</Name> },
  {
    key: 'account',
    title: say('receipt.tenant'),
    render: (r) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(r.accountId) }}>
        <Name>{r.tenant}</Name>
      </Link>
    ),
  },
  { key: 'from', title: say('cap.from'), render: (r) => say(`cap.from.${r.from}`) },
  {
    key: 'energy',
    title: say('bill.energy'),
    align: 'right',
    render: (r) => <Energy wh={r.energyWh} />,
  },
  {
    key: 'counted',
    title: say('cap.countedYuan'),
    align: 'right',
    render: (r) => (
      <span className={layout.lines}>
        <Money fen={r.countedFen} />
        <small>{partsText(say, r)}</small>
      </span>
    ),
  },
  {
    key: 'effective',
    title: say('cap.effectiveYuan'),
    align: 'right',
    render: (r) => <Price e8={r.effectiveE8} rounded />,
  },
  {
    key: 'allowed',
    title: say('cap.allowedYuan'),
    align: 'right',
    render: (r) => <Money fen={r.allowedFen} />,
  },
]

const Report = ({ report }: { report: CapReport }) => {
  const { say } = useText()
  const { over, within, noUse } = report
  return (
    <div className={layout.stack}>
      <Facts
        rows={[
          [
            say('cap.ceilingYuan'),
            report.cap === null ? (
              say('cap.none')
            ) : (
              <Price key="c" e8={report.cap.ceilingE8} rounded />
            ),
          ],
          report.cap === null
            ? null
            : [say('cap.counts'), say('cap.countsAre', { over, within, noUse })],
        ]}
      />
      <DataTable<CapRow>
        label={say('cap.report')}
        rows={report.items}
        rowKey={({ supplyId }) => supplyId}
        emptyText={say('assign.none')}
        columns={columnsOf(say, report.cap !== null)}
      />
    </div>
  )
}

export const CapPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { month } = route.useSearch()
  const navigate = route.useNavigate()
  const mayEdit = useMay('price-cap.edit')
  const caps = usePriceCaps(complexId)
  const report = useCapReport(complexId, month)
  return (
    <Page title={say('cap.title')} tools={mayEdit ? <CapDialog /> : null}>
      {caps.error ? <ProblemAlert error={caps.error} onRetry={() => caps.refetch()} /> : null}
      <Card title={say('cap.history')}>
        {caps.data ? <Caps items={caps.data.items} /> : <Loading />}
      </Card>
      <Card title={say('cap.report')}>
        <div className={layout.stack}>
          <div className={layout.line}>
            <label htmlFor="cap-month">{say('bill.month')}</label>
            <PeriodInput
              id="cap-month"
              kind="month"
              value={month ?? report.data?.month ?? ''}
              onValue={(chosen) => void navigate({ search: { month: chosen } })}
            />
          </div>
          {report.error ? (
            <ProblemAlert error={report.error} onRetry={() => report.refetch()} />
          ) : null}
          {report.data ? <Report report={report.data} /> : null}
        </div>
      </Card>
    </Page>
  )
}
