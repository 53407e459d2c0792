// Routes of sessions and operators 登录与操作员.

import type { Route } from '../http/route.ts'
import { auditRoutes } from './audit-routes.ts'
import { type OperatorRouteDeps, operatorEditRoutes } from './operator-routes.ts'
import { othersSessionRoutes } from './others-session-routes.ts'
import { ownRoutes } from './own-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { policyRoutes } from './policy-routes.ts'
import { roleRoutes } from './role-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import type { Sessions } from './sessions.ts'
import { tokenRoutes } from './token-routes.ts'

export const operatorRoutes = (deps: OperatorRouteDeps & { sessions: Sessions }): Route[] => [
  ...sessionRoutes(deps),
  ...ownRoutes(deps),
  ...passkeyRoutes(deps),
  ...operatorEditRoutes(deps),
  ...othersSessionRoutes(deps),
  ...roleRoutes(deps),
  ...tokenRoutes(deps),
  ...policyRoutes(deps),
  ...auditRoutes(deps),
]
