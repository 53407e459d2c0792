// What-if 电价试算: a draft begun from a plan, laid over months that are over of those who have the
// plan.

import { getRouteApi } from '@tanstack/react-router'
import { Button, Form } from 'antd'
import { type ReactNode, useState } from 'react'
import type { PlanDefinition } from '../../../http/contract/plans.ts'
import type { WhatIf, WhatIfAsked } from '../../../http/contract/what-if.ts'
import { useText } from '../../text/i18n.ts'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Card } from '../../ui/page.tsx'
import { PeriodInput } from '../../ui/period-input.tsx'
import { ProblemAlert } from '../../ui/problem.tsx'
import { useZone } from '../../ui/zone.ts'
import { nowIn } from '../../ui/zoned.ts'
import { useAct } from '../api/act.ts'
import { useComplex } from '../complex.tsx'
import { OnePlan } from '../plans/one-plan.tsx'
import { PlanForm } from '../plans/plan-form.tsx'
import { Result } from './result.tsx'

const route = getRouteApi('/shell/plans/$planId/what-if')

type MonthProps = { id: string; label: string; month: string; onMonth: (month: string) => void }

const Month = ({ id, label, month, onMonth }: MonthProps) => (
  <Form.Item label={label} htmlFor={id}>
    <PeriodInput id={id} kind="month" value={month} onValue={onMonth} />
  </Form.Item>
)

type TryProps = { planId: number; definition: PlanDefinition | null; state: ReactNode }

const Try = ({ planId, definition, state }: TryProps) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const last = nowIn(useZone()).subtract(1, 'month').format('YYYY-MM')
  const [fromMonth, setFrom] = useState(last)
  const [toMonth, setTo] = useState(last)
  const attempt = useAct<WhatIfAsked, WhatIf>('/what-if')
  const allowed = definition !== null && fromMonth !== '' && toMonth !== ''
  const run = () => {
    if (definition === null || attempt.isPending) return
    attempt.mutate({ complexId, planId, definition, fromMonth, toMonth })
  }
  return (
    <>
      <Card title={say('whatIf.months')}>
        <p className={layout.lead}>{say('whatIf.hint')}</p>
        <div className={layout.stack}>{state}</div>
        <ActForm>
          <Month id="what-if-from" label={say('whatIf.from')} month={fromMonth} onMonth={setFrom} />
          <Month id="what-if-to" label={say('whatIf.to')} month={toMonth} onMonth={setTo} />
          {attempt.error ? <ProblemAlert error={attempt.error} /> : null}
          <Button type="primary" disabled={!allowed} loading={attempt.isPending} onClick={run}>
            {say('whatIf.run')}
          </Button>
        </ActForm>
      </Card>
      {attempt.data ? <Result found={attempt.data} /> : null}
    </>
  )
}

export const WhatIfPage = () => {
  const { say } = useText()
  const { planId } = route.useParams()
  const today = nowIn(useZone()).format('YYYY-MM-DD')
  return (
    <OnePlan title={say('whatIf.title')} planId={planId}>
      {(plan) => (
        <PlanForm key={plan.planId} from={plan.versions[0]?.definition} today={today}>
          {(definition, state) => (
            <Try planId={plan.planId} definition={definition} state={state} />
          )}
        </PlanForm>
      )}
    </OnePlan>
  )
}
