// From how many meters on some go first 先行试点设置: an order that is wrong is then seen on a few.

import { useQuery } from '@tanstack/react-query'
import { Button, Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { BatchSettings, SetBatchSettings } from '../../../http/contract/batches.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm } from '../../ui/form.tsx'
import { Card } from '../../ui/page.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useAct } from '../api/act.ts'
import { call } from '../api/client.ts'
import { useMay } from '../api/session-store.ts'

const LIMITS = { min: 1, max: 1_000 }
const KEY = 'batchSettings'
const pathOf = (complexId: number) => `/complexes/${complexId}/batch-settings`

const CanaryForm = ({ setting }: { setting: BatchSettings }) => {
  const { say } = useText()
  const may = useMay('policy.edit')
  const [canaryAbove, setCanaryAbove] = useState<number | null>(setting.canaryAbove)
  const act = useAct<SetBatchSettings, BatchSettings>(pathOf(setting.complexId), {
    method: 'PUT',
    renews: [[KEY]],
  })
  return (
    <ActForm>
      <Form.Item
        label={say('canary.above')}
        htmlFor="canary-above"
        extra={say('canary.hint', LIMITS)}
      >
        <InputNumber
          id="canary-above"
          {...LIMITS}
          precision={0}
          disabled={!may}
          value={canaryAbove}
          onChange={setCanaryAbove}
        />
      </Form.Item>
      {may ? (
        <Button
          type="primary"
          disabled={canaryAbove === null}
          loading={act.isPending}
          onClick={() => canaryAbove !== null && act.mutate({ canaryAbove })}
        >
          {say('limit.save')}
        </Button>
      ) : null}
      {act.error ? <ProblemAlert error={act.error} /> : null}
      {act.isSuccess ? <p role="status">{say('canary.saved')}</p> : null}
    </ActForm>
  )
}

export const CanarySetting = ({ complexId }: { complexId: number }) => {
  const { say } = useText()
  const { data, error, refetch } = useQuery({
    queryKey: [KEY, complexId],
    queryFn: () => call<BatchSettings>(pathOf(complexId)),
  })
  return (
    <Card title={say('canary.title')}>
      {error ? <ProblemAlert error={error} onRetry={() => refetch()} /> : null}
      {data ? <CanaryForm key={data.complexId} setting={data} /> : null}
    </Card>
  )
}
