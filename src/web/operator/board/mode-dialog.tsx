// Changing a point's control mode 保电 / 拉闸 / 恢复预付费: names the shop, shows the meter as it was read
// and what would be sent, asks for the reason (and for an end of keep-power); Enter never confirms.

import { Alert, DatePicker, Form, Spin } from 'antd'
import type { Dayjs } from 'dayjs'
import { useEffect, useState } from 'react'
import type { BoardItem } from '../../../http/contract.ts'
import { useText } from '../../text/i18n.ts'
import { Age } from '../../ui/age.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn, rfc3339In } from '../../ui/zoned.ts'
import { AskSecond, isAsked, otherError } from '../approvals/ask-second.tsx'
import {
  type Asked,
  operationOf,
  orderBody,
  useSecondsLeft,
  useSelect,
} from '../batches/select-data.ts'
import { Countdown, Intended } from '../batches/selected-meters.tsx'
import styles from './board.module.css'
import { staleAfterOf } from './board-data.ts'
import { useSendSelected } from './command-data.ts'
import { ModeReasonFields } from './mode-reason.tsx'
import { NO_REASON, reasonParams } from './mode-reasons.ts'
import { RelayWord } from './relay.tsx'
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

/** What is asked of the meter; null where an end is still missing. */
const askedOf = (item: BoardItem, mode: Mode, until: Dayjs | null, zone: string): Asked | null => {
  if (mode === 'kept' && until === null) return null
  const params = { mode, ...(until ? { until: rfc3339In(until, zone) } : {}) }
  return { kind: 'setMode', meterIds: [item.meterId], params }
}

type SeenProps = { seen: ReturnType<typeof useSelect>; secondsLeft: number; again: () => void }

/** The meter as it was read, and what would be sent to it. */
const Seen = ({ seen: { selected, isPending }, secondsLeft, again }: SeenProps) => {
  const { say } = useText()
  if (!selected) return isPending ? <Spin size="small" /> : null
  const [meter] = selected.selection.meters
  const [refused] = selected.refused
  if (refused) return <Alert type="error" showIcon role="alert" title={refused.title} />
  if (!meter) return null
  return (
    <div className={styles.seen} data-testid="seen">
      <span>
        {say('select.now')} <RelayWord relay={meter.relay} />{' '}
        <Age at={meter.relayAt} staleAfterMs={staleAfterOf(meter.meterId)} /> ·{' '}
        <Money fen={meter.balanceFen} />
      </span>
      <span>
        {say('select.intended')}: <Intended meter={meter} />
      </span>
      <Countdown secondsLeft={secondsLeft} onAgain={again} />
    </div>
  )
}

export const ModeDialog = ({ complexId, item, mode, onClose }: ModeDialogProps) => {
  const { say, language } = useText()
  const zone = useZone()
  const [given, setGiven] = useState(NO_REASON)
  const [until, setUntil] = useState<Dayjs | null>(() =>
    mode === 'kept' ? nowIn(zone).add(8, 'hour') : null,
  )
  const seen = useSelect(complexId)
  const { select, selected } = seen
  const secondsLeft = useSecondsLeft(selected)
  const command = useSendSelected(complexId, item.meterId)
  const again = () => {
    const asked = askedOf(item, mode, until, zone)
    if (asked) select(asked)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: shown again when the end changes.
  useEffect(again, [until])
  const reason = reasonParams(mode, given)
  const ready = secondsLeft > 0 && (selected?.selection.meters.length ?? 0) > 0
  const allowed = reason !== null && ready
  const confirm = () => {
    if (!selected || !allowed || command.isPending) return
    command.send(selected, reason, onClose, again)
  }
  return (
    <Confirm
      open
      title={say(`mode.do.${mode}`)}
      confirmText={say(`mode.do.${mode}`)}
      danger={mode === 'tripped'}
      allowed={allowed && !isAsked(command.error)}
      busy={command.isPending}
      error={otherError(command.error ?? seen.error)}
      onConfirm={confirm}
      onCancel={onClose}
    >
      <p className={styles.dialogLead}>
        {say(`mode.lead.${mode}`, { shop: `${item.premises} ${shopName(item, language)}` })}
      </p>
      <Seen seen={seen} secondsLeft={secondsLeft} again={again} />
      <ActForm>
        <ModeReasonFields mode={mode} given={given} onGive={setGiven} />
        {mode === 'kept' ? (
          <Form.Item label={say('mode.until')}>
            <Until value={until} onPick={setUntil} />
          </Form.Item>
        ) : null}
      </ActForm>
      {selected && reason ? (
        <AskSecond
          error={command.error}
          request={{ operation: operationOf(mode), body: orderBody(selected, reason) }}
          onDone={onClose}
        />
      ) : null}
    </Confirm>
  )
}
