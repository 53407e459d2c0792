// The columns of points 计量点列表.

import { Link } from '@tanstack/react-router'
import type { Point } from '../../../http/contract/registers.ts'
import type { Say } from '../../text/i18n.ts'
import type { Column } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { PointKind } from '../../ui/point-kind.tsx'
import { Tag } from '../../ui/tag.tsx'
import { PointActions } from './point-actions.tsx'

export const pointColumns = (
  say: Say,
  { complexId, mayEdit }: { complexId: number; mayEdit: boolean },
): Column<Point>[] => [
  {
    key: 'point',
    title: say('place.point'),
    wrap: true,
    render: (point) => (
      <>
        <PointKind kind={point.kind} /> <Name>{point.name}</Name>{' '}
        {point.protected ? <Tag tone="warn">{say('place.protected')}</Tag> : null}
      </>
    ),
  },
  {
    key: 'parent',
    title: say('place.parent'),
    wrap: true,
    render: ({ parent }) => (parent === null ? '—' : <Name>{parent}</Name>),
  },
  {
    key: 'feeder',
    title: say('place.feeder'),
    render: ({ feeder }) => <Name>{feeder === '' ? '—' : feeder}</Name>,
  },
  {
    key: 'meter',
    title: say('place.meter'),
    render: ({ meterId, meterNo }) =>
      meterId === null ? (
        '—'
      ) : (
        <Link to="/meters" search={{ meter: String(meterId) }}>
          {meterNo}
        </Link>
      ),
  },
  {
    key: 'account',
    title: say('meter.accountNo'),
    render: ({ accountId, accountNo }) =>
      accountId === null ? (
        '—'
      ) : (
        <Link to="/accounts/$accountId" params={{ accountId: String(accountId) }}>
          {accountNo}
        </Link>
      ),
  },
  ...(mayEdit
    ? [
        {
          key: 'acts',
          title: say('place.acts'),
          render: (point: Point) => <PointActions complexId={complexId} point={point} />,
        },
      ]
    : []),
]
