// Naming a plan, and retiring it 方案改名与停用: a retired plan stays with those who have it and is
// given to nobody else.

import { Button, Checkbox, Form } from 'antd'
import { useState } from 'react'
import type { Plan } from '../../../http/contract/plans.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import { useComplex } from '../complex.tsx'
import { NameFields, type PlanNames } from './name-fields.tsx'
import { useNamePlan } from './plan-data.ts'

const Dialog = ({ plan, onClose }: { plan: Plan; onClose: () => void }) => {
  const { say } = useText()
  const { complexId } = useComplex()
  const [names, setNames] = useState<PlanNames>(plan)
  const [retired, setRetired] = useState(plan.retiredAt !== null)
  const save = useNamePlan(complexId, plan.planId)
  const body = { name: names.name.trim(), nameEn: names.nameEn.trim(), retired }
  return (
    <Confirm
      open
      title={say('plan.rename')}
      confirmText={say('plan.save')}
      allowed={body.name !== ''}
      busy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate(body, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <ActForm>
        <NameFields names={names} onNames={setNames} />
        <Form.Item extra={say('plan.retireHint')}>
          <Checkbox checked={retired} onChange={(event) => setRetired(event.target.checked)}>
            {say('plan.retire')}
          </Checkbox>
        </Form.Item>
      </ActForm>
    </Confirm>
  )
}

export const NameDialog = ({ plan }: { plan: Plan }) => {
  const { say } = useText()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('plan.rename')}</Button>
      {open ? <Dialog plan={plan} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
