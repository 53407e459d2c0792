// The list of meters with how far the check of each has come 逐表调试: anybody goes on where
// another left off.

import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import type { CheckRow } from '../../../http/contract/commissioning.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Called, Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { CheckStateTag, StepTag, stepIn } from './check-words.tsx'
import styles from './commissioning.module.css'
import { useBeginCheck, useChecks } from './commissioning-data.ts'
import { CommissioningLinks } from './links.tsx'
import { UnitChoice, unitOf } from './unit-choice.tsx'

const route = getRouteApi('/shell/commissioning')

const STATES = ['all', 'none', 'open', 'passed', 'failed'] as const
type Shown = (typeof STATES)[number]

const Begin = ({ row }: { row: CheckRow }) => {
  const { say } = useText()
  const navigate = useNavigate()
  const begin = useBeginCheck()
  const goOn = (checkId: string) =>
    void navigate({ to: '/commissioning/checks/$checkId', params: { checkId } })
  const isOpen = row.state === 'open' && row.checkId !== null
  return (
    <span className={styles.acts}>
      <Button
        size="small"
        type={isOpen ? 'primary' : 'default'}
        loading={begin.isPending}
        onClick={() => {
          if (isOpen && row.checkId) goOn(row.checkId)
          else
            begin.mutate(
              { meterId: row.meterId },
              { onSuccess: (check) => check.checkId && goOn(check.checkId) },
            )
        }}
      >
        {say(isOpen ? 'checks.goOn' : row.state === 'none' ? 'checks.begin' : 'checks.again')}
      </Button>
      {begin.error ? <ProblemAlert error={begin.error} /> : null}
    </span>
  )
}

const columnsOf = (say: Say): Column<CheckRow>[] => [
  {
    key: 'place',
    title: say('board.premises'),
    wrap: true,
    render: (row) => (
      <>
        <Called zh={row.building} en={row.buildingEn} /> <Name>{row.premises}</Name>{' '}
        <Called zh={row.premisesName} en={row.premisesNameEn} />
      </>
    ),
  },
  { key: 'no', title: say('meter.no'), render: ({ meterNo }) => meterNo },
  {
    key: 'gateway',
    title: say('meter.gateway'),
    render: ({ gatewayCode, bus }) => `${gatewayCode} / ${bus}`,
  },
  {
    key: 'state',
    title: say('checks.state'),
    render: ({ state }) => <CheckStateTag state={state} />,
  },
  ...(['read', 'credit', 'trip', 'close'] as const).map(
    (step): Column<CheckRow> => ({
      key: step,
      title: say(`checkStep.${step}`),
      render: (row) => <StepTag step={stepIn(row, step)} />,
    }),
  ),
  {
    key: 'by',
    title: say('checks.by'),
    render: (row) => <Name>{row.endedBy ?? row.begunBy ?? '—'}</Name>,
  },
  {
    key: 'at',
    title: say('checks.at'),
    render: (row) => <When at={row.endedAt ?? row.begunAt} />,
  },
  { key: 'do', title: say('checks.act'), render: (row) => <Begin row={row} /> },
]

export const ChecksPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useChecks(complexId, unitOf(search))
  const shown: Shown = STATES.find((each) => each === search.state) ?? 'all'
  const counts = data?.counts
  const countOf = (state: Shown) =>
    state === 'all' ? (data?.items.length ?? 0) : (counts?.[state] ?? 0)
  const rows = data?.items.filter(({ state }) => shown === 'all' || state === shown)
  return (
    <Page title={say('checks.title')} tools={<CommissioningLinks />}>
      <Card>
        <p className={styles.lead}>{say('checks.lead')}</p>
        <div className={styles.bar}>
          <UnitChoice
            complexId={complexId}
            search={search}
            onChosen={(unit) => void navigate({ search: { ...search, ...unit } })}
          />
          <Segmented
            aria-label={say('checks.state')}
            value={shown}
            options={STATES.map((state) => ({
              value: state,
              label: `${say(`checkState.${state}`)} ${countOf(state)}`,
            }))}
            onChange={(state) => void navigate({ search: { ...search, state } })}
          />
        </div>
        {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
        <DataTable<CheckRow>
          label={say('checks.title')}
          columns={columnsOf(say)}
          rows={rows ?? (error ? [] : null)}
          rowKey={(row) => row.meterId}
          emptyText={say('checks.none')}
        />
      </Card>
    </Page>
  )
}
