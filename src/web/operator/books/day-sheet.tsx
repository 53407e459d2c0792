// One business day in figures 日结表: by operator, pay method and kind, with receipts and the
// difference of the drawers.

import type { DayClose } from '../../../http/contract/shifts.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'

type Line = DayClose['lines'][number]

const Total = ({ fen }: { fen: number }) => {
  const { say } = useText()
  return (
    <tr>
      <td colSpan={4}>{say('ledger.total')}</td>
      <td data-align="right" data-testid="day-total">
        <Money fen={fen} strong />
      </td>
    </tr>
  )
}

export const DaySheet = ({ day }: { day: DayClose }) => {
  const { say } = useText()
  const { receipts } = day
  return (
    <>
      <Facts
        rows={[
          [say('day.day'), day.day],
          [
            say('shift.receipts'),
            `${receipts.from ?? '—'} – ${receipts.to ?? '—'} (${receipts.receipts})`,
          ],
          [say('day.difference'), <Money key="d" fen={day.cashDifferenceFen} unit />],
          [say('shift.handedIn'), <Money key="h" fen={day.handedInFen} unit />],
        ]}
      />
      <DataTable<Line>
        label={say('day.lines')}
        rows={day.lines}
        rowKey={(line) => `${line.operatorId}/${line.method}/${line.kind}/${line.fen < 0}`}
        emptyText={say('shift.nothing')}
        foot={<Total fen={day.totalFen} />}
        columns={[
          { key: 'by', title: say('shift.operator'), render: (l) => <Name>{l.operator}</Name> },
          { key: 'method', title: say('sale.method'), render: (l) => say(`method.${l.method}`) },
          { key: 'kind', title: say('day.kind'), render: (l) => say(`dayKind.${l.kind}`) },
          { key: 'n', title: say('day.receipts'), align: 'right', render: (l) => l.receipts },
          {
            key: 'fen',
            title: say('shift.amountYuan'),
            align: 'right',
            render: (l) => <Money fen={l.fen} />,
          },
        ]}
      />
    </>
  )
}
