// Asking for a second person's agreement, for tests 申请复核: tried first, as the route does.

import type { SellingDeps } from '../src/accounts/judge-sale.ts'
import { moneyTries } from '../src/accounts/money-tries.ts'
import { askApproval } from '../src/approvals/ask.ts'
import type { Ask } from '../src/approvals/try.ts'
import type { ApprovalAsked, ApprovedOperation } from '../src/http/contract/approvals.ts'
import type { Scope } from '../src/ports/database.ts'
import { rerateTries } from '../src/rerating/agree.ts'
import { must } from '../src/shared/assert.ts'

/** For an act of money, by `scope`. */
export const askFor = async (deps: SellingDeps, scope: Scope, ask: Ask): Promise<ApprovalAsked> => {
  const tries = new Map(Object.entries({ ...moneyTries(deps), ...rerateTries(deps) }))
  const operation: ApprovedOperation = ask.operation
  const attempt = must(tries.get(operation), 'an act of money')
  return askApproval(deps, scope, ask, await attempt({ scope }, ask))
}
