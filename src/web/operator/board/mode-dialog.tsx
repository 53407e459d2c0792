// Changing a point's control mode 保电 / 拉闸 / 恢复预付费: names the shop, asks for the reason (and for
// an end of keep-power), and Enter never confirms.

import { DatePicker, Form, Input } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import { ProblemError } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn, rfc3339In } from '../../ui/zoned.ts'
import styles from './board.module.css'
import { useSendCommand } from './command-data.ts'
import { shopName } from './tile.tsx'

export type Mode = BoardItem['mode']

const KEEP_HOURS = [2, 8, 24, 72] as const

type ModeDialogProps = { complexId: number; item: BoardItem; mode: Mode; onClose: () => void }

const Until = ({ value, onPick }: { value: Dayjs | null; onPick: (at: Dayjs | null) => void }) => {
  const { say } = useText()
  const zone = useZone()
  const now = nowIn(zone)
  return (
    <DatePicker
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      value={value}
      onChange={onPick}
      minDate={now}
      needConfirm={false}
      style={{ width: 240 }}
      presets={KEEP_HOURS.map((hours) => ({
        label: say('mode.forHours', { n: hours }),
        value: now.add(hours, 'hour'),
      }))}
    />
  )
}

/** What the command carries besides the mode; null where something is still missing. */
const paramsOf = (mode: Mode, reason: string, until: Dayjs | null, zone: string) => {
  if (mode !== 'prepaid' && reason === '') return null
  if (mode === 'kept' && until === null) return null
  return {
    mode,
    ...(reason === '' ? {} : { reason }),
    ...(until ? { until: rfc3339In(until, zone) } : {}),
  }
}

export const ModeDialog = ({ complexId, item, mode, onClose }: ModeDialogProps) => {
  const { say, language } = useText()
  const zone = useZone()
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState<Dayjs | null>(() =>
    mode === 'kept' ? nowIn(zone).add(8, 'hour') : null,
  )
  const command = useSendCommand(complexId, item.meterId)
  const refused = command.data?.refused[0]
  const params = paramsOf(mode, reason.trim(), until, zone)
  const confirm = () => {
    if (params === null || command.isPending) return
    command.mutate(
      { kind: 'setMode', params },
      { onSuccess: (sent) => sent.items.length > 0 && onClose() },
    )
  }
  const error = refused
    ? new ProblemError({ ...refused, type: 'about:blank', status: 409, facts: {} })
    : command.error
  return (
    <Confirm
      open
      title={say(`mode.do.${mode}`)}
      confirmText={say(`mode.do.${mode}`)}
      danger={mode === 'tripped'}
      allowed={params !== null}
      busy={command.isPending}
      error={error}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <p className={styles.dialogLead}>
        {say(`mode.lead.${mode}`, { shop: `${item.premises} ${shopName(item, language)}` })}
      </p>
      <ActForm>
        <Form.Item label={say('mode.reason')} htmlFor="mode-reason">
          <Input
            id="mode-reason"
            value={reason}
            maxLength={200}
            autoFocus
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
        {mode === 'kept' ? (
          <Form.Item label={say('mode.until')}>
            <Until value={until} onPick={setUntil} />
          </Form.Item>
        ) : null}
      </ActForm>
    </Confirm>
  )
}
