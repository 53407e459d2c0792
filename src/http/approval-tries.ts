// Every kind of act that a second person agrees to, with how it is tried 复核试算: each in its own
// room.

import { moneyTries } from '../accounts/money-tries.ts'
import { limitTries } from '../approvals/limit-routes.ts'
import type { Tries } from '../approvals/try.ts'
import { gatewayTries } from '../collection/approval-tries.ts'
import { controlTries } from '../control/approval-tries.ts'
import { operatorTries } from '../operators/approval-tries.ts'
import { planTries } from '../plans/approval-tries.ts'
import { capTries } from '../price-cap/routes.ts'
import { rerateTries } from '../rerating/agree.ts'

type TryDeps = Parameters<typeof moneyTries>[0] &
  Parameters<typeof controlTries>[0] &
  Parameters<typeof planTries>[0] &
  Parameters<typeof operatorTries>[0] &
  Parameters<typeof gatewayTries>[0]

export const approvalTries = (deps: TryDeps): Tries => ({
  ...moneyTries(deps),
  ...rerateTries(deps),
  ...controlTries(deps),
  ...planTries(deps),
  ...capTries(deps),
  ...operatorTries(deps),
  ...gatewayTries(deps),
  ...limitTries(deps),
})
