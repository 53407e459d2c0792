// An order in a check 调试中的命令: what would be sent is shown first and confirmed like any
// single order; before a trip and after each order the neighbours are read, and the engineer says
// what he sees.

import { Alert, Button, Progress, Radio, Select } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import type { MeterCheck, StepRequest } from '../../../http/contract/commissioning.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { nameIn } from '../../ui/name.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn, rfc3339In } from '../../ui/zoned.ts'
import { AskSecond, otherError } from '../approvals/ask-second.tsx'
import {
  operationOf,
  orderBody,
  useOrder,
  useSecondsLeft,
  useSelect,
} from '../batches/select-data.ts'
import { Countdown, Intended } from '../batches/selected-meters.tsx'
import { hasEnded, useCommand } from '../board/command-data.ts'
import { RelayWord } from '../board/relay.tsx'
import { useRound, useStartRound } from '../rounds/round-data.ts'
import styles from './commissioning.module.css'
import { useStep } from './commissioning-data.ts'

/** What has been done of a step; it stands in the address, so that another look goes on. */
export type Evidence = {
  before?: string | undefined
  order?: string | undefined
  after?: string | undefined
}

type OrderStepProps = {
  check: MeterCheck
  step: 'trip' | 'close'
  evidence: Evidence
  onEvidence: (evidence: Evidence) => void
}

const KEEP_MINUTES = 15
const PERCENT = 100

/** The meter itself and those whose load may be the one that drops. */
const metersOf = (check: MeterCheck): number[] => [
  check.meterId,
  ...check.neighbours.map(({ meterId }) => meterId),
]

const useModeOf = ({ check, step }: Pick<OrderStepProps, 'check' | 'step'>) => {
  const zone = useZone()
  return () => {
    if (step === 'trip') return { mode: 'tripped' as const }
    // Without an account there is no money that could close it: kept for a while, then released.
    if (check.supplied || !check.can.keepPower) return { mode: 'prepaid' as const }
    return {
      mode: 'kept' as const,
      until: rfc3339In(nowIn(zone).add(KEEP_MINUTES, 'minute'), zone),
    }
  }
}

type SendProps = OrderStepProps & { complexId: number; onSent: (batch: string) => void }

const SendOrder = ({ check, step, complexId, onSent, ...rest }: SendProps) => {
  const { say } = useText()
  const [open, setOpen] = useState(false)
  const modeOf = useModeOf({ check, step })
  const seen = useSelect(complexId)
  const secondsLeft = useSecondsLeft(seen.selected)
  const { order, isPending, error } = useOrder(complexId)
  const look = () => seen.select({ kind: 'setMode', meterIds: [check.meterId], params: modeOf() })
  const [meter] = seen.selected?.selection.meters ?? []
  const [refused] = seen.selected?.refused ?? []
  const reason = { reasonCode: 'other' as const, reason: say('check.orderReason') }
  const selected = seen.selected
  const { mode } = modeOf()
  void rest
  return (
    <>
      <Button
        type="primary"
        danger={step === 'trip'}
        onClick={() => {
          setOpen(true)
          look()
        }}
      >
        {say(`mode.do.${mode}`)}
      </Button>
      <Confirm
        open={open}
        title={say(`mode.do.${mode}`)}
        confirmText={say(`mode.do.${mode}`)}
        danger={step === 'trip'}
        allowed={secondsLeft > 0 && meter !== undefined}
        busy={isPending}
        error={otherError(error ?? seen.error)}
        onConfirm={() => selected && order(selected, reason, (sent) => onSent(sent.commandId))}
        onCancel={() => setOpen(false)}
      >
        <p className={styles.lead}>
          {say(`check.lead.${step}`, { meter: check.meterNo, shop: check.premises })}
        </p>
        {refused ? <Alert type="error" showIcon role="alert" title={refused.title} /> : null}
        {meter ? (
          <p>
            <RelayWord relay={meter.relay} /> → <Intended meter={meter} />{' '}
            <Countdown secondsLeft={secondsLeft} onAgain={look} />
          </p>
        ) : null}
        {selected ? (
          <AskSecond
            error={error}
            request={{ operation: operationOf(mode), body: orderBody(selected, reason) }}
            onDone={() => setOpen(false)}
          />
        ) : null}
      </Confirm>
    </>
  )
}

const ReadAll = ({
  complexId,
  check,
  onRound,
  text,
}: {
  complexId: number
  check: MeterCheck
  onRound: (id: string) => void
  text: string
}) => {
  const { start, isPending, error, roundId } = useStartRound(complexId, { stay: true })
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once for each round.
  useEffect(() => {
    if (roundId) onRound(roundId)
  }, [roundId])
  return (
    <>
      <Button
        type="primary"
        loading={isPending}
        onClick={() => start({ unit: { meterIds: metersOf(check) }, what: ['status'] }, () => {})}
      >
        {text}
      </Button>
      {error ? <ProblemAlert error={error} /> : null}
    </>
  )
}

const RoundGoes = ({
  complexId,
  roundId,
  children,
}: {
  complexId: number
  roundId: string
  children: ReactNode
}) => {
  const { say } = useText()
  const { data, error, refetch } = useRound(complexId, roundId, 'all', 1)
  if (error) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!data) return null
  if (data.endedAt !== null) return <>{children}</>
  const { waiting, reading } = data.counts
  const percent = Math.floor(((data.total - waiting - reading) / Math.max(1, data.total)) * PERCENT)
  return (
    <div style={{ width: 420 }} role="status">
      {say('check.reading', { n: data.total })}
      <Progress
        percent={percent}
        status="active"
        aria-label={say('check.reading', { n: data.total })}
      />
    </div>
  )
}

const CommandGoes = ({
  complexId,
  batch,
  children,
}: {
  complexId: number
  batch: string
  children: ReactNode
}) => {
  const { say } = useText()
  const { data, error, refetch } = useCommand(complexId, batch)
  const [item] = data?.items ?? []
  if (error) return <ProblemAlert error={error} onRetry={() => refetch()} />
  if (!item) return null
  return (
    <>
      <span role="status">
        {say('check.order')} {say(`command.is.${item.state}`)}
      </span>
      {hasEnded(item.state) ? children : null}
    </>
  )
}

type SeeProps = {
  complexId: number
  check: MeterCheck
  step: 'trip' | 'close'
  evidence: Evidence
  onDone: () => void
}

const See = ({ complexId, check, step, evidence, onDone }: SeeProps) => {
  const { say, language } = useText()
  const [seen, setSeen] = useState<boolean | null>(null)
  const [dark, setDark] = useState<number | null>(null)
  const record = useStep(complexId, check.checkId ?? '')
  const { premises, premisesName: zh, premisesNameEn: en } = check
  const shop = `${premises} ${nameIn(language, { zh, en })}`
  const send = () => {
    if (seen === null) return
    const body: StepRequest = {
      ...{ step, seen },
      ...(evidence.before ? { beforeRoundId: evidence.before } : {}),
      ...(evidence.order ? { commandId: evidence.order } : {}),
      ...(evidence.after ? { afterRoundId: evidence.after } : {}),
      ...(dark === null ? {} : { wentDarkMeterId: dark }),
    }
    record.mutate(body, { onSuccess: onDone })
  }
  return (
    <>
      <p className={styles.question}>{say(`check.see.${step}`, { shop })}</p>
      <Radio.Group
        aria-label={say(`check.see.${step}`, { shop })}
        value={seen}
        onChange={(event) => setSeen(event.target.value === true)}
        options={[
          { value: true, label: say(`check.yes.${step}`) },
          { value: false, label: say(`check.no.${step}`) },
        ]}
      />
      {step === 'trip' && seen === false ? (
        <Select
          allowClear
          aria-label={say('check.wentDark')}
          style={{ width: 420 }}
          placeholder={say('check.wentDark')}
          value={dark}
          options={check.neighbours.map((each) => ({
            value: each.meterId,
            label: `${nameIn(language, { zh: each.place, en: each.placeEn })} · ${each.meterNo}`,
          }))}
          onChange={(id) => setDark(id ?? null)}
        />
      ) : null}
      <Button type="primary" disabled={seen === null} loading={record.isPending} onClick={send}>
        {say('check.record')}
      </Button>
      {record.error ? <ProblemAlert error={record.error} /> : null}
    </>
  )
}

type WalkProps = OrderStepProps & { complexId: number }

/** Read before (a trip), order, read after, say what was seen. */
export const OrderStep = ({ complexId, check, step, evidence, onEvidence }: WalkProps) => {
  const { say } = useText()
  const { before, order, after } = evidence
  if (step === 'trip' && !before)
    return (
      <ReadAll
        complexId={complexId}
        check={check}
        text={say('check.readBefore', { n: check.neighbours.length + 1 })}
        onRound={(id) => onEvidence({ before: id })}
      />
    )
  const sending = (
    <SendOrder
      {...{ complexId, check, step, evidence, onEvidence }}
      onSent={(batch) => onEvidence({ ...evidence, order: batch })}
    />
  )
  if (!order)
    return before ? (
      <RoundGoes complexId={complexId} roundId={before}>
        {sending}
      </RoundGoes>
    ) : (
      sending
    )
  return (
    <CommandGoes complexId={complexId} batch={order}>
      {after ? (
        <RoundGoes complexId={complexId} roundId={after}>
          <See {...{ complexId, check, step, evidence }} onDone={() => onEvidence({})} />
        </RoundGoes>
      ) : (
        <ReadAll
          complexId={complexId}
          check={check}
          text={say('check.readAfter', { n: check.neighbours.length + 1 })}
          onRound={(id) => onEvidence({ ...evidence, after: id })}
        />
      )}
    </CommandGoes>
  )
}
