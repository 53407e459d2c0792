// The buildings of a complex 楼栋, in the order in which every list shows them.

import { Button } from 'antd'
import { useState } from 'react'
import type { Building } from '../../../http/contract/registers.ts'
import { type Say, useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { floorName } from '../board/building.ts'
import { BuildingDialog } from './building-dialog.tsx'
import { usePlaceBuildings } from './place-data.ts'
import { RemoveButton } from './remove-button.tsx'

const floorsText = (floors: readonly number[], say: Say): string => {
  const [lowest] = floors
  const highest = floors.at(-1)
  if (lowest === undefined || highest === undefined) return '—'
  const first = floorName(lowest, say)
  return lowest === highest ? first : `${first} – ${floorName(highest, say)}`
}

const columnsOf = (say: Say, onEdit: ((building: Building) => void) | null): Column<Building>[] => [
  { key: 'name', title: say('meters.building'), render: ({ name }) => <Name>{name}</Name> },
  {
    key: 'nameEn',
    title: say('place.nameEn'),
    render: ({ nameEn }) => <Name>{nameEn || '—'}</Name>,
  },
  { key: 'floors', title: say('place.floors'), render: ({ floors }) => floorsText(floors, say) },
  {
    key: 'premises',
    title: say('place.premisesCount'),
    align: 'right',
    render: ({ premises }) => premises,
  },
  {
    key: 'ordinal',
    title: say('place.ordinal'),
    align: 'right',
    render: ({ ordinal }) => ordinal,
  },
  ...(onEdit
    ? [
        {
          key: 'acts',
          title: say('place.acts'),
          render: (building: Building) => (
            <span className={layout.tools} style={{ gap: 0 }}>
              <Button type="text" size="small" onClick={() => onEdit(building)}>
                {say('place.edit')}
              </Button>
              {building.premises === 0 ? (
                <RemoveButton
                  small
                  path={`/buildings/${building.buildingId}`}
                  question={say('place.removeBuilding', { name: building.name })}
                />
              ) : null}
            </span>
          ),
        },
      ]
    : []),
]

export const BuildingsCard = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  const { data, error, refetch } = usePlaceBuildings(complexId)
  const [editing, setEditing] = useState<Building | 'new' | null>(null)
  const next = Math.max(-1, ...(data ?? []).map(({ ordinal }) => ordinal)) + 1
  return (
    <Card
      title={
        <span className={layout.line}>
          {say('place.buildings')}
          {mayEdit ? (
            <Button size="small" onClick={() => setEditing('new')}>
              {say('place.addBuilding')}
            </Button>
          ) : null}
        </span>
      }
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      <DataTable<Building>
        label={say('place.buildings')}
        columns={columnsOf(say, mayEdit ? setEditing : null)}
        rows={data ?? (error ? [] : null)}
        rowKey={(building) => building.buildingId}
        emptyText={say('place.noBuildings')}
      />
      {editing ? (
        <BuildingDialog
          complexId={complexId}
          building={editing === 'new' ? null : editing}
          next={next}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </Card>
  )
}
