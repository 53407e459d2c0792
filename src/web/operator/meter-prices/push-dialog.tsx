// Pushing prices into meters 电价下发: tried first, what a meter can't hold is named, a waiting set is
// only replaced with consent, and nothing is sent by one click.

import { Alert, Button, Checkbox, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { Command, SelectedMeter } from '../../../http/contract/commands.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ActForm, type FieldsProps } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { useZone } from '../../ui/zone.ts'
import { zonedTime } from '../../ui/zoned.ts'
import { PlanToCome, SwitchToCome } from '../batches/price-to-come.tsx'
import { type Asked, useOrder, useSecondsLeft, useSelect } from '../batches/select-data.ts'
import { Countdown } from '../batches/selected-meters.tsx'
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

/** What each of them would get, before anything is sent. */
const WouldGet = ({ meters }: { meters: readonly SelectedMeter[] }) => {
  const { say, language } = useText()
  return (
    <DataTable<SelectedMeter>
      label={say('push.wouldList')}
      rows={meters}
      rowKey={({ meterId }) => meterId}
      emptyText={say('push.nothing')}
      columns={[
        {
          key: 'premises',
          title: say('sale.shop'),
          render: ({ premises, premisesName, premisesNameEn }) => (
            <>
              {premises} <Name>{(language === 'en' && premisesNameEn) || premisesName}</Name>
            </>
          ),
        },
        { key: 'meter', title: say('sale.meterNo'), render: ({ meterNo }) => meterNo },
        {
          key: 'plan',
          title: say('plan.title'),
          render: ({ price }) => price && <PlanToCome price={price} />,
        },
        {
          key: 'switchAt',
          title: say('push.switchAt'),
          render: ({ price }) => price && <SwitchToCome price={price} />,
        },
      ]}
    />
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

const askedOf = (meters: readonly PushedMeter[], fields: Fields, zone: string): Asked => {
  const { switchAt, replacePending } = fields
  return {
    kind: 'pushPrice',
    meterIds: meters.map(({ meterId }) => meterId),
    params: {
      ...(switchAt === '' ? {} : { switchAt: zonedTime(switchAt, zone) }),
      ...(replacePending ? { replacePending } : {}),
    },
  }
}

export const PushDialog = ({ complexId, meters, onClose }: PushDialogProps) => {
  const { say } = useText()
  const zone = useZone()
  const [fields, setFields] = useState<Fields>({ switchAt: '', replacePending: false })
  const [sent, setSent] = useState<Command | null>(null)
  const { select, reset, selected, isPending, error } = useSelect(complexId)
  const push = useOrder(complexId)
  const secondsLeft = useSecondsLeft(selected)
  const look = () => select(askedOf(meters, fields, zone))
  const change = (part: Partial<Fields>) => {
    reset()
    setFields({ ...fields, ...part })
  }
  if (sent) return <Progress complexId={complexId} sent={sent} onClose={onClose} />
  const n = selected?.selection.meters.length ?? 0
  return (
    <Confirm
      open
      title={say('push.title')}
      confirmText={say('push.do', { n: selected ? n : meters.length })}
      danger
      widthPx={820}
      allowed={n > 0 && secondsLeft > 0}
      busy={push.isPending}
      error={push.error ?? error}
      onConfirm={() => selected && !push.isPending && push.order(selected, {}, setSent)}
      onCancel={onClose}
    >
      <div className={layout.stack}>
        <p className={layout.lead}>{say('push.lead', { n: meters.length })}</p>
        <FieldsOf fields={fields} change={change} />
        <div className={layout.line}>
          <Button loading={isPending} onClick={look}>
            {say('plan.try')}
          </Button>
          {selected ? <Countdown secondsLeft={secondsLeft} onAgain={look} /> : null}
        </div>
        {selected ? (
          <>
            <Alert type="info" showIcon role="status" title={say('push.would', { n })} />
            <WouldGet meters={selected.selection.meters} />
          </>
        ) : null}
        <Refusals refused={selected?.refused ?? []} meters={meters} />
      </div>
    </Confirm>
  )
}
