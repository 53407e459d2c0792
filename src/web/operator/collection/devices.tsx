// The devices of a gateway 装置: what is wired to its buses, added, changed, and removed where it was
// entered wrongly.

import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { Device } from '../../../http/contract/collection.ts'
import type { ListOf } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import layout from '../../ui/layout.module.css'
import { ProblemAlert } from '../../ui/problem.tsx'
import { call } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'
import { DeviceDialog } from '../meters/device-dialog.tsx'
import { RemoveButton } from '../places/remove-button.tsx'
import { useModelName } from './collection-data.ts'

const useDevices = (complexId: number, gatewayId: number) =>
  useQuery({
    queryKey: ['devices', complexId, gatewayId],
    queryFn: () =>
      call<ListOf<Device>>('/devices', { query: { complexId, gatewayId, limit: 500 } }),
  })

const useColumns = (complexId: number, onEdit: ((device: Device) => void) | null) => {
  const { say } = useText()
  const nameOf = useModelName(complexId)
  const columns: Column<Device>[] = [
    { key: 'bus', title: say('bus.bus'), render: ({ bus }) => bus },
    { key: 'address', title: say('meters.address'), render: ({ address }) => address },
    { key: 'model', title: say('meter.model'), wrap: true, render: ({ model }) => nameOf(model) },
    {
      key: 'meters',
      title: say('device.meters'),
      align: 'right',
      render: ({ meters }) => meters,
    },
  ]
  if (onEdit === null) return columns
  const acts: Column<Device> = {
    key: 'acts',
    title: say('place.acts'),
    render: (device) => (
      <span className={layout.tools} style={{ gap: 0 }}>
        <Button type="text" size="small" onClick={() => onEdit(device)}>
          {say('place.edit')}
        </Button>
        {device.meters === 0 ? (
          <RemoveButton
            small
            path={`/devices/${device.deviceId}`}
            question={say('device.remove', { name: device.address })}
          />
        ) : null}
      </span>
    ),
  }
  return [...columns, acts]
}

export const Devices = ({ complexId, gatewayId }: { complexId: number; gatewayId: number }) => {
  const { say } = useText()
  const mayEdit = useMay('register.edit')
  const devices = useDevices(complexId, gatewayId)
  const [editing, setEditing] = useState<Device | 'new' | null>(null)
  const columns = useColumns(complexId, mayEdit ? setEditing : null)
  return (
    <>
      <h2>
        {say('device.title')}{' '}
        {mayEdit ? (
          <Button size="small" onClick={() => setEditing('new')}>
            {say('device.add')}
          </Button>
        ) : null}
      </h2>
      {devices.error ? (
        <ProblemAlert error={devices.error} onRetry={() => devices.refetch()} />
      ) : null}
      <DataTable<Device>
        label={say('device.title')}
        columns={columns}
        rows={devices.data?.items ?? (devices.error ? [] : null)}
        rowKey={(device) => device.deviceId}
        emptyText={say('device.none')}
      />
      {editing ? (
        <DeviceDialog
          complexId={complexId}
          device={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </>
  )
}
