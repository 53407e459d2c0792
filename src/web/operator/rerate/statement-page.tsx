// What a change of the past is for one account 清算明细: line by line what was charged, what it
// comes to now, the difference, and where it was posted.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { RerateStatement, StatementLine } from '../../../http/contract/rerate.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money, Price } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useComplex } from '../complex.tsx'
import { Loading } from '../shell/states.tsx'
import { useStatement } from './rerate-data.ts'

const route = getRouteApi('/shell/rerate/$reratingId/accounts/$accountId')

const lineName = (line: StatementLine, say: Say): string => {
  const words = [say(`bill.kind.${line.kind}`)]
  if (line.period !== null) words.push(say(`period.${line.period}`))
  if (line.tier !== null && line.tier > 1) words.push(say('rerate.tier', { n: line.tier }))
  return words.join(' ')
}

const columnsOf = (say: Say): Column<StatementLine>[] => [
  { key: 'line', title: say('bill.kind'), render: (line) => lineName(line, say) },
  {
    key: 'beforeWh',
    title: say('rerate.beforeKwh'),
    align: 'right',
    render: (line) => <Energy wh={line.beforeWh} unit={false} exact />,
  },
  {
    key: 'beforeE8',
    title: say('rerate.beforePrice'),
    align: 'right',
    render: (line) => <Price e8={line.beforeE8} />,
  },
  {
    key: 'before',
    title: say('rerate.charged'),
    align: 'right',
    render: (line) => <Money fen={line.beforeFen} />,
  },
  {
    key: 'afterWh',
    title: say('rerate.afterKwh'),
    align: 'right',
    render: (line) => <Energy wh={line.afterWh} unit={false} exact />,
  },
  {
    key: 'afterE8',
    title: say('rerate.afterPrice'),
    align: 'right',
    render: (line) => <Price e8={line.afterE8} />,
  },
  {
    key: 'after',
    title: say('rerate.due'),
    align: 'right',
    render: (line) => <Money fen={line.afterFen} />,
  },
  {
    key: 'difference',
    title: say('rerate.difference'),
    align: 'right',
    render: (line) => <Money fen={line.differenceFen} strong />,
  },
]

type Month = RerateStatement['months'][number]

const MonthCard = ({ month, found }: { month: Month; found: RerateStatement }) => {
  const { say } = useText()
  return (
    <Card
      title={
        <>
          {month.month} <Name>{month.premises}</Name>
        </>
      }
    >
      <div className={layout.stack}>
        <DataTable<StatementLine>
          label={month.month}
          rows={month.lines}
          rowKey={({ kind, period, tier }) => `${kind} ${period} ${tier}`}
          emptyText={say('rerate.nobody')}
          columns={columnsOf(say)}
        />
        <Facts
          rows={[
            [say('rerate.difference'), <Money key="d" fen={month.differenceFen} unit strong />],
            [say('rerate.postedTo'), say(`rerate.postedTo.${found.postedTo}`)],
            [
              say('rerate.postedOn'),
              month.postedFen === null
                ? say('rerate.notPosted')
                : (month.postedOn ?? say('rerate.nothingPosted')),
            ],
            month.postingId === null ? null : [say('rerate.posting'), month.postingId],
          ]}
        />
      </div>
    </Card>
  )
}

export const StatementPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { reratingId, accountId } = route.useParams()
  const { data: found, error, refetch } = useStatement(complexId, reratingId, accountId)
  return (
    <Page
      title={say('rerate.statement')}
      name={found ? `${found.tenant} ${found.accountNo}` : ''}
      tools={
        <span className={layout.tools}>
          <Link to="/rerate/$reratingId" params={{ reratingId }}>
            {say('rerate.title')}
          </Link>
          <Button onClick={() => window.print()}>{say('notice.print')}</Button>
        </span>
      }
    >
      {error && !found ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {!found && !error ? <Loading /> : null}
      {found ? (
        <>
          <p>{found.title[language]}</p>
          {found.months.map((month) => (
            <MonthCard key={`${month.supplyId} ${month.month}`} month={month} found={found} />
          ))}
        </>
      ) : null}
    </Page>
  )
}
