// How long is kept what is about people 保留期限.

import { Button, Checkbox, Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { Retention } from '../../../http/contract/privacy.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useRetention, useSetRetention } from './privacy-data.ts'

const MONTHS = { min: 1, max: 240 }
const DAYS = { min: 7, max: 3_650 }
const MONTHS_BEGIN = 36

const RetentionForm = ({ setting }: { setting: Retention }) => {
  const { say } = useText()
  const [months, setMonths] = useState<number | null>(setting.departedMonths)
  const [isTimed, setIsTimed] = useState(setting.departedMonths !== null)
  const [doneDays, setDoneDays] = useState<number | null>(setting.doneDays)
  const act = useSetRetention()
  const departedMonths = isTimed ? (months ?? MONTHS_BEGIN) : null
  return (
    <ActForm>
      <Form.Item>
        <Checkbox checked={isTimed} onChange={(event) => setIsTimed(event.target.checked)}>
          {say('privacy.timed')}
        </Checkbox>
      </Form.Item>
      <Form.Item
        label={say('privacy.months')}
        htmlFor="privacy-months"
        extra={say('privacy.monthsHint')}
      >
        <InputNumber
          id="privacy-months"
          {...MONTHS}
          precision={0}
          disabled={!isTimed}
          value={departedMonths}
          onChange={setMonths}
        />
      </Form.Item>
      <Form.Item
        label={say('privacy.doneDays')}
        htmlFor="privacy-days"
        extra={say('privacy.doneHint')}
      >
        <InputNumber
          id="privacy-days"
          {...DAYS}
          precision={0}
          value={doneDays}
          onChange={setDoneDays}
        />
      </Form.Item>
      <Button
        type="primary"
        disabled={doneDays === null}
        loading={act.isPending}
        onClick={() =>
          doneDays !== null &&
          act.mutate({ complexId: setting.complexId, departedMonths, doneDays })
        }
      >
        {say('privacy.save')}
      </Button>
      {act.error ? <ProblemAlert error={act.error} /> : null}
      {act.isSuccess ? <p role="status">{say('privacy.saved')}</p> : null}
    </ActForm>
  )
}

export const RetentionCard = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useRetention(complexId)
  return (
    <Card title={say('privacy.retention')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <RetentionForm key={data.complexId} setting={data} /> : null}
    </Card>
  )
}
