// Every bill of a month 月账单列表: each leads to where its amount explains itself; what has no price
// or no reading is told, and all of it as a workbook.

import { DownloadOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import type { BillList, BillListItem, BillSums } from '../../../http/contract/bills.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Facts, Page } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useComplex } from '../complex.tsx'
import { BILL_STATES, listBills, useBillSheet, useBillSums } from './bill-data.ts'
import styles from './bills.module.css'

const route = getRouteApi('/shell/bills')

const ToBill = ({ bill, month }: { bill: BillListItem; month: string }) => (
  <Link
    to="/accounts/$accountId/bill"
    params={{ accountId: String(bill.accountId) }}
    search={{ month, supply: String(bill.supplyId), since: bill.tenantSince }}
  >
    <Name>{`${bill.premises} ${bill.tenant}`.trim() || bill.accountNo}</Name>
  </Link>
)

const Energies = ({ bill }: { bill: BillListItem }) => {
  const { say } = useText()
  if (bill.pricedUntil === null) return <Tag tone="plain">{say('bills.state.waiting')}</Tag>
  return (
    <span className={layout.lines}>
      <Energy wh={bill.energyWh} unit={false} />
      {bill.unpricedWh ? <Tag tone="bad">{say('bills.state.unpriced')}</Tag> : null}
      {bill.estimatedWh ? (
        <small>
          {say('bill.estimatedEnergy')} <Energy wh={bill.estimatedWh} />
        </small>
      ) : null}
    </span>
  )
}

const columnsOf = (say: Say, month: string): Column<BillListItem>[] => [
  {
    key: 'bill',
    title: say('sale.shop'),
    render: (bill) => <ToBill bill={bill} month={month} />,
  },
  {
    key: 'accountNo',
    title: say('sale.accountNo'),
    render: (bill) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(bill.accountId) }}>
        {bill.accountNo}
      </Link>
    ),
  },
  { key: 'meterNo', title: say('sale.meterNo'), render: (bill) => bill.meterNos },
  { key: 'mode', title: say('account.mode'), render: (bill) => say(`account.mode.${bill.mode}`) },
  {
    key: 'until',
    title: say('bills.until'),
    render: (bill) => <When at={bill.pricedUntil} />,
  },
  {
    key: 'energy',
    title: say('bills.energyKwh'),
    align: 'right',
    render: (bill) => <Energies bill={bill} />,
  },
  {
    key: 'due',
    title: say('bills.dueYuan'),
    align: 'right',
    render: (bill) => <Money fen={bill.dueFen} strong />,
  },
  {
    key: 'posted',
    title: say('bills.postedYuan'),
    align: 'right',
    render: (bill) => <Money fen={bill.postedFen} />,
  },
]

const Sums = ({ sums }: { sums: BillSums }) => {
  const { say } = useText()
  return (
    <div className={`${layout.stack} ${styles.whole}`}>
      {sums.unpricedWh ? (
        <Alert
          type="error"
          showIcon
          title={
            <span>
              {say('bills.unpriced')} <Energy wh={sums.unpricedWh} />
            </span>
          }
        />
      ) : null}
      <Facts
        rows={[
          [
            say('bills.count'),
            <span key="n" data-testid="bills-count">
              {say('bills.counted', { n: sums.bills })}{' '}
              {sums.waiting > 0 ? (
                <Tag tone="warn">{say('bills.waiting', { n: sums.waiting })}</Tag>
              ) : null}
            </span>,
          ],
          [say('bill.energy'), <Energy key="e" wh={sums.energyWh} />],
          [say('bill.due'), <Money key="d" fen={sums.dueFen} unit strong />],
          [
            say('bills.posted'),
            <span key="p">
              <Money fen={sums.postedFen} unit />{' '}
              {sums.unread > 0 && sums.unread < sums.bills ? (
                <small>{say('bills.unread', { n: sums.unread })}</small>
              ) : null}
            </span>,
          ],
        ]}
      />
    </div>
  )
}

/** On the pages after the first, which came without them. */
const SumsOfAll = ({ month }: { month: string }) => {
  const { complexId } = useComplex()
  const { search, state } = route.useSearch()
  const { data, error } = useBillSums(complexId, { month, search, state })
  if (error) return <ProblemAlert error={error} />
  return data ? <Sums sums={data} /> : null
}

const Tools = ({ month, onMonth }: { month: string; onMonth: (month: string) => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { search, state } = route.useSearch()
  const sheet = useBillSheet(complexId, { month, search, state })
  return (
    <span className={layout.tools}>
      <label htmlFor="bills-month">{say('bill.month')}</label>
      <PeriodInput id="bills-month" kind="month" value={month} onValue={onMonth} />
      <Button icon={<DownloadOutlined />} loading={sheet.isPending} onClick={() => sheet.mutate()}>
        {say('bills.sheet')}
      </Button>
      {sheet.error ? <ProblemAlert error={sheet.error} /> : null}
    </span>
  )
}

export const BillsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const thisMonth = nowIn(useZone()).format('YYYY-MM')
  const month = search.month ?? thisMonth
  const chosen = search.month === undefined ? {} : { month: search.month }
  return (
    <Page
      title={say('bills.title')}
      tools={
        <Tools
          month={month}
          onMonth={(next) => {
            if (next !== '')
              void navigate({ search: { ...search, cursor: undefined, month: next } })
          }}
        />
      }
    >
      <p className={layout.lead}>{say('bills.lead')}</p>
      <QueryTable<BillListItem, BillList>
        name="bills"
        label={say('bills.title')}
        queryKey={['bill', 'list', complexId]}
        load={(query) => listBills(complexId, { ...query, month })}
        columns={columnsOf(say, month)}
        filters={[
          { key: 'search', label: say('bills.find') },
          {
            key: 'state',
            label: say('bills.state'),
            options: BILL_STATES.map((value) => ({ value, label: say(`bills.state.${value}`) })),
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: { ...next, ...chosen } })}
        rowKey={({ supplyId, tenantSince }) => `${supplyId} ${tenantSince}`}
        emptyText={say('bills.none')}
        summary={({ sums }) => (sums ? <Sums sums={sums} /> : <SumsOfAll month={month} />)}
      />
    </Page>
  )
}
