// Every kind of act that a second person agrees to, with how it is tried 复核试算: each in its own room.

import { moneyTries } from '../accounts/money-tries.ts'
import { limitTries } from '../approvals/limit-routes.ts'
import type { Tries } from '../approvals/try.ts'
import { controlTries } from '../control/approval-tries.ts'
import { planTries } from '../plans/approval-tries.ts'
import { capTries } from '../price-cap/caps.ts'
import { rerateTries } from '../rerating/agree.ts'
import type { RouteDeps } from './all-routes.ts'

export const approvalTries = (deps: RouteDeps): Tries => ({
  ...moneyTries(deps),
  ...rerateTries(deps),
  ...controlTries(deps),
  ...planTries(deps),
  ...capTries(deps),
  ...limitTries(deps),
})
