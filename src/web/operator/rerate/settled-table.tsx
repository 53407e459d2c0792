// Months of who has left 已清算账期: what a change of the past would come to for them, and does not.

import { Link } from '@tanstack/react-router'
import type { RerateSettled } from '../../../http/contract/rerate.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'

const columnsOf = (say: Say): Column<RerateSettled>[] => [
  {
    key: 'tenant',
    title: say('receipt.tenant'),
    render: ({ accountId, accountNo, tenant }) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(accountId) }}>
        <Name>{tenant}</Name> {accountNo}
      </Link>
    ),
  },
  {
    key: 'premises',
    title: say('sharing.premises'),
    render: ({ premises }) => <Name>{premises}</Name>,
  },
  { key: 'month', title: say('bill.month'), render: ({ month }) => month },
  { key: 'ended', title: say('rerate.endedOn'), render: ({ endedOn }) => endedOn },
  {
    key: 'charged',
    title: say('rerate.charged'),
    align: 'right',
    render: ({ chargedFen }) => <Money fen={chargedFen} />,
  },
  {
    key: 'due',
    title: say('rerate.due'),
    align: 'right',
    render: ({ dueFen }) => <Money fen={dueFen} />,
  },
  {
    key: 'difference',
    title: say('rerate.difference'),
    align: 'right',
    render: ({ differenceFen }) => <Money fen={differenceFen} />,
  },
]

export const SettledTable = ({ settled }: { settled: readonly RerateSettled[] }) => {
  const { say } = useText()
  return (
    <DataTable<RerateSettled>
      label={say('rerate.settled')}
      rows={settled}
      rowKey={({ accountId, premises, month, endedOn }) =>
        `${accountId} ${premises} ${month} ${endedOn}`
      }
      emptyText={say('rerate.nobody')}
      columns={columnsOf(say)}
    />
  )
}
