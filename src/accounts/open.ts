// Open an account 开户: tenant, account, a supply and a counter epoch per meter, and the opening
// purchase that writes our customer number into each meter with the first money (or none).

import type { OpenAccount, Receipt } from '../http/contract.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Vault } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import { type AccountId, complexId, type TenantId } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import type { Opening } from './judge-opening.ts'
import type { SellingDeps } from './judge-sale.ts'
import { newTenant } from './new-tenant.ts'
import { judgeOpenings, type Opened, writeOpenings } from './open-batch.ts'

export type OpeningDeps = SellingDeps & { vault: Vault }
export type OpenedAccount = { accountId: AccountId; accountNo: string; receipts: Receipt[] }

/** `tenant` is asked for when nothing is refused any more. */
const openOne = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: Opening & { complexId: number },
  tenant: () => Promise<TenantId>,
): Promise<Opened> => {
  const complex = complexId(cmd.complexId)
  const [judged] = await judgeOpenings(tx, deps, complex, [cmd], { keep: true })
  if (judged instanceof Refusal) throw judged
  const one = { judged: must(judged, 'one was judged'), tenantId: await tenant() }
  const [opened] = await writeOpenings(tx, deps, complex, [one])
  return must(opened, 'one was opened')
}

/** Opens for a tenant who is known, in a transaction of the caller. Refuses as `openAccount`. */
export const openFor = (
  tx: Tx,
  deps: SellingDeps,
  tenantId: TenantId,
  cmd: Opening & { complexId: number },
): Promise<Opened> => openOne(tx, deps, cmd, async () => tenantId)

/**
 * Opens an account. Refuses: not_found (meter or no installation), meter_not_prepaid,
 * meter_charges_itself, initial_reading_required, register_below_last, premises_occupied,
 * invalid_input (field), amount_out_of_range, hoarding_limit, approval_required (above the
 * operator's limit), shift_counted, request_id_reused.
 */
export const openAccount = (
  deps: OpeningDeps,
  scope: Scope,
  cmd: OpenAccount & { requestId: string },
): Promise<OpenedAccount> => {
  const { requestId, ...content } = cmd
  const complex = complexId(cmd.complexId)
  return once(
    deps.db,
    scope,
    { complexId: complex, requestId, operation: 'account.open', content },
    async (tx) => {
      const tenant = () => newTenant(tx, deps, complex, cmd.tenant)
      const { supplies: _supplies, ...opened } = await openOne(tx, deps, cmd, tenant)
      return opened
    },
  )
}
