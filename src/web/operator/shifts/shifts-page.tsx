// The list of shifts 班次记录: everybody's for managers, one's own for clerks.

import { getRouteApi, Link } from '@tanstack/react-router'
import type { Shift } from '../../../http/contract/shifts.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { When } from '../../ui/age.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Money } from '../../ui/money.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { listOwnShifts, listShifts, SHIFT_STATES } from './shift-data.ts'

const route = getRouteApi('/shell/shifts')

const columnsOf = (say: Say): Column<Shift>[] => [
  {
    key: 'opened',
    title: say('shift.openedAt'),
    render: (shift) => (
      <Link to="/shifts/$shiftId" params={{ shiftId: shift.shiftId }}>
        <When at={shift.openedAt} />
      </Link>
    ),
  },
  { key: 'operator', title: say('shift.operator'), render: (s) => <Name>{s.operator}</Name> },
  { key: 'state', title: say('shift.state'), render: (s) => say(`shiftState.${s.state}`) },
  { key: 'closed', title: say('shift.closedAt'), render: (s) => <When at={s.closedAt} /> },
  {
    key: 'float',
    title: say('shift.floatYuan'),
    align: 'right',
    render: (s) => <Money fen={s.floatFen} />,
  },
  {
    key: 'expected',
    title: say('shift.expectedYuan'),
    align: 'right',
    render: (s) => <Money fen={s.count?.expectedFen ?? null} />,
  },
  {
    key: 'counted',
    title: say('shift.countedYuan'),
    align: 'right',
    render: (s) => <Money fen={s.count?.countedFen ?? null} />,
  },
  {
    key: 'difference',
    title: say('shift.differenceYuan'),
    align: 'right',
    render: (s) => <Money fen={s.count?.differenceFen ?? null} strong />,
  },
  {
    key: 'reason',
    title: say('shift.reason'),
    render: (s) => (s.reasonCode === null ? '—' : say(`shiftReason.${s.reasonCode}`)),
  },
]

export const ShiftsPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { own, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const mayAll = useMay('shift.view')
  const ownOnly = own === 'yes' || !mayAll
  const load = ownOnly ? listOwnShifts : listShifts
  return (
    <Page title={say(ownOnly ? 'shift.ownList' : 'nav.shifts')}>
      <QueryTable<Shift>
        name="shifts"
        label={say('nav.shifts')}
        queryKey={['shifts', complexId, ownOnly]}
        load={(query) => load(complexId, query)}
        columns={columnsOf(say)}
        filters={
          ownOnly
            ? []
            : [
                {
                  key: 'state',
                  label: say('shift.state'),
                  options: SHIFT_STATES.map((value) => ({
                    value,
                    label: say(`shiftState.${value}`),
                  })),
                },
              ]
        }
        search={search}
        onSearch={(next) => void navigate({ search: { ...next, own } })}
        rowKey={(shift) => shift.shiftId}
        emptyText={say('shift.noneYet')}
      />
    </Page>
  )
}
