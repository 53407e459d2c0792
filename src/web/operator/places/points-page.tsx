// All points 计量点: of premises and of none, with a meter and without one.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Point } from '../../../http/contract/registers.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import type { Column } from '../../ui/data-table.tsx'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useMay } from '../api/session-store.ts'
import { useComplex } from '../complex.tsx'
import { listPoints, placeName } from './place-data.ts'
import { pointColumns } from './point-columns.tsx'
import { PointDialog } from './point-dialog.tsx'

const route = getRouteApi('/shell/places/points')

const premisesColumn = (say: Say, language: Language): Column<Point> => ({
  key: 'premises',
  title: say('board.premises'),
  wrap: true,
  render: ({ premisesId, premises, premisesName: name, premisesNameEn: nameEn }) =>
    premisesId === null ? (
      say('place.noPremises')
    ) : (
      <Link to="/places" search={{ premises: String(premisesId) }}>
        <Name>{`${premises} ${placeName({ name, nameEn }, language)}`}</Name>
      </Link>
    ),
})

const pointFilters = (say: Say) => [
  { key: 'search', label: say('place.findPoint') },
  {
    key: 'metered',
    label: say('place.meter'),
    options: [
      { value: 'true', label: say('place.withMeter') },
      { value: 'false', label: say('place.withoutMeter') },
    ],
  },
  {
    key: 'placed',
    label: say('board.premises'),
    options: [
      { value: 'true', label: say('place.inPremises') },
      { value: 'false', label: say('place.noPremises') },
    ],
  },
]

export const PointsPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayEdit = useMay('register.edit')
  const [adding, setAdding] = useState(false)
  return (
    <Page
      title={say('place.allPoints')}
      trail={<Link to="/places">{say('nav.places')}</Link>}
      tools={
        mayEdit ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {say('place.addPoint')}
          </Button>
        ) : null
      }
    >
      <QueryTable<Point>
        name="points"
        label={say('place.allPoints')}
        queryKey={['places', complexId, 'points', 'list']}
        load={(query) => listPoints(complexId, query)}
        columns={[premisesColumn(say, language), ...pointColumns(say, { complexId, mayEdit })]}
        filters={pointFilters(say)}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(point) => point.pointId}
        emptyText={say('place.noPoints')}
      />
      {adding ? (
        <PointDialog
          complexId={complexId}
          point={null}
          premisesId={null}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Page>
  )
}
