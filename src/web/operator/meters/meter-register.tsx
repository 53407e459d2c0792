// The meter in the registers 电表档案操作: changed, its device changed, hung on a point, removed.

import { Button } from 'antd'
import { useState } from 'react'
import type { MeterCollection } from '../../../http/contract/collection.ts'
import { useText } from '../../text/i18n.ts'
import { useMay } from '../api/session-store.ts'
import { HangDialog } from '../places/hang-dialog.tsx'
import { RemoveButton } from '../places/remove-button.tsx'
import { DeviceDialog } from './device-dialog.tsx'
import { EditMeterDialog } from './edit-meter-dialog.tsx'
import styles from './meters.module.css'

type Props = { complexId: number; meter: MeterCollection; onRemoved: () => void }

export const MeterRegister = ({ complexId, meter, onRemoved }: Props) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  const [open, setOpen] = useState<'meter' | 'device' | 'hang' | null>(null)
  if (!mayEdit) return null
  const { meterId, meterNo, deviceId, busId, address, model } = meter
  const close = () => setOpen(null)
  const [now] = meter.installations
  const hangs = now !== undefined && now.until === null
  return (
    <div className={styles.tools}>
      <Button onClick={() => setOpen('meter')}>{say('meters.edit')}</Button>
      <Button onClick={() => setOpen('device')}>{say('device.edit')}</Button>
      {!hangs && meter.barredAt === null ? (
        <Button onClick={() => setOpen('hang')}>{say('hung.title')}</Button>
      ) : null}
      {hangs && meter.accountId === null ? (
        <RemoveButton
          path={`/installations/${now.installationId}`}
          word={say('hung.undo')}
          question={say('hung.undoAsk', { meter: meterNo, point: now.premises })}
        />
      ) : null}
      {meter.installations.length === 0 && meter.readAt === null ? (
        <RemoveButton
          path={`/meters/${meterId}`}
          question={say('meters.remove', { name: meterNo })}
          onRemoved={onRemoved}
        />
      ) : null}
      {open === 'meter' ? <EditMeterDialog meter={meter} onClose={close} /> : null}
      {open === 'device' ? (
        <DeviceDialog
          complexId={complexId}
          device={{ deviceId, busId, address, model }}
          onClose={close}
        />
      ) : null}
      {open === 'hang' ? (
        <HangDialog complexId={complexId} from={{ meterId }} onClose={close} />
      ) : null}
    </div>
  )
}
