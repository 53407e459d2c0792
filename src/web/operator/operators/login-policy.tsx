// The log-in policy 登录策略: time-outs and lengths that hold for everybody.

import { Button, Form, InputNumber } from 'antd'
import { useState } from 'react'
import type { LoginPolicy } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm } from '../../ui/form.tsx'
import layout from '../../ui/layout.module.css'
import { Card, Facts } from '../../ui/page.tsx'
import { useChangePolicy, useLoginPolicy } from './operator-data.ts'

const FIELDS = [
  { key: 'idleMinutes', min: 5, max: 720 },
  { key: 'absoluteMinutes', min: 15, max: 10_080 },
  { key: 'passwordLengthMin', min: 8, max: 64 },
  { key: 'tokenDaysMax', min: 1, max: 3650 },
] as const

const PolicyDialog = ({ policy, onClose }: { policy: LoginPolicy; onClose: () => void }) => {
  const { say } = useText()
  const [typed, set] = useState(policy)
  const change = useChangePolicy()
  return (
    <Confirm
      open
      title={say('policy.logIn')}
      confirmText={say('op.save')}
      allowed
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate(typed, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <ActForm>
        {FIELDS.map(({ key, min, max }) => (
          <Form.Item key={key} label={say(`policy.${key}`)} htmlFor={`policy-${key}`}>
            <InputNumber
              id={`policy-${key}`}
              min={min}
              max={max}
              precision={0}
              value={typed[key]}
              onChange={(value) => set({ ...typed, [key]: value ?? policy[key] })}
            />
          </Form.Item>
        ))}
      </ActForm>
    </Confirm>
  )
}

export const LoginPolicyCard = ({ mayEdit }: { mayEdit: boolean }) => {
  const { say } = useText()
  const { data } = useLoginPolicy()
  const [editing, setEditing] = useState(false)
  if (!data) return null
  return (
    <Card title={say('policy.logIn')}>
      <div className={layout.stack}>
        <Facts rows={FIELDS.map(({ key }) => [say(`policy.${key}`), data[key]])} />
        {mayEdit ? (
          <div>
            <Button onClick={() => setEditing(true)}>{say('op.edit')}</Button>
          </div>
        ) : null}
      </div>
      {editing ? <PolicyDialog policy={data} onClose={() => setEditing(false)} /> : null}
    </Card>
  )
}
