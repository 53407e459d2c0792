// Meter swaps 换表记录: what goes on and what was done.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { Swap } from '../../../http/contract/swap.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { linkButton } from '../../ui/link-button.ts'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useComplex } from '../complex.tsx'
import { listSwaps, SWAP_STATES } from './swap-data.ts'

const route = getRouteApi('/shell/swaps')

const columnsOf = (say: Say): Column<Swap>[] => [
  {
    key: 'at',
    title: say('swap.askedAt'),
    render: (swap) => (
      <Link to="/swaps/$swapId" params={{ swapId: swap.swapId ?? '' }}>
        <When at={swap.askedAt} />
      </Link>
    ),
  },
  {
    key: 'premises',
    title: say('sale.shop'),
    render: (swap) => (
      <Name>
        {swap.premises} {swap.tenant}
      </Name>
    ),
  },
  { key: 'kind', title: say('swap.point'), render: (s) => <PointKind kind={s.pointKind} /> },
  { key: 'old', title: say('swap.oldMeter'), render: (s) => s.oldMeterNo },
  { key: 'new', title: say('swap.newMeter'), render: (s) => s.newMeterNo ?? say('swap.noNew') },
  { key: 'oldState', title: say('swap.oldState'), render: (s) => say(`swapOld.${s.oldState}`) },
  {
    key: 'claim',
    title: say('swap.claimYuan'),
    align: 'right',
    render: (s) => <Money fen={s.claimFen} />,
  },
  { key: 'state', title: say('purchase.state'), render: (s) => say(`swapState.${s.state}`) },
  { key: 'by', title: say('shift.operator'), render: (s) => <Name>{s.operator}</Name> },
]

export const SwapsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page
      title={say('nav.swaps')}
      tools={
        <span className={layout.tools}>
          <Link to="/sheets" search={{ list: 'swaps' }}>
            {say('sheet.swaps')}
          </Link>
          <Link to="/swaps/new" className={linkButton}>
            {say('swap.title')}
          </Link>
        </span>
      }
    >
      <QueryTable<Swap>
        name="swaps"
        label={say('nav.swaps')}
        queryKey={['swaps', complexId]}
        load={(query) => listSwaps(complexId, query)}
        columns={columnsOf(say)}
        filters={[
          {
            key: 'state',
            label: say('purchase.state'),
            options: SWAP_STATES.map((value) => ({ value, label: say(`swapState.${value}`) })),
          },
        ]}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(swap) => swap.swapId ?? swap.oldMeterNo}
        emptyText={say('swap.none')}
      />
    </Page>
  )
}
