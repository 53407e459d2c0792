// What may be done at a point 计量点操作: changed, a meter hung or taken back, removed.

import { Button } from 'antd'
import { useState } from 'react'
import type { Point } from '../../../http/contract/registers.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { HangDialog } from './hang-dialog.tsx'
import { usePointText } from './place-data.ts'
import { PointDialog } from './point-dialog.tsx'
import { RemoveButton } from './remove-button.tsx'

type Open = 'edit' | 'hang' | null

export const PointActions = ({ complexId, point }: { complexId: number; point: Point }) => {
  const { say } = useText()
  const textOf = usePointText()
  const [open, setOpen] = useState<Open>(null)
  const { pointId, meterNo, installationId, accountId } = point
  const close = () => setOpen(null)
  return (
    <span className={layout.tools} style={{ gap: 0 }}>
      <Button type="text" size="small" onClick={() => setOpen('edit')}>
        {say('place.edit')}
      </Button>
      {meterNo === null && accountId === null ? (
        <Button type="text" size="small" onClick={() => setOpen('hang')}>
          {say('hung.title')}
        </Button>
      ) : null}
      {installationId !== null && accountId === null ? (
        <RemoveButton
          small
          path={`/installations/${installationId}`}
          word={say('hung.undo')}
          question={say('hung.undoAsk', { meter: meterNo ?? '', point: textOf(point) })}
        />
      ) : null}
      {meterNo === null && accountId === null ? (
        <RemoveButton
          small
          path={`/points/${pointId}`}
          question={say('place.removePoint', { name: textOf(point) })}
        />
      ) : null}
      {open === 'edit' ? (
        <PointDialog complexId={complexId} point={point} premisesId={null} onClose={close} />
      ) : null}
      {open === 'hang' ? (
        <HangDialog complexId={complexId} from={{ pointId }} onClose={close} />
      ) : null}
    </span>
  )
}
