// The service fee that sales take 服务费, as the complex has set it.

import { useQuery } from '@tanstack/react-query'
import { Button, Form, Radio } from 'antd'
import { useState } from 'react'
import type { ServiceFeeSetting, SetServiceFee } from '../../../http/contract/fees.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm, RmbField, TextField } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { fenOf, typedYuan } from '../../ui/money-text.ts'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'
import { type FeeText, feeOf, KINDS, permilleText } from './fee-text.ts'

const pathOf = (complexId: number) => `/complexes/${complexId}/service-fee`

const textOf = ({ serviceFee }: ServiceFeeSetting): FeeText => ({
  kind: serviceFee?.kind ?? 'none',
  yuan: serviceFee?.kind === 'fixed' ? typedYuan(serviceFee.fen) : '',
  percent: serviceFee?.kind === 'permille' ? permilleText(serviceFee.permille) : '',
})

const FeeForm = ({ setting }: { setting: ServiceFeeSetting }) => {
  const { say } = useText()
  const mayEdit = useMay('plan.edit')
  const [text, setText] = useState(() => textOf(setting))
  const act = useAct<SetServiceFee, ServiceFeeSetting>(pathOf(setting.complexId), {
    method: 'PUT',
    renews: [['serviceFee']],
  })
  const serviceFee = feeOf(text, fenOf(text.yuan))
  const change = (part: Partial<FeeText>) => setText({ ...text, ...part })
  return (
    <ActForm>
      <p className={layout.spaced}>{say('fee.lead')}</p>
      <Form.Item label={say('fee.kind')}>
        <Radio.Group
          className={layout.choices}
          value={text.kind}
          onChange={(event) => change({ kind: event.target.value })}
          options={KINDS.map((value) => ({ value, label: say(`fee.${value}`) }))}
        />
      </Form.Item>
      {text.kind === 'fixed' ? (
        <RmbField
          id="fee-yuan"
          label={say('fee.yuan')}
          text={text.yuan}
          onText={(yuan) => change({ yuan })}
        />
      ) : null}
      {text.kind === 'permille' ? (
        <TextField
          id="fee-percent"
          label={say('fee.percent')}
          text={text.percent}
          onText={(percent) => change({ percent })}
          decimal
        />
      ) : null}
      {mayEdit ? (
        <Button
          type="primary"
          disabled={serviceFee === undefined}
          loading={act.isPending}
          onClick={() => serviceFee !== undefined && act.mutate({ serviceFee })}
        >
          {say('limit.save')}
        </Button>
      ) : null}
      {act.error ? <ProblemAlert error={act.error} /> : null}
      {act.isSuccess ? <p role="status">{say('fee.saved')}</p> : null}
    </ActForm>
  )
}

export const FeeCard = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useQuery({
    queryKey: ['serviceFee', complexId],
    queryFn: () => call<ServiceFeeSetting>(pathOf(complexId)),
  })
  return (
    <Card title={say('fee.title')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <FeeForm key={data.complexId} setting={data} /> : null}
    </Card>
  )
}
