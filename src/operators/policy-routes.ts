// Routes of the log-in policy 登录策略: its profile and rules, for the whole installation.

import {
  LoginPolicyChange,
  LoginPolicy as PolicyAnswer,
  PolicyPreview,
} from '../http/contract/operators.ts'
import { type Route, route } from '../http/route.ts'
import { editorOf, type OperatorRouteDeps } from './operator-routes.ts'
import { differing, type LoginPolicy, PROFILES } from './policy.ts'
import { changePolicy, previewPolicy } from './policy-change.ts'
import { loginPolicy } from './policy-store.ts'

const fieldsOf = ({ rulesAt: _rulesAt, passkeyHosts, ...policy }: LoginPolicy) => ({
  ...policy,
  passkeyHosts: [...passkeyHosts],
})

const answerOf = (policy: LoginPolicy) => ({
  ...fieldsOf(policy),
  differs: differing(policy),
  profiles: PROFILES,
})

export const policyRoutes = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/login-policy',
    permission: 'session',
    duringSetup: true,
    summary: { zh: '登录策略', en: 'Profile and rules of the log-in' },
    answer: PolicyAnswer,
    handler: async ({ scope }) => answerOf(await deps.db.as(scope, loginPolicy)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/login-policy/preview',
    permission: 'operator.edit',
    summary: { zh: '试算登录策略', en: 'What a change of the rules would do, and to whom' },
    body: LoginPolicyChange,
    answer: PolicyPreview,
    handler: async (caller, { body }) => {
      const preview = await previewPolicy(deps, editorOf(caller), body)
      return { ...preview, policy: fieldsOf(preview.policy) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/login-policy',
    permission: 'operator.edit',
    confirmed: true,
    audited: true,
    summary: { zh: '修改登录策略', en: 'Change the profile or the rules of the log-in' },
    body: LoginPolicyChange,
    answer: PolicyAnswer,
    handler: async (caller, { body }) => answerOf(await changePolicy(deps, editorOf(caller), body)),
  }),
]
