// What a draft would have come to 试算结果: totals, months, and every supply, the losers first.

import { Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import type { WhatIf, WhatIfMonth, WhatIfSupply } from '../../../http/contract/what-if.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { saveCsv } from '../../ui/csv.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Energy, Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Card, Facts } from '../../ui/page.tsx'
import { whatIfRows } from './what-if-csv.ts'

type Figures = Pick<WhatIfMonth, 'energyWh' | 'chargedFen' | 'draftFen' | 'differenceFen'>

const figureColumns = <Row extends Figures>(say: Say): Column<Row>[] => [
  {
    key: 'energy',
    title: say('sharing.usedKwh'),
    align: 'right',
    render: (row) => <Energy wh={row.energyWh} unit={false} />,
  },
  {
    key: 'charged',
    title: say('whatIf.charged'),
    align: 'right',
    render: (row) => <Money fen={row.chargedFen} />,
  },
  {
    key: 'draft',
    title: say('whatIf.draft'),
    align: 'right',
    render: (row) => <Money fen={row.draftFen} />,
  },
  {
    key: 'difference',
    title: say('whatIf.difference'),
    align: 'right',
    render: (row) => <Money fen={row.differenceFen} strong />,
  },
]

const supplyColumns = (say: Say): Column<WhatIfSupply>[] => [
  {
    key: 'tenant',
    title: say('receipt.tenant'),
    render: (row) => (
      <Link to="/accounts/$accountId" params={{ accountId: String(row.accountId) }}>
        <Name>{row.tenant}</Name>
      </Link>
    ),
  },
  { key: 'premises', title: say('sharing.premises'), render: (r) => <Name>{r.premises}</Name> },
  {
    key: 'against',
    title: say('whatIf.against'),
    render: (row) => say(`whatIf.against.${row.against}`),
  },
  ...figureColumns<WhatIfSupply>(say),
]

const TotalRow = ({ found }: { found: WhatIf }) => {
  const { say } = useText()
  return (
    <tr>
      <th scope="row" colSpan={3}>
        {say('whatIf.total')}
      </th>
      {figureColumns<WhatIf>(say).map(({ key, align, render }) => (
        <td key={key} data-align={align}>
          {render(found)}
        </td>
      ))}
    </tr>
  )
}

const Warnings = ({ found }: { found: WhatIf }) => {
  const { say } = useText()
  const names = found.withoutReadings.map((one) => `${one.premises} ${one.tenant}`).join(', ')
  const n = found.withoutReadings.length
  return (
    <>
      {n > 0 ? <Alert type="warning" showIcon title={say('whatIf.unread', { n, names })} /> : null}
      {found.missing.map((what) => (
        <Alert key={what} type="warning" showIcon title={say(`whatIf.missing.${what}`)} />
      ))}
    </>
  )
}

export const Result = ({ found }: { found: WhatIf }) => {
  const { say } = useText()
  const { winners, losers, same } = found
  return (
    <Card title={say('whatIf.result')}>
      <div className={layout.stack}>
        <Facts
          rows={[
            [say('whatIf.charged'), <Money key="c" fen={found.chargedFen} />],
            [say('whatIf.draft'), <Money key="d" fen={found.draftFen} />],
            [say('whatIf.difference'), <Money key="x" fen={found.differenceFen} strong />],
            [say('whatIf.counts'), say('whatIf.countsAre', { winners, losers, same })],
          ]}
        />
        <Warnings found={found} />
        <DataTable<WhatIfMonth>
          label={say('whatIf.byMonth')}
          rows={found.months}
          rowKey={({ month }) => month}
          emptyText={say('whatIf.none')}
          columns={[
            { key: 'month', title: say('bill.month'), render: ({ month }) => month },
            ...figureColumns<WhatIfMonth>(say),
          ]}
        />
        <div className={layout.tools}>
          <Button onClick={() => saveCsv('what-if.csv', whatIfRows(say, found))}>
            {say('whatIf.save')}
          </Button>
        </div>
        <DataTable<WhatIfSupply>
          label={say('whatIf.bySupply')}
          rows={found.items}
          rowKey={({ supplyId }) => supplyId}
          emptyText={say('whatIf.none')}
          columns={supplyColumns(say)}
          foot={<TotalRow found={found} />}
        />
      </div>
    </Card>
  )
}
