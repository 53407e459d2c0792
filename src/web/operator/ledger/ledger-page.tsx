// The trial balance 试算平衡: every ledger account with debits, credits and balance. The sum of all is
// zero, or something is wrong and the page says so.

import { CheckCircleFilled, CloseCircleFilled, ReloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Empty, Table } from 'antd'
import type { Static } from 'typebox'
import type { TrialBalance } from '../../../http/contract.ts'
import { type TextKey, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import { Money } from '../../ui/money.tsx'
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
  [/^variance\//, 'ledger.variance'],
  [/^commissioning/, 'ledger.commissioning'],
  [/^deposit\//, 'ledger.deposit'],
  [/^income\//, 'ledger.income'],
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

const sumOf = (rows: readonly Row[], key: 'debitFen' | 'creditFen' | 'balanceFen'): number =>
  rows.reduce((sum, row) => sum + row[key], 0)

const Balances = ({ trial }: { trial: Trial }) => {
  const { say } = useText()
  const money = (key: 'debitFen' | 'creditFen' | 'balanceFen') => ({
    key,
    title: say(`ledger.${key}`),
    align: 'right' as const,
    render: (_: unknown, row: Row) => <Money fen={row[key]} />,
  })
  return (
    <Table<Row>
      size="small"
      sticky
      rowKey="path"
      dataSource={trial.items}
      pagination={false}
      locale={{ emptyText: <Empty description={say('ledger.none')} /> }}
      columns={[
        {
          key: 'kind',
          title: say('ledger.kind'),
          width: 220,
          render: (_, row) => <KindOf path={row.path} />,
        },
        { key: 'path', title: say('ledger.path'), render: (_, row) => <code>{row.path}</code> },
        money('debitFen'),
        money('creditFen'),
        money('balanceFen'),
      ]}
      summary={() => (
        <Table.Summary fixed>
          <Table.Summary.Row>
            <Table.Summary.Cell index={0} colSpan={2}>
              {say('ledger.total')}
            </Table.Summary.Cell>
            {(['debitFen', 'creditFen', 'balanceFen'] as const).map((key, i) => (
              <Table.Summary.Cell key={key} index={i + 2} align="right">
                <Money fen={sumOf(trial.items, key)} strong />
              </Table.Summary.Cell>
            ))}
          </Table.Summary.Row>
        </Table.Summary>
      )}
    />
  )
}

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
            <Balances trial={data} />
          </Card>
        </>
      ) : null}
    </Page>
  )
}
