// Places 楼栋与商铺: the buildings, and every premises with its points, found by number, name, pinyin
// initials, building and floor.

import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { Premises } from '../../../http/contract/registers.ts'
import { type Language, type Say, useText } from '../../text/i18n.ts'
import type { Column } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { plainLinkButton } from '../../ui/link-button.ts'
import { Name } from '../../ui/name.tsx'
import { Page } from '../../ui/page.tsx'
import { QueryTable } from '../../ui/query-table.tsx'
import { useMay } from '../api/session-store.ts'
import { floorName } from '../board/building.ts'
import { useComplex } from '../complex.tsx'
import { areaText } from './area.ts'
import { BuildingsCard } from './buildings-card.tsx'
import { listPremises, placeName, usePlaceBuildings } from './place-data.ts'
import { PremisesDialog } from './premises-dialog.tsx'
import { PremisesDrawer } from './premises-drawer.tsx'

const route = getRouteApi('/shell/places')

const columnsOf = (say: Say, language: Language): Column<Premises>[] => [
  {
    key: 'no',
    title: say('place.no'),
    render: ({ premisesId, no }) => (
      <Link to="/places" search={(now) => ({ ...now, premises: String(premisesId) })}>
        <Name>{no}</Name>
      </Link>
    ),
  },
  {
    key: 'name',
    title: say('place.name'),
    wrap: true,
    render: (premises) => <Name>{placeName(premises, language)}</Name>,
  },
  {
    key: 'place',
    title: say('board.place'),
    render: ({ building, buildingEn, floor }) => (
      <>
        <Name>{placeName({ name: building, nameEn: buildingEn }, language)}</Name>{' '}
        {floorName(floor, say)}
      </>
    ),
  },
  {
    key: 'area',
    title: say('place.areaM2'),
    align: 'right',
    render: ({ areaDm2 }) => areaText(areaDm2) || '—',
  },
  { key: 'points', title: say('place.points'), align: 'right', render: ({ points }) => points },
  {
    key: 'supplied',
    title: say('place.supplied'),
    align: 'right',
    render: ({ supplied }) => supplied,
  },
]

const useFilters = (complexId: number, buildingId: string | undefined) => {
  const { say, language } = useText()
  const buildings = usePlaceBuildings(complexId).data ?? []
  const within = buildings.filter(
    (each) => buildingId === undefined || String(each.buildingId) === buildingId,
  )
  const floors = [...new Set(within.flatMap((each) => each.floors))].sort((a, b) => a - b)
  return [
    { key: 'search', label: say('place.find') },
    {
      key: 'buildingId',
      label: say('meters.building'),
      options: buildings.map((each) => ({
        value: String(each.buildingId),
        label: placeName(each, language),
      })),
    },
    {
      key: 'floor',
      label: say('meters.floor'),
      options: floors.map((floor) => ({ value: String(floor), label: floorName(floor, say) })),
    },
  ]
}

const Tools = ({ complexId, buildingId }: { complexId: number; buildingId: number | null }) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  const [adding, setAdding] = useState(false)
  const [last, setLast] = useState<Premises | null>(null)
  const buildings = usePlaceBuildings(complexId).data ?? []
  const only = buildings.length === 1 ? buildings[0]?.buildingId : undefined
  return (
    <span className={layout.tools}>
      <Link to="/places/points" className={plainLinkButton}>
        {say('place.allPoints')}
      </Link>
      {mayEdit ? (
        <Button type="primary" disabled={buildings.length === 0} onClick={() => setAdding(true)}>
          {say('place.addPremises')}
        </Button>
      ) : null}
      {adding ? (
        <PremisesDialog
          complexId={complexId}
          premises={null}
          start={{
            buildingId: buildingId ?? last?.buildingId ?? only ?? null,
            floor: last?.floor ?? null,
          }}
          onSaved={setLast}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </span>
  )
}

export const PlacesPage = () => {
  const { say, language } = useText()
  const { complexId } = useComplex()
  const { premises, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const filters = useFilters(complexId, search.buildingId)
  const buildingId = search.buildingId === undefined ? null : Number(search.buildingId)
  return (
    <Page title={say('nav.places')} tools={<Tools complexId={complexId} buildingId={buildingId} />}>
      <BuildingsCard complexId={complexId} />
      <QueryTable<Premises>
        name="premises"
        label={say('place.premises')}
        queryKey={['places', complexId, 'premises', 'list']}
        load={(query) => listPremises(complexId, query)}
        columns={columnsOf(say, language)}
        filters={filters}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        rowKey={(row) => row.premisesId}
        emptyText={say('place.none')}
      />
      {premises ? (
        <PremisesDrawer
          key={premises}
          complexId={complexId}
          premisesId={Number(premises)}
          onClose={() => void navigate({ search })}
        />
      ) : null}
    </Page>
  )
}
