// Who goes dark 谁会停电: who would, by a day to come, if nobody paid; to be sorted, saved and printed
// as a list of calls.

import { PrinterOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { App, Button, Checkbox, Input, Select } from 'antd'
import type { DarkForecast, DarkShop } from '../../../http/contract/policy.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { serverNow } from '../../ui/clock.ts'
import { saveFile } from '../../ui/csv.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Money } from '../../ui/money.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert, problemOf } from '../../ui/problem.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import { msText } from '../../ui/time-text.ts'
import { useZone } from '../../ui/zone.ts'
import { useComplex, useComplexName } from '../complex.tsx'
import { usePrintSheet } from '../receipt/print.tsx'
import styles from './dark.module.css'
import { fetchDarkSheet, useDark } from './policy-data.ts'
import { PolicyLinks } from './policy-links.tsx'
import { policyWords } from './policy-words.ts'

const route = getRouteApi('/shell/policy/dark')

const TONES: Record<DarkShop['outcome'], Tone> = {
  ...{ trips: 'bad', kept: 'warn', dark: 'bad', unknown: 'plain', lasts: 'good' },
}

const columnsOf = (say: Say): Column<DarkShop>[] => [
  {
    key: 'outcome',
    title: say('dark.outcome'),
    render: (r) => <Tag tone={TONES[r.outcome]}>{say(`dark.outcome.${r.outcome}`)}</Tag>,
  },
  { key: 'at', title: say('dark.at'), render: (r) => (r.at ? <When at={r.at} /> : '—') },
  {
    key: 'empty',
    title: say('dark.emptyAt'),
    render: (r) => (r.emptyAt ? <When at={r.emptyAt} /> : '—'),
  },
  { key: 'why', title: say('policy.because'), render: (r) => policyWords(say, 'why', r.why) },
  {
    key: 'shop',
    title: say('sale.shop'),
    render: (r) => (
      <span>
        <Called zh={r.building} en={r.buildingEn} /> <Called zh={r.premises} en={r.premisesEn} />
      </span>
    ),
  },
  { key: 'tenant', title: say('receipt.tenant'), render: (r) => <Name>{r.tenant}</Name> },
  { key: 'phone', title: say('dark.phone'), render: (r) => r.phoneMasked ?? '—' },
  {
    key: 'balance',
    title: say('policy.balanceYuan'),
    align: 'right',
    render: (r) => <Money fen={r.balanceFen} />,
  },
  {
    key: 'daily',
    title: say('dark.dailyYuan'),
    align: 'right',
    render: (r) => <Money fen={r.dailyFen} />,
  },
]

const SORTS = ['at', 'balance', 'shop', 'tenant'] as const
type Sort = (typeof SORTS)[number]
const isSort = (text: string | undefined): text is Sort => SORTS.some((one) => one === text)

const sorted = (rows: readonly DarkShop[], by: Sort): DarkShop[] => {
  const all = [...rows]
  if (by === 'balance') return all.sort((a, b) => (a.balanceFen ?? 0) - (b.balanceFen ?? 0))
  if (by === 'shop')
    return all.sort((a, b) =>
      `${a.building}${a.premises}`.localeCompare(`${b.building}${b.premises}`),
    )
  return by === 'tenant' ? all.sort((a, b) => a.tenant.localeCompare(b.tenant)) : all
}

type CallListProps = { forecast: DarkForecast; rows: readonly DarkShop[]; printedAtMs: number }

const CallList = ({ forecast, rows, printedAtMs }: CallListProps) => {
  const { say } = useText()
  const complexName = useComplexName(useComplex().name)
  const zone = useZone()
  return (
    <article className={styles.sheet} data-testid="call-list">
      <h2>
        <Name>{complexName}</Name> {say('dark.title')}
      </h2>
      <p>
        {say('dark.until')} {forecast.untilDay} · {say('dark.printedAt')}{' '}
        {msText(printedAtMs, zone)}
      </p>
      <table>
        <thead>
          <tr>
            <th>{say('dark.at')}</th>
            <th>{say('sale.shop')}</th>
            <th>{say('receipt.tenant')}</th>
            <th>{say('dark.phone')}</th>
            <th>{say('policy.balanceYuan')}</th>
            <th>{say('dark.called')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.supplyId}>
              <td>{row.at ? <When at={row.at} /> : '—'}</td>
              <td>
                <Called zh={row.building} en={row.buildingEn} />{' '}
                <Called zh={row.premises} en={row.premisesEn} />
              </td>
              <td>{row.tenant}</td>
              <td>{row.phoneMasked ?? ''}</td>
              <td>
                <Money fen={row.balanceFen} />
              </td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  )
}

const PrintCalls = ({ forecast, rows }: Omit<CallListProps, 'printedAtMs'>) => {
  const { say } = useText()
  const print = usePrintSheet()
  const calls = rows.filter(({ outcome }) => outcome === 'trips')
  return (
    <Button
      icon={<PrinterOutlined aria-hidden />}
      disabled={calls.length === 0}
      onClick={() => print(<CallList forecast={forecast} rows={calls} printedAtMs={serverNow()} />)}
    >
      {say('dark.print')}
    </Button>
  )
}

const Until = ({
  forecast,
  onUntil,
}: {
  forecast: DarkForecast
  onUntil: (day: string) => void
}) => {
  const { say } = useText()
  const { tonight, weekend, holiday } = forecast.presets
  return (
    <>
      <label htmlFor="dark-until">{say('dark.until')}</label>
      <Input
        id="dark-until"
        type="date"
        style={{ width: 160 }}
        value={forecast.untilDay}
        onChange={({ target }) => onUntil(target.value)}
      />
      <Button onClick={() => onUntil(tonight)}>{say('dark.tonight')}</Button>
      <Button onClick={() => onUntil(weekend)}>{say('dark.weekend')}</Button>
      {holiday ? <Button onClick={() => onUntil(holiday)}>{say('dark.holiday')}</Button> : null}
    </>
  )
}

const Forecast = ({ forecast }: { forecast: DarkForecast }) => {
  const { say } = useText()
  const { message } = App.useApp()
  const { complexId } = useComplex()
  const { until, all, sort } = route.useSearch()
  const navigate = route.useNavigate()
  const by = isSort(sort) ? sort : 'at'
  const rows = sorted(forecast.items, by)
  const { trips = 0, kept = 0, dark = 0, unknown = 0, lasts = 0 } = forecast.counts
  const save = () =>
    fetchDarkSheet(complexId, until, all === 'yes')
      .then(saveFile)
      .catch((error: unknown) => message.error(problemOf(error).title))
  return (
    <div className={layout.stack}>
      <div className={layout.line}>
        <Until
          forecast={forecast}
          onUntil={(day) => void navigate({ search: { until: day, all, sort } })}
        />
        <Select<Sort>
          aria-label={say('dark.sort')}
          value={by}
          style={{ width: 150 }}
          onChange={(next) => void navigate({ search: { until, all, sort: next } })}
          options={SORTS.map((value) => ({ value, label: say(`dark.sort.${value}`) }))}
        />
        <Checkbox
          checked={all === 'yes'}
          onChange={({ target }) =>
            void navigate({ search: { until, sort, all: target.checked ? 'yes' : undefined } })
          }
        >
          {say('dark.all')}
        </Checkbox>
        <Button onClick={() => void save()}>{say('dark.export')}</Button>
        <PrintCalls forecast={forecast} rows={rows} />
      </div>
      <p>
        {say('dark.counts', { trips, kept, dark, unknown, lasts })}{' '}
        <small>{say('dark.basis', { days: forecast.usedDays })}</small>
      </p>
      <DataTable<DarkShop>
        label={say('dark.title')}
        rows={rows}
        rowKey={({ supplyId }) => supplyId}
        emptyText={say('dark.none')}
        columns={columnsOf(say)}
      />
    </div>
  )
}

export const DarkPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { until, all } = route.useSearch()
  const { data, error, refetch, isLoading } = useDark(complexId, until, all === 'yes')
  return (
    <Page title={say('dark.title')} tools={<PolicyLinks />}>
      <Card>
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        {data ? <Forecast forecast={data} /> : null}
        {isLoading ? (
          <DataTable<DarkShop>
            label={say('dark.title')}
            rows={null}
            rowKey={({ supplyId }) => supplyId}
            emptyText=""
            columns={columnsOf(say)}
          />
        ) : null}
      </Card>
    </Page>
  )
}
