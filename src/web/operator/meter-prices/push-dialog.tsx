// Pushing prices into meters 电价下发: tried first, what a meter can't hold is named, a waiting set is
// only replaced with consent, and nothing is sent by one click.

import { Alert, Button, Checkbox, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { Command, CommandRequest } from '../../../http/contract/commands.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, type FieldsProps } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { useZone } from '../../ui/zone.ts'
import { zonedTime } from '../../ui/zoned.ts'
import { usePushPrice } from './price-data.ts'
import { PushProgress } from './push-progress.tsx'

export type PushedMeter = { meterId: number; meterNo: string; premises: string }

type Refused = Command['refused'][number]

const Refusals = ({
  refused,
  meters,
}: {
  refused: readonly Refused[]
  meters: readonly PushedMeter[]
}) => {
  const { say } = useText()
  if (refused.length === 0) return null
  const nameOf = (meterId: number) =>
    meters.find((meter) => meter.meterId === meterId)?.meterNo ?? String(meterId)
  return (
    <>
      <Alert type="warning" showIcon title={say('push.refused', { n: refused.length })} />
      <DataTable<Refused>
        label={say('push.refusedList')}
        rows={refused}
        rowKey={({ meterId }) => meterId}
        emptyText={say('push.nothing')}
        columns={[
          { key: 'meter', title: say('sale.meterNo'), render: (r) => nameOf(r.meterId) },
          {
            key: 'why',
            title: say('push.why'),
            render: (r) => [r.title, ...(r.problems ?? []).map((each) => each.title)].join(' · '),
          },
        ]}
      />
    </>
  )
}

type Fields = { switchAt: string; replacePending: boolean }

const FieldsOf = ({ fields, change }: FieldsProps<Fields>) => {
  const { say } = useText()
  return (
    <ActForm>
      <Form.Item label={say('push.switchAt')} htmlFor="push-switch" extra={say('push.switchHint')}>
        <Input
          id="push-switch"
          type="datetime-local"
          style={{ width: 230 }}
          value={fields.switchAt}
          onChange={(event) => change({ switchAt: event.target.value })}
        />
      </Form.Item>
      <Form.Item extra={say('push.replaceHint')}>
        <Checkbox
          checked={fields.replacePending}
          onChange={({ target }) => change({ replacePending: target.checked })}
        >
          {say('push.replace')}
        </Checkbox>
      </Form.Item>
    </ActForm>
  )
}

type PushDialogProps = {
  complexId: number
  meters: readonly PushedMeter[]
  onClose: () => void
}

const Progress = ({
  complexId,
  sent,
  onClose,
}: {
  complexId: number
  sent: Command
  onClose: () => void
}) => {
  const { say } = useText()
  return (
    <Modal
      open
      width={820}
      title={say('push.title')}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{say('push.close')}</Button>}
    >
      <PushProgress complexId={complexId} commandId={sent.commandId} />
    </Modal>
  )
}

export const PushDialog = ({ complexId, meters, onClose }: PushDialogProps) => {
  const { say } = useText()
  const zone = useZone()
  const [fields, setFields] = useState<Fields>({ switchAt: '', replacePending: false })
  const dry = usePushPrice(complexId)
  const push = usePushPrice(complexId)
  const { switchAt, replacePending } = fields
  const body: CommandRequest = {
    kind: 'pushPrice',
    meterIds: meters.map(({ meterId }) => meterId),
    params: {
      ...(switchAt === '' ? {} : { switchAt: zonedTime(switchAt, zone) }),
      ...(replacePending ? { replacePending } : {}),
    },
  }
  const change = (part: Partial<Fields>) => {
    dry.reset()
    setFields({ ...fields, ...part })
  }
  if (push.data) return <Progress complexId={complexId} sent={push.data} onClose={onClose} />
  const refused = dry.data?.refused ?? []
  const n = meters.length - refused.length
  return (
    <Confirm
      open
      title={say('push.title')}
      confirmText={dry.data ? say('push.do', { n }) : say('push.do', { n: meters.length })}
      danger
      widthPx={820}
      allowed={dry.data !== undefined && n > 0}
      busy={push.isPending}
      error={push.error ?? dry.error}
      onConfirm={() => push.isPending || push.mutate(body)}
      onCancel={onClose}
    >
      <div className={layout.stack}>
        <p className={layout.lead}>{say('push.lead', { n: meters.length })}</p>
        <FieldsOf fields={fields} change={change} />
        <div>
          <Button loading={dry.isPending} onClick={() => dry.mutate({ ...body, dryRun: true })}>
            {say('plan.try')}
          </Button>
        </div>
        {dry.data ? (
          <Alert type="info" showIcon role="status" title={say('push.would', { n })} />
        ) : null}
        <Refusals refused={refused} meters={meters} />
      </div>
    </Confirm>
  )
}
