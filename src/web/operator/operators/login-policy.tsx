// The log-in policy 登录策略: its profile, its rules, and where they differ from what the profile says.

import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import type { LoginPolicy } from '../../../http/contract/operators.ts'
import { useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { Card, Facts } from '../../ui/page.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useLoginPolicy } from './operator-data.ts'
import { PolicyDialog } from './policy-dialog.tsx'
import { RULE_FIELDS, type Rule, ruleText } from './policy-rules.ts'

const RuleValue = ({ rule, policy }: { rule: Rule; policy: LoginPolicy }) => {
  const { say } = useText()
  const standard = ruleText(say, rule, policy.profiles[policy.profile])
  return (
    <>
      {ruleText(say, rule, policy)}{' '}
      {policy.differs.includes(rule) ? (
        <Tag tone="warn">{say('policy.differs', { standard })}</Tag>
      ) : null}
    </>
  )
}

export const LoginPolicyCard = ({ mayEdit }: { mayEdit: boolean }) => {
  const { say } = useText()
  const { data } = useLoginPolicy()
  const [editing, setEditing] = useState(false)
  if (!data) return null
  const { differs } = data
  return (
    <Card title={say('policy.logIn')}>
      <div className={layout.stack}>
        <Facts
          rows={[
            [
              say('policy.profile'),
              <span key="profile">
                {say(`policy.profile.${data.profile}`)}{' '}
                <Tag tone={differs.length === 0 ? 'good' : 'warn'}>
                  {differs.length === 0
                    ? say('policy.asProfile')
                    : say('policy.differsCount', { n: differs.length })}
                </Tag>
              </span>,
            ],
            ...RULE_FIELDS.map(({ key }): [string, ReactNode] => [
              say(`policy.${key}`),
              <RuleValue key={key} rule={key} policy={data} />,
            ]),
            [say('policy.tokenDaysMax'), data.tokenDaysMax],
            [say('policy.staleDays'), data.staleDays],
            [say('policy.passkeyHosts'), <Name key="h">{data.passkeyHosts.join(' ')}</Name>],
          ]}
        />
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
