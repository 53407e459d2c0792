// Premises with their points 商铺详情: what hangs there and who is supplied, and what may be changed.

import { Button, Drawer, Skeleton } from 'antd'
import { useState } from 'react'
import type { Point, Premises } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Facts } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useMay } from '../api/session-store.ts'
import { floorName } from '../board/building.ts'
import { areaText } from './area.ts'
import { placeName, usePointsOf, usePremises } from './place-data.ts'
import { pointColumns } from './point-columns.tsx'
import { PointDialog } from './point-dialog.tsx'
import { PremisesDialog } from './premises-dialog.tsx'
import { RemoveButton } from './remove-button.tsx'

type Shown = { complexId: number; premises: Premises }

const Actions = ({ complexId, premises, onClose }: Shown & { onClose: () => void }) => {
  const { say } = useText()
  const [open, setOpen] = useState<'edit' | 'point' | null>(null)
  const { premisesId, no, name } = premises
  const close = () => setOpen(null)
  return (
    <div className={layout.line}>
      <Button type="primary" onClick={() => setOpen('point')}>
        {say('place.addPoint')}
      </Button>
      <Button onClick={() => setOpen('edit')}>{say('place.edit')}</Button>
      {premises.points === 0 ? (
        <RemoveButton
          path={`/premises/${premisesId}`}
          question={say('place.removePremises', { name: `${no} ${name}` })}
          onRemoved={onClose}
        />
      ) : null}
      {open === 'edit' ? (
        <PremisesDialog
          complexId={complexId}
          premises={premises}
          start={{ buildingId: null, floor: null }}
          onClose={close}
        />
      ) : null}
      {open === 'point' ? (
        <PointDialog complexId={complexId} point={null} premisesId={premisesId} onClose={close} />
      ) : null}
    </div>
  )
}

const Content = ({ complexId, premises, onClose }: Shown & { onClose: () => void }) => {
  const { say, language } = useText()
  const mayEdit = useMay('register.edit')
  const points = usePointsOf(complexId, premises.premisesId)
  const area = areaText(premises.areaDm2)
  return (
    <div className={layout.stack}>
      {mayEdit ? <Actions complexId={complexId} premises={premises} onClose={onClose} /> : null}
      <Facts
        rows={[
          [
            say('board.place'),
            <span key="p">
              <Name>
                {placeName({ name: premises.building, nameEn: premises.buildingEn }, language)}
              </Name>{' '}
              {floorName(premises.floor, say)}
            </span>,
          ],
          [say('place.name'), <Name key="n">{premises.name}</Name>],
          [say('place.nameEn'), <Name key="e">{premises.nameEn || '—'}</Name>],
          [say('place.area'), area === '' ? '—' : `${area} m²`],
        ]}
      />
      <h2 className={layout.heading}>{say('place.points')}</h2>
      <p className={layout.lead}>{say('place.pointsLead')}</p>
      {points.error ? <ProblemAlert error={points.error} onRetry={() => points.refetch()} /> : null}
      <DataTable<Point>
        label={say('place.points')}
        columns={pointColumns(say, { complexId, mayEdit })}
        rows={points.data ?? (points.error ? [] : null)}
        rowKey={(point) => point.pointId}
        emptyText={say('place.noPoints')}
      />
    </div>
  )
}

type Props = { complexId: number; premisesId: number; onClose: () => void }

export const PremisesDrawer = ({ complexId, premisesId, onClose }: Props) => {
  const { say, language } = useText()
  const { data, error, refetch } = usePremises(complexId, premisesId)
  return (
    <Drawer
      open
      size={960}
      title={
        data ? <Name>{`${data.no} ${placeName(data, language)}`}</Name> : say('place.premises')
      }
      onClose={onClose}
    >
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <Content complexId={complexId} premises={data} onClose={onClose} /> : null}
      {!data && !error ? <Skeleton active /> : null}
    </Drawer>
  )
}
