// Every account that a change of the past reaches 受影响用户: a line per month, and the days on which
// power would have been cut.

import { Link } from '@tanstack/react-router'
import type {
  RerateAccount,
  RerateDetail,
  RerateMonth,
  WouldTrip,
} from '../../../http/contract/rerate.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Energy, Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Tag } from '../../ui/tag.tsx'

type Row = { account: RerateAccount; month: RerateMonth; first: boolean }

const rowsOf = (items: readonly RerateAccount[]): Row[] =>
  items.flatMap((account) =>
    account.months.map((month, index) => ({ account, month, first: index === 0 })),
  )

/** The first and the last day, and how low it would have gone. */
const Trips = ({ days }: { days: readonly WouldTrip[] }) => {
  const { say } = useText()
  const [first] = days
  const last = days.at(-1)
  if (!first || !last) return null
  const lowest = days.reduce((low, { wouldBeFen }) => Math.min(low, wouldBeFen), first.wouldBeFen)
  return (
    <span>
      <Tag tone="bad">{say('rerate.tripDays', { n: days.length })}</Tag> {first.day}
      {last === first ? '' : ` – ${last.day}`} <Money fen={lowest} />
    </span>
  )
}

const figures = (say: Say): Column<Row>[] => [
  {
    key: 'charged',
    title: say('rerate.charged'),
    align: 'right',
    render: ({ month }) => <Money fen={month.chargedFen} />,
  },
  {
    key: 'due',
    title: say('rerate.due'),
    align: 'right',
    render: ({ month }) => <Money fen={month.dueFen} />,
  },
  {
    key: 'difference',
    title: say('rerate.difference'),
    align: 'right',
    render: ({ month }) => <Money fen={month.differenceFen} strong />,
  },
]

const columnsOf = (say: Say, reratingId: string): Column<Row>[] => [
  {
    key: 'tenant',
    title: say('receipt.tenant'),
    render: ({ account, first }) =>
      first ? (
        <Link
          to="/rerate/$reratingId/accounts/$accountId"
          params={{ reratingId, accountId: String(account.accountId) }}
        >
          <Name>{account.tenant}</Name> {account.accountNo}
        </Link>
      ) : (
        ''
      ),
  },
  {
    key: 'premises',
    title: say('sharing.premises'),
    render: ({ month }) => <Name>{month.premises}</Name>,
  },
  { key: 'month', title: say('bill.month'), render: ({ month }) => month.month },
  {
    key: 'energy',
    title: say('sharing.usedKwh'),
    align: 'right',
    render: ({ month }) => <Energy wh={month.energyWh} unit={false} />,
  },
  ...figures(say),
  {
    key: 'to',
    title: say('rerate.postedTo'),
    render: ({ account }) => say(`rerate.postedTo.${account.postedTo}`),
  },
  {
    key: 'posted',
    title: say('rerate.postedOn'),
    render: ({ month }) => month.postedOn ?? (month.postedFen === 0 ? '—' : ''),
  },
  {
    key: 'trip',
    title: say('rerate.wouldTrip'),
    render: ({ account, first }) => (first ? <Trips days={account.wouldTrip} /> : null),
  },
]

const Total = ({ found }: { found: RerateDetail }) => {
  const { say } = useText()
  return (
    <tr>
      <th scope="row" colSpan={4}>
        {say('whatIf.total')}
      </th>
      <td data-align="right">
        <Money fen={found.chargedFen} />
      </td>
      <td data-align="right">
        <Money fen={found.dueFen} />
      </td>
      <td data-align="right">
        <Money fen={found.differenceFen} strong />
      </td>
      <td colSpan={3} />
    </tr>
  )
}

export const AccountsTable = ({ found }: { found: RerateDetail }) => {
  const { say } = useText()
  return (
    <DataTable<Row>
      label={say('rerate.accounts')}
      rows={rowsOf(found.items)}
      rowKey={({ month }) => `${month.supplyId} ${month.month}`}
      emptyText={say('rerate.nobody')}
      columns={columnsOf(say, found.reratingId)}
      foot={<Total found={found} />}
    />
  )
}
