// Changing the log-in policy 修改登录策略: first the figures, then what they do and to whom, then yes.

import { useMutation } from '@tanstack/react-query'
import { Form, InputNumber, Select, Switch } from 'antd'
import { useState } from 'react'
import type { LoginPolicy, LoginPolicyChange } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ActForm, TextField } from '../../ui/form.tsx'
import { renewSession } from '../api/session.ts'
import { previewPolicy, useChangePolicy } from './operator-data.ts'
import styles from './operators.module.css'
import { PolicyEffects } from './policy-effects.tsx'
import { RULE_FIELDS, type Rule, ruleText } from './policy-rules.ts'

const OTHERS = [
  { key: 'tokenDaysMax', min: 1, max: 3650 },
  { key: 'staleDays', min: 7, max: 730 },
] as const

type Typed = Required<LoginPolicyChange>
type FieldsProps = { typed: Typed; set: (typed: Typed) => void; policy: LoginPolicy }

const PROFILES = ['mlps', 'asvs'] as const

const typedOf = ({ differs: _differs, profiles: _profiles, ...policy }: LoginPolicy): Typed =>
  policy

/** Only what was changed is sent. */
const changesOf = (before: Typed, typed: Typed): LoginPolicyChange =>
  Object.fromEntries(
    Object.entries(typed).filter(
      ([key, value]) =>
        JSON.stringify(value) !== JSON.stringify(new Map(Object.entries(before)).get(key)),
    ),
  )

const ProfileField = ({ typed, set, policy }: FieldsProps) => {
  const { say } = useText()
  const choose = (profile: Typed['profile']) => {
    const { separation: _separation, ...rules } = policy.profiles[profile]
    set({ ...typed, ...rules, profile })
  }
  return (
    <Form.Item
      label={say('policy.profile')}
      htmlFor="policy-profile"
      extra={say('policy.profileHint')}
    >
      <Select
        id="policy-profile"
        value={typed.profile}
        options={PROFILES.map((value) => ({ value, label: say(`policy.profile.${value}`) }))}
        onChange={choose}
      />
    </Form.Item>
  )
}

/** Where the figure is not the profile's, what that says. */
const useStandard = ({ typed, policy }: Omit<FieldsProps, 'set'>) => {
  const { say } = useText()
  return (rule: Rule): string | undefined => {
    const standard = policy.profiles[typed.profile]
    if (typed[rule] === standard[rule]) return undefined
    return say('policy.differs', { standard: ruleText(say, rule, standard) })
  }
}

const NumberFields = ({ typed, set, policy }: FieldsProps) => {
  const { say } = useText()
  const standard = useStandard({ typed, policy })
  return RULE_FIELDS.map((field) =>
    'min' in field ? (
      <Form.Item
        key={field.key}
        label={say(`policy.${field.key}`)}
        htmlFor={`policy-${field.key}`}
        extra={standard(field.key)}
      >
        <InputNumber
          id={`policy-${field.key}`}
          min={field.min}
          max={field.max}
          precision={0}
          value={typed[field.key]}
          onChange={(value) => {
            if (field.key === 'passwordDaysMax') set({ ...typed, passwordDaysMax: value })
            else set({ ...typed, [field.key]: value ?? policy[field.key] })
          }}
        />
      </Form.Item>
    ) : null,
  )
}

const ChoiceFields = ({ typed, set, policy }: FieldsProps) => {
  const { say } = useText()
  const standard = useStandard({ typed, policy })
  return (
    <>
      <Form.Item
        label={say('policy.factorFor')}
        htmlFor="policy-factor"
        extra={standard('factorFor')}
      >
        <Select
          id="policy-factor"
          value={typed.factorFor}
          options={(['role', 'all'] as const).map((value) => ({
            value,
            label: say(`policy.factorFor.${value}`),
          }))}
          onChange={(factorFor: Typed['factorFor']) => set({ ...typed, factorFor })}
        />
      </Form.Item>
      <Form.Item
        label={say('policy.separation')}
        htmlFor="policy-separation"
        extra={[say('policy.separationHint'), standard('separation')].filter(Boolean).join(' ')}
      >
        <Switch
          id="policy-separation"
          checked={typed.separation}
          onChange={(separation) => set({ ...typed, separation })}
        />
      </Form.Item>
    </>
  )
}

const OtherFields = ({ typed, set, policy }: FieldsProps) => {
  const { say } = useText()
  const [hosts, setHosts] = useState(typed.passkeyHosts.join(' '))
  return (
    <>
      {OTHERS.map(({ key, min, max }) => (
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
      <TextField
        id="policy-hosts"
        label={say('policy.passkeyHosts')}
        text={hosts}
        maxLength={1000}
        onText={(text) => {
          setHosts(text)
          const named = text.toLowerCase().split(/[\s,]+/)
          set({ ...typed, passkeyHosts: named.filter(Boolean) })
        }}
      />
    </>
  )
}

export const PolicyDialog = ({ policy, onClose }: { policy: LoginPolicy; onClose: () => void }) => {
  const { say } = useText()
  const [typed, set] = useState(() => typedOf(policy))
  const changes = changesOf(typedOf(policy), typed)
  const preview = useMutation({ mutationFn: () => previewPolicy(changes) })
  const change = useChangePolicy()
  const seen = preview.data
  const done = () => {
    onClose()
    void renewSession()
  }
  return (
    <Confirm
      open
      title={say('policy.logIn')}
      confirmText={say(seen ? 'policy.apply' : 'policy.see')}
      widthPx={600}
      danger={seen !== undefined}
      allowed={Object.keys(changes).length > 0 && (seen?.inTheWay.length ?? 0) === 0}
      busy={preview.isPending || change.isPending}
      error={preview.error ?? change.error}
      onConfirm={() => (seen ? change.mutate(changes, { onSuccess: done }) : preview.mutate())}
      onCancel={seen ? preview.reset : onClose}
    >
      {seen ? (
        <PolicyEffects before={policy} preview={seen} />
      ) : (
        <ActForm>
          <ProfileField typed={typed} set={set} policy={policy} />
          <div className={styles.fields}>
            <NumberFields typed={typed} set={set} policy={policy} />
          </div>
          <ChoiceFields typed={typed} set={set} policy={policy} />
          <OtherFields typed={typed} set={set} policy={policy} />
        </ActForm>
      )}
    </Confirm>
  )
}
