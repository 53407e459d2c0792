// Swapping a meter 换表: which one, by which, alive or dead; what would happen; then it goes on by
// itself.

import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Checkbox, Form, Radio, Select } from 'antd'
import { useState } from 'react'
import type { MeterItem } from '../../../http/contract/collection.ts'
import type { Swap } from '../../../http/contract/swap.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm, type FieldsProps, RmbField, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useSettled } from '../../ui/settled.ts'
import { needIn, Waiting } from '../approvals/waiting.tsx'
import { useComplex } from '../complex.tsx'
import { useMeterCollection } from '../meters/meter-data.ts'
import { SwapFacts } from './one-swap-page.tsx'
import { useFreeMeters, useHungMeters, useSwapMeter } from './swap-data.ts'
import {
  claimOf,
  NO_SWAP,
  SWAP_REASONS,
  type SwapFields,
  swapRequestOf,
  withApproval,
} from './swap-form.ts'

const route = getRouteApi('/shell/swaps/new')

const labelOf = ({ premises, meterNo, model }: MeterItem): string =>
  [premises, meterNo, model].filter(Boolean).join(' ')
const optionsOf = (meters: readonly MeterItem[] | undefined) =>
  meters?.map((meter) => ({ value: meter.meterId, label: labelOf(meter) }))

const TYPING_PAUSE_MS = 200

/** What is typed, and what the server is asked for once the typing rests. */
const useTyped = () => {
  const [text, setText] = useState('')
  return { setText, wanted: useSettled(text.trim(), TYPING_PAUSE_MS) }
}

const DeadFields = ({ fields, change }: FieldsProps<SwapFields>) => {
  const { say } = useText()
  return (
    <>
      <Alert type="warning" showIcon title={say('swap.deadText')} />
      <RmbField
        id="swap-remaining"
        label={say('swap.remaining')}
        text={fields.remaining}
        onText={(remaining) => change({ remaining })}
      />
      <TextField
        id="swap-photo"
        label={say('swap.photo')}
        text={fields.photoNote}
        onText={(photoNote) => change({ photoNote })}
        hint={say('swap.photoHint')}
        maxLength={500}
      />
    </>
  )
}

/** Which comes, and where its register begins. */
const NextMeter = ({ fields, change }: FieldsProps<SwapFields>) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { setText, wanted } = useTyped()
  const free = useFreeMeters(complexId, wanted)
  return (
    <>
      <Form.Item label={say('swap.newMeter')} htmlFor="swap-new">
        <Select
          id="swap-new"
          showSearch={{ filterOption: false, onSearch: setText }}
          value={fields.newMeterId}
          loading={free.isFetching}
          onChange={(newMeterId) => change({ newMeterId })}
          options={optionsOf(free.data)}
          notFoundContent={say('swap.noFreeMeter')}
        />
      </Form.Item>
      <TextField
        id="swap-initial"
        label={say('swap.initialKwh')}
        text={fields.initialKwh}
        onText={(initialKwh) => change({ initialKwh })}
        decimal
      />
      {free.error ? <ProblemAlert error={free.error} /> : null}
    </>
  )
}

const NewFields = ({ fields, change }: FieldsProps<SwapFields>) => {
  const { say } = useText()
  return (
    <>
      <Form.Item>
        <Checkbox
          id="swap-without"
          checked={fields.without}
          onChange={(event) => change({ without: event.target.checked })}
        >
          {say('swap.without')}
        </Checkbox>
      </Form.Item>
      {fields.without ? (
        <Alert type="info" showIcon title={say('swap.withoutText')} />
      ) : (
        <NextMeter fields={fields} change={change} />
      )}
      <Form.Item label={say('swap.reason')} htmlFor="swap-reason">
        <Select
          id="swap-reason"
          value={fields.reasonCode}
          onChange={(reasonCode) => change({ reasonCode })}
          options={SWAP_REASONS.map((value) => ({ value, label: say(`swapReason.${value}`) }))}
        />
      </Form.Item>
      <TextField
        id="swap-note"
        label={say(fields.reasonCode === 'other' ? 'payout.noteNeeded' : 'payout.note')}
        text={fields.note}
        onText={(note) => change({ note })}
        maxLength={500}
      />
    </>
  )
}

const OldFields = ({ fields, change }: FieldsProps<SwapFields>) => {
  const { say } = useText()
  return (
    <>
      <Form.Item label={say('swap.oldState')}>
        <Radio.Group
          className={layout.choices}
          value={fields.state}
          onChange={(event) => change({ state: event.target.value })}
          options={(['alive', 'dead'] as const).map((value) => ({
            value,
            label: say(`swap.is.${value}`),
          }))}
        />
      </Form.Item>
      <TextField
        id="swap-final"
        label={say(fields.state === 'dead' ? 'swap.finalKwhDead' : 'swap.finalKwh')}
        text={fields.finalKwh}
        onText={(finalKwh) => change({ finalKwh })}
        decimal
      />
      {fields.state === 'dead' ? <DeadFields fields={fields} change={change} /> : null}
    </>
  )
}

/** The shop is dark from the moment it is confirmed. */
const WillTrip = ({ swap }: { swap: Swap }) => {
  const { say } = useText()
  const trips = swap.steps.some((step) => step.kind === 'tripping')
  return trips ? <Alert type="warning" showIcon title={say('swap.willTrip')} /> : null
}

const SwapForm = ({ pointId }: { pointId: number }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const navigate = useNavigate()
  const [fields, setFields] = useState(NO_SWAP)
  const dry = useSwapMeter(complexId, pointId)
  const swap = useSwapMeter(complexId, pointId)
  const request = swapRequestOf(fields)
  const change = (part: Partial<SwapFields>) => {
    dry.reset()
    swap.reset()
    setFields({ ...fields, ...part })
  }
  const run = (approvalId?: string) => {
    if (request === null || swap.isPending) return
    swap.mutate(approvalId === undefined ? request : withApproval(request, approvalId), {
      onSuccess: ({ swapId }) =>
        swapId && void navigate({ to: '/swaps/$swapId', params: { swapId } }),
    })
  }
  const need = needIn(swap.error)
  const error = dry.error ?? (need ? null : swap.error)
  return (
    <div className={layout.halves}>
      <Card title={say('swap.what')}>
        <ActForm>
          <OldFields fields={fields} change={change} />
          <NewFields fields={fields} change={change} />
          <Button
            type="primary"
            disabled={request === null}
            loading={dry.isPending}
            onClick={() => request && dry.mutate({ ...request, dryRun: true })}
          >
            {say('payout.check')}
          </Button>
        </ActForm>
        {error ? <ProblemAlert error={error} /> : null}
      </Card>
      {dry.data ? (
        <Card title={say('swap.willBe')}>
          <SwapFacts swap={dry.data} />
          <WillTrip swap={dry.data} />
          {need && request ? (
            <Waiting
              complexId={complexId}
              need={need}
              request={claimOf(pointId, request, dry.data.claimFen)}
              onAgreed={run}
            />
          ) : (
            <Button type="primary" danger loading={swap.isPending} onClick={() => run()}>
              {say('swap.do')}
            </Button>
          )}
        </Card>
      ) : null}
    </div>
  )
}

const OnPoint = ({ meterId }: { meterId: number }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { data: meter, error } = useMeterCollection(complexId, meterId)
  if (error) return <ProblemAlert error={error} />
  if (meter === undefined) return null
  if (meter.pointId === null) return <Alert type="error" showIcon title={say('swap.noPoint')} />
  return (
    <>
      <p>
        <Name>{labelOf(meter)}</Name>
      </p>
      <SwapForm key={meter.pointId} pointId={meter.pointId} />
    </>
  )
}

export const NewSwapPage = () => {
  const { say } = useText()
  const { complexId } = useComplex()
  const { meter } = route.useSearch()
  const navigate = route.useNavigate()
  const { setText, wanted } = useTyped()
  const hung = useHungMeters(complexId, wanted)
  const meterId = meter ? Number(meter) : null
  return (
    <Page title={say('swap.title')}>
      <Card>
        <div className={layout.line}>
          <label htmlFor="swap-old">{say('swap.oldMeter')}</label>
          <Name>
            <Select
              id="swap-old"
              style={{ minWidth: 420 }}
              showSearch={{ filterOption: false, onSearch: setText }}
              placeholder={say('swap.findOld')}
              loading={hung.isFetching}
              onChange={(next: number) => void navigate({ search: { meter: String(next) } })}
              options={optionsOf(hung.data)}
            />
          </Name>
        </div>
      </Card>
      {meterId === null ? null : <OnPoint meterId={meterId} />}
    </Page>
  )
}
