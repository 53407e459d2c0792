// What a change of the log-in policy does 影响: which rules, whom it reaches, and who is in its way.

import { Alert } from 'antd'
import type { LoginPolicy, PolicyPreview } from '../../../http/contract/operators.ts'
import { hasText, type Say, useText } from '../../text/i18n.ts'
import layout from '../../ui/layout.module.css'
import { Name } from '../../ui/name.tsx'
import { usePermissions, useRoles } from './operator-data.ts'
import { RULE_FIELDS, ruleText } from './policy-rules.ts'

/** More names than these say no more. */
const NAMED_MAX = 12

type People = readonly { operatorId: number; username: string; name: string }[]

const People = ({ people }: { people: People }) => (
  <Name>
    {people
      .slice(0, NAMED_MAX)
      .map(({ name, username }) => `${name} (${username})`)
      .join('、')}
    {people.length > NAMED_MAX ? ' …' : ''}
  </Name>
)

const Changes = ({ before, preview }: { before: LoginPolicy; preview: PolicyPreview }) => {
  const { say } = useText()
  const rules = RULE_FIELDS.filter(({ key }) => preview.changes.includes(key))
  if (rules.length === 0) return <p>{say('policy.noChanges')}</p>
  return (
    <>
      <strong>{say('policy.changes')}</strong>
      <ul>
        {rules.map(({ key }) => (
          <li key={key}>
            {say(`policy.${key}`)}: {ruleText(say, key, before)} →{' '}
            <strong>{ruleText(say, key, preview.policy)}</strong>
          </li>
        ))}
      </ul>
    </>
  )
}

const useWords = (say: Say) => {
  const { language } = useText()
  const permissions = usePermissions()
  const roles = useRoles()
  return {
    /** A duty or a permission. */
    held: (code: string): string => {
      const key = `duty.${code}`
      if (hasText(key)) return say(key)
      return permissions.data?.items.find((each) => each.code === code)?.[language] ?? code
    },
    role: (code: string): string => {
      const role = roles.data?.items.find((each) => each.code === code)
      return (language === 'zh' ? role?.name : role?.nameEn) ?? code
    },
  }
}

const InTheWay = ({ people }: { people: PolicyPreview['inTheWay'] }) => {
  const { say } = useText()
  const words = useWords(say)
  return (
    <Alert
      type="error"
      role="alert"
      title={say('policy.inTheWay')}
      description={
        <ul>
          {people.map((person) => (
            <li key={person.operatorId}>
              <People people={[person]} /> · <Name>{words.role(person.role)}</Name>:{' '}
              {words.held(person.duty)} + {words.held(person.with)}
            </li>
          ))}
        </ul>
      }
    />
  )
}

export const PolicyEffects = ({
  before,
  preview,
}: {
  before: LoginPolicy
  preview: PolicyPreview
}) => {
  const { say } = useText()
  const words = useWords(say)
  const { mustChangePassword, passwordLookedAt, mustSetUpFactor, inTheWay, ownRole } = preview
  const groups = [
    { text: 'policy.mustChange', people: mustChangePassword },
    { text: 'policy.mustSetUp', people: mustSetUpFactor },
  ] as const
  const nobody = groups.every(({ people }) => people.length === 0) && passwordLookedAt.length === 0
  return (
    <div className={layout.stack}>
      <div>
        <Changes before={before} preview={preview} />
      </div>
      {inTheWay.length > 0 ? <InTheWay people={inTheWay} /> : null}
      {ownRole === null ? null : (
        <Alert
          type="warning"
          role="status"
          title={
            <>
              {say('policy.becomes')} <Name>{words.role(ownRole)}</Name>
            </>
          }
        />
      )}
      {groups.map(({ text, people }) =>
        people.length === 0 ? null : (
          <div key={text}>
            {say(text, { n: people.length })} <People people={people} />
          </div>
        ),
      )}
      {passwordLookedAt.length > 0 ? (
        <div>{say('policy.lookedAt', { n: passwordLookedAt.length })}</div>
      ) : null}
      {nobody ? <div>{say('policy.nobodyReached')}</div> : null}
    </div>
  )
}
