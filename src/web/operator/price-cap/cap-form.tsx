// Setting the price cap 设定价格上限: from a month on, by what the landlord paid or by a fixed price.

import { Button, Checkbox, Form, Radio } from 'antd'
import { useState } from 'react'
import { useText } from '../../text/i18n.ts'
import { ActForm, TextField } from '../../ui/form.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { AskSecond, otherError } from '../approvals/ask-second.tsx'
import { useComplex } from '../complex.tsx'
import { type CapDraft, capOf, newCap, useSaveCap } from './cap-data.ts'

type FieldsProps = { draft: CapDraft; change: (part: Partial<CapDraft>) => void }

const LossFields = ({ draft, change }: FieldsProps) => {
  const { say } = useText()
  return (
    <>
      <TextField
        id="cap-tenants"
        label={say('cap.tenantsKwh')}
        text={draft.tenants}
        onText={(tenants) => change({ tenants })}
        decimal
      />
      <TextField
        id="cap-lost"
        label={say('cap.lostKwh')}
        hint={say('cap.lostHint')}
        text={draft.lost}
        onText={(lost) => change({ lost })}
        decimal
      />
    </>
  )
}

const BasisFields = ({ draft, change }: FieldsProps) => {
  const { say } = useText()
  if (draft.kind === 'catalogue') {
    return (
      <TextField
        id="cap-price"
        label={say('plan.priceYuan')}
        text={draft.price}
        onText={(price) => change({ price })}
        decimal
      />
    )
  }
  return (
    <>
      <TextField
        id="cap-bill"
        label={say('cap.billYuan')}
        text={draft.bill}
        onText={(bill) => change({ bill })}
        decimal
      />
      <TextField
        id="cap-bought"
        label={say('cap.boughtKwh')}
        text={draft.bought}
        onText={(bought) => change({ bought })}
        decimal
      />
      <Form.Item>
        <Checkbox
          checked={draft.withLosses}
          onChange={({ target }) => change({ withLosses: target.checked })}
        >
          {say('cap.withLosses')}
        </Checkbox>
      </Form.Item>
      {draft.withLosses ? <LossFields draft={draft} change={change} /> : null}
    </>
  )
}

const HowFields = ({ draft, change }: FieldsProps) => {
  const { say } = useText()
  return (
    <>
      <TextField
        id="cap-margin"
        label={say('cap.marginPercent')}
        text={draft.margin}
        onText={(margin) => change({ margin })}
        decimal
      />
      <Form.Item>
        <Checkbox
          checked={draft.serviceFee}
          onChange={({ target }) => change({ serviceFee: target.checked })}
        >
          {say('cap.withServiceFee')}
        </Checkbox>
      </Form.Item>
      <Form.Item label={say('cap.act')}>
        <Radio.Group
          aria-label={say('cap.act')}
          value={draft.act}
          onChange={({ target }) => change({ act: target.value })}
          options={(['warn', 'block', 'off'] as const).map((value) => ({
            value,
            label: say(`cap.act.${value}`),
          }))}
        />
      </Form.Item>
      <TextField
        id="cap-note"
        label={say('plan.note')}
        text={draft.note}
        onText={(note) => change({ note })}
        maxLength={500}
      />
    </>
  )
}

export const CapForm = ({ onDone }: { onDone: () => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const thisMonth = nowIn(useZone()).format('YYYY-MM')
  const [draft, setDraft] = useState(() => newCap(thisMonth))
  const save = useSaveCap()
  const body = capOf(complexId, draft)
  const change = (part: Partial<CapDraft>) => {
    save.reset()
    setDraft({ ...draft, ...part })
  }
  return (
    <ActForm>
      <Form.Item label={say('cap.since')} htmlFor="cap-since">
        <PeriodInput
          id="cap-since"
          kind="month"
          value={draft.since}
          onValue={(since) => change({ since })}
        />
      </Form.Item>
      <Form.Item label={say('cap.basis')}>
        <Radio.Group
          aria-label={say('cap.basis')}
          value={draft.kind}
          onChange={({ target }) => change({ kind: target.value })}
          options={(['averagePurchase', 'catalogue'] as const).map((value) => ({
            value,
            label: say(`cap.basis.${value}`),
          }))}
        />
      </Form.Item>
      <BasisFields draft={draft} change={change} />
      <HowFields draft={draft} change={change} />
      {otherError(save.error) ? <ProblemAlert error={save.error} /> : null}
      {body ? (
        <AskSecond
          error={save.error}
          request={{ operation: 'priceCap.save', body }}
          onDone={onDone}
        />
      ) : null}
      <Button
        type="primary"
        disabled={body === null}
        loading={save.isPending}
        onClick={() => body && !save.isPending && save.mutate(body, { onSuccess: onDone })}
      >
        {say('plan.save')}
      </Button>
    </ActForm>
  )
}
