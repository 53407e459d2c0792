// A new batch 新的批量操作: choose meters and what is to be done, see what would happen, confirm within
// the minute. Enter shows, it never confirms.

import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Button, DatePicker, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { RmbInput } from '../../ui/rmb-input.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useMay } from '../api/session-store.ts'
import { AskSecond, isAsked, otherError } from '../approvals/ask-second.tsx'
import { ModeReasonFields } from '../board/mode-reason.tsx'
import { NO_REASON, reasonParams } from '../board/mode-reasons.ts'
import {
  ACTIONS,
  type Action,
  AMOUNTS,
  askedOf,
  type Chosen,
  isDangerous,
  isWeighty,
  modeIn,
  OVERLOAD,
  START,
} from './batch-params.ts'
import styles from './batches.module.css'
import {
  isOver,
  operationOf,
  orderBody,
  type Selected,
  useOrder,
  useSecondsLeft,
  useSelect,
} from './select-data.ts'
import { Countdown, SelectedMeters } from './selected-meters.tsx'
import { UnitFields } from './unit-fields.tsx'

type PartProps = { chosen: Chosen; change: (part: Partial<Chosen>) => void }

const useAllowed = (): readonly Action[] => {
  const mode = useMay('command.setMode')
  const configure = useMay('command.configure')
  const price = useMay('price.push')
  return ACTIONS.filter((action) => {
    if (action === 'pushPrice') return price
    return action === 'pushSettings' || action === 'setClock' ? configure : mode
  })
}

const Amounts = ({ chosen, change }: PartProps) => {
  const { say } = useText()
  return (
    <div className={styles.row}>
      {AMOUNTS.map((name) => (
        <Form.Item key={name} label={say(`batch.${name}`)} htmlFor={`batch-${name}`}>
          <RmbInput
            id={`batch-${name}`}
            label={say(`batch.${name}`)}
            text={chosen.amounts[name]}
            onText={(text) => change({ amounts: { ...chosen.amounts, [name]: text } })}
          />
        </Form.Item>
      ))}
      {OVERLOAD.map((name) => (
        <Form.Item key={name} label={say(`batch.${name}`)} htmlFor={`batch-${name}`}>
          <Input
            id={`batch-${name}`}
            inputMode="numeric"
            maxLength={9}
            value={chosen.overload[name]}
            onChange={({ target }) =>
              change({ overload: { ...chosen.overload, [name]: target.value } })
            }
          />
        </Form.Item>
      ))}
    </div>
  )
}

const What = ({ chosen, change }: PartProps) => {
  const { say } = useText()
  const zone = useZone()
  const actions = useAllowed()
  return (
    <>
      <Radio.Group
        aria-label={say('batch.action')}
        optionType="button"
        value={chosen.action}
        options={actions.map((value) => ({ value, label: say(`batch.do.${value}`) }))}
        onChange={(event) => change({ action: event.target.value })}
      />
      {chosen.action === 'kept' ? (
        <div className={styles.row}>
          <span>{say('mode.until')}</span>
          <DatePicker
            aria-label={say('mode.until')}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={chosen.until}
            minDate={nowIn(zone)}
            needConfirm={false}
            onChange={(until) => change({ until })}
          />
        </div>
      ) : null}
      {chosen.action === 'pushSettings' ? <Amounts chosen={chosen} change={change} /> : null}
    </>
  )
}

type ConfirmingProps = {
  complexId: number
  selected: Selected
  chosen: Chosen
  secondsLeft: number
  /** Shows it again; `refused`: why the server no longer stands by what it showed. */
  onAgain: (refused?: unknown) => void
  onClose: () => void
}

type TypedCountProps = { meters: number; typed: string; onTyped: (typed: string) => void }

const TypedCount = ({ meters, typed, onTyped }: TypedCountProps) => {
  const { say } = useText()
  const words = say('batch.typeCount', { n: meters })
  return (
    <Input
      id="batch-count"
      aria-label={words}
      placeholder={words}
      inputMode="numeric"
      maxLength={5}
      value={typed}
      onChange={(event) => onTyped(event.target.value)}
    />
  )
}

type ReasonFieldsProps = {
  mode: ReturnType<typeof modeIn>
  given: typeof NO_REASON
  onGive: (given: typeof NO_REASON) => void
}

const ReasonFields = ({ mode, given, onGive }: ReasonFieldsProps) => {
  const { say } = useText()
  return (
    <ActForm>
      {mode === null ? (
        <TextField
          id="batch-reason"
          label={say('mode.reason')}
          text={given.words}
          onText={(words) => onGive({ ...given, words })}
          maxLength={200}
        />
      ) : (
        <ModeReasonFields mode={mode} given={given} onGive={onGive} />
      )}
    </ActForm>
  )
}

const Confirming = (props: ConfirmingProps) => {
  const { complexId, selected, chosen, secondsLeft, onAgain, onClose } = props
  const { say } = useText()
  const navigate = useNavigate()
  const [given, setGiven] = useState(NO_REASON)
  const [typed, setTyped] = useState('')
  const { order, isPending, error } = useOrder(complexId)
  const { meters, canary } = selected.selection
  const n = meters.length
  const weighty = isWeighty(chosen, n)
  const mode = modeIn(chosen)
  const reason = reasonParams(mode, given)
  const counted = !weighty || typed.trim() === String(n)
  const allowed = reason !== null && secondsLeft > 0 && n > 0 && counted
  const send = () =>
    allowed &&
    !isPending &&
    order(
      selected,
      reason,
      (sent) => void navigate({ to: '/batches', search: { batch: sent.commandId } }),
      (refused) => isOver(refused) && onAgain(refused),
    )
  return (
    <Confirm
      open
      title={say(`batch.do.${chosen.action}`)}
      confirmText={say('batch.confirm', { n })}
      danger={isDangerous(chosen)}
      allowed={allowed && !isAsked(error)}
      busy={isPending}
      error={otherError(error)}
      onConfirm={send}
      onCancel={onClose}
    >
      <div className={layout.stack}>
        <p className={layout.lead}>
          {say(`batch.lead.${chosen.action}`, { n })}
          {canary > 0 ? ` ${say('select.canary', { n: canary })}` : null}
        </p>
        <ReasonFields mode={mode} given={given} onGive={setGiven} />
        {weighty ? <TypedCount meters={n} typed={typed} onTyped={setTyped} /> : null}
        <Countdown secondsLeft={secondsLeft} onAgain={() => onAgain()} />
        {mode !== null && reason !== null ? (
          <AskSecond
            error={error}
            request={{ operation: operationOf(mode), body: orderBody(selected, reason) }}
            onDone={() => void navigate({ to: '/batches', search: {} })}
          />
        ) : null}
      </div>
    </Confirm>
  )
}

type PreviewProps = Omit<ConfirmingProps, 'onClose'>

const Preview = (props: PreviewProps) => {
  const { complexId, selected, chosen, secondsLeft, onAgain } = props
  const { say } = useText()
  const [confirming, setConfirming] = useState(false)
  return (
    <Card title={say('batch.previewOf')}>
      <div className={layout.stack}>
        <div className={layout.line}>
          <Button
            danger={chosen.action === 'tripped'}
            type="primary"
            disabled={secondsLeft === 0 || selected.selection.meters.length === 0}
            onClick={() => setConfirming(true)}
          >
            {say(`batch.do.${chosen.action}`)}…
          </Button>
          <Countdown secondsLeft={secondsLeft} onAgain={() => onAgain()} />
        </div>
        <SelectedMeters complexId={complexId} selected={selected} />
      </div>
      {confirming ? <Confirming {...props} onClose={() => setConfirming(false)} /> : null}
    </Card>
  )
}

export const BatchForm = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const zone = useZone()
  const handed = useRouterState({ select: ({ location }) => location.state.names })
  const [chosen, setChosen] = useState({ ...START, names: handed?.join('\n') ?? '' })
  const { select, reset, selected, isPending, error } = useSelect(complexId)
  const secondsLeft = useSecondsLeft(selected)
  const asked = askedOf(chosen, zone)
  const [overtaken, setOvertaken] = useState<unknown>(null)
  const change = (part: Partial<Chosen>) => {
    reset()
    setOvertaken(null)
    setChosen({ ...chosen, ...part })
  }
  const look = (refused: unknown = null) => {
    setOvertaken(refused)
    if (asked && !isPending) select(asked)
  }
  return (
    <>
      <Card title={say('batch.new')}>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            look()
          }}
        >
          <UnitFields complexId={complexId} chosen={chosen} change={change} />
          <What chosen={chosen} change={change} />
          <div className={styles.row}>
            <Button type="primary" htmlType="submit" disabled={!asked} loading={isPending}>
              {say('batch.preview')}
            </Button>
          </div>
        </form>
        {error ? <ProblemAlert error={error} /> : null}
      </Card>
      {overtaken ? <ProblemAlert error={overtaken} /> : null}
      {selected ? (
        <Preview
          complexId={complexId}
          selected={selected}
          chosen={chosen}
          secondsLeft={secondsLeft}
          onAgain={look}
        />
      ) : null}
    </>
  )
}
