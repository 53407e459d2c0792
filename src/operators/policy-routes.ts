// Routes of the log-in policy 登录策略: time-outs and lengths, for the whole installation.

import { LoginPolicy, LoginPolicyChange } from '../http/contract/operators.ts'
import { type Route, route } from '../http/route.ts'
import { audit } from './audit-log.ts'
import { refuseBeyond } from './authority.ts'
import type { OperatorRouteDeps } from './operator-routes.ts'
import { complexesOf } from './operator-store.ts'
import { loginPolicy, writePolicy } from './policy-store.ts'

export const policyRoutes = (deps: OperatorRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/login-policy',
    permission: 'session',
    duringSetup: true,
    summary: { zh: '登录策略', en: 'Time-outs and password rules' },
    answer: LoginPolicy,
    handler: ({ scope }) => deps.db.as(scope, loginPolicy),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/login-policy',
    permission: 'operator.edit',
    confirmed: true,
    audited: true,
    summary: { zh: '修改登录策略', en: 'Change time-outs and password rules' },
    body: LoginPolicyChange,
    answer: LoginPolicy,
    handler: ({ scope, operator }, { body }) => {
      refuseBeyond(operator, { permissions: [], complexes: null, buildings: null })
      return deps.db.as(scope, async (tx) => {
        const before = await loginPolicy(tx)
        const after = { ...before, ...body }
        await writePolicy(tx, after)
        for (const complexId of await complexesOf(tx, null))
          await audit(tx, deps.ids, {
            complexId,
            ...{ action: 'loginPolicy.edit', subject: 'login-policy', before, after },
          })
        return after
      })
    },
  }),
]
