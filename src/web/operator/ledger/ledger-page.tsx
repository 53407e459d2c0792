// The trial balance 试算平衡: every ledger account with debits, credits and balance. The sum of all is
// zero, or something is wrong and the page says so.

import { CheckCircleFilled, CloseCircleFilled, ReloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import type { Static } from 'typebox'
import type { TrialBalance } from '../../../http/contract/ledger.ts'
import { type Say, type TextKey, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { call } from '../api/client.ts'
import { useComplex } from '../complex.tsx'

type Trial = Static<typeof TrialBalance>
type Row = Trial['items'][number]

const KINDS: readonly (readonly [RegExp, TextKey])[] = [
  [/^cash\//, 'ledger.cash'],
  [/^channel\//, 'ledger.channel'],
  [/\/transit$/, 'ledger.transit'],
  [/\/credit$/, 'ledger.credit'],
  [/\/balance$/, 'ledger.balance'],
  [/\/carry$/, 'ledger.carry'],
  [/\/payable$/, 'ledger.payable'],
  [/^waiver$/, 'ledger.waiver'],
  [/^cash-difference$/, 'ledger.cashDifference'],
  [/^safe$/, 'ledger.safe'],
  [/^variance\//, 'ledger.variance'],
  [/^commissioning/, 'ledger.commissioning'],
  [/^deposit\//, 'ledger.deposit'],
  [/^income\/energy$/, 'ledger.incomeEnergy'],
  [/^income\/service-fee$/, 'ledger.incomeServiceFee'],
  [/^income\/sharing$/, 'ledger.incomeSharing'],
]

const KindOf = ({ path }: { path: string }) => {
  const { say } = useText()
  const key = KINDS.find(([pattern]) => pattern.test(path))?.[1]
  return key ? say(key) : path
}

const Verdict = ({ trial }: { trial: Trial }) => {
  const { say } = useText()
  const balanced = trial.totalFen === 0
  return (
    <Alert
      type={balanced ? 'success' : 'error'}
      showIcon
      icon={balanced ? <CheckCircleFilled /> : <CloseCircleFilled />}
      title={
        <span data-testid="trial-verdict" data-balanced={balanced}>
          {say(balanced ? 'ledger.balanced' : 'ledger.unbalanced')} <Money fen={trial.totalFen} />
        </span>
      }
    />
  )
}

const sumOf = (rows: readonly Row[], key: (typeof AMOUNTS)[number]): number =>
  rows.reduce((sum, row) => sum + row[key], 0)

const AMOUNTS = ['debitFen', 'creditFen', 'balanceFen'] as const

const Totals = ({ rows }: { rows: readonly Row[] }) => {
  const { say } = useText()
  return (
    <tr>
      <td colSpan={3}>{say('ledger.total')}</td>
      {AMOUNTS.map((key) => (
        <td key={key} data-align="right">
          <Money fen={sumOf(rows, key)} strong />
        </td>
      ))}
    </tr>
  )
}

const columnsOf = (say: Say): Column<Row>[] => [
  { key: 'kind', title: say('ledger.kind'), render: (row) => <KindOf path={row.path} /> },
  { key: 'about', title: say('ledger.about'), render: (row) => <Name>{row.about}</Name> },
  { key: 'path', title: say('ledger.path'), render: (row) => <code>{row.path}</code> },
  ...AMOUNTS.map(
    (key): Column<Row> => ({
      key,
      title: say(`ledger.${key}`),
      align: 'right',
      render: (row) => <Money fen={row[key]} />,
    }),
  ),
]

export const LedgerPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['trialBalance', complexId],
    queryFn: () => call<Trial>('/ledger/trial-balance', { query: { complexId } }),
  })
  return (
    <Page
      title={say('ledger.title')}
      tools={
        <span>
          {data ? (
            <>
              {say('ledger.asOf')} <When at={data.asOf} />
            </>
          ) : null}
          <Button
            type="text"
            icon={<ReloadOutlined />}
            aria-label={say('list.reload')}
            loading={isFetching}
            onClick={() => refetch()}
          />
        </span>
      }
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? (
        <>
          <Verdict trial={data} />
          <Card>
            <DataTable<Row>
              label={say('ledger.title')}
              columns={columnsOf(say)}
              rows={data.items}
              rowKey={(row) => row.path}
              emptyText={say('ledger.none')}
              foot={<Totals rows={data.items} />}
            />
          </Card>
        </>
      ) : null}
    </Page>
  )
}
