// Handing an account over 过户: the next tenant never sees or inherits the former's money or data.
// The usual way closes the account and opens another on the same points in one step. Where the
// money stays by a written agreement, the account goes on and what went over is recorded.

import type { Settlement, TransferAccount, Transferred } from '../http/contract/account-life.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import { type AccountId, type ComplexId, meterId, type TenantId } from '../shared/ids.ts'
import { refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { chargeFormer } from './charge-former.ts'
import { beginClosing, type LifeDeps, openLockedAccount } from './close.ts'
import { settlementOf } from './close-settlement.ts'
import { closingView } from './close-view.ts'
import { writeTenantData } from './edit-store.ts'
import { newTenant } from './new-tenant.ts'
import type { LockedAccount } from './store.ts'

type Command = TransferAccount & { accountId: AccountId; requestId: string }

const tenantOf = async (
  tx: Tx,
  deps: LifeDeps,
  complexId: ComplexId,
  tenant: Command['tenant'],
): Promise<TenantId> => {
  const { name, phone, nameEn, contact, licenceNo, note } = tenant
  const known = { name, ...(phone === undefined ? {} : { phone }) }
  const tenantId = await newTenant(tx, deps, complexId, known)
  await writeTenantData(tx, complexId, tenantId, { nameEn, contact, licenceNo, note })
  return tenantId
}

const moneyUnderWay = async (tx: Tx, account: LockedAccount): Promise<boolean> => {
  const rows = await tx.query(
    `select from supply s where s.complex_id = $1 and s.account_id = $2 and (
       exists (select from purchase p where p.complex_id = s.complex_id
         and p.supply_id = s.supply_id and p.state in ('QUEUED', 'ARMED', 'HOLD'))
       or exists (select from reduction r where r.complex_id = s.complex_id
         and r.supply_id = s.supply_id and r.state in ('QUEUED', 'SENT', 'HOLD'))) limit 1`,
    [account.complexId, account.accountId],
  )
  return rows.length > 0
}

const beginTenancy = async (tx: Tx, account: LockedAccount, tenant: TenantId): Promise<void> => {
  const { complexId, accountId } = account
  const at = sqlTime(tx.now)
  await tx.query(
    `update account_tenant set until = $3
     where complex_id = $1 and account_id = $2 and until is null`,
    [complexId, accountId, at],
  )
  await tx.query(
    `insert into account_tenant (complex_id, account_id, tenant_id, since)
     values ($1, $2, $3, $4)`,
    [complexId, accountId, tenant, at],
  )
}

const assign = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  cmd: Command,
): Promise<Settlement> => {
  refuseIf(await moneyUnderWay(tx, account), 'money_under_way')
  const finals = Object.entries(cmd.finalWh ?? {})
  const finalWh = new Map(finals.map(([id, wh]) => [meterId(Number(id)), wh]))
  await chargeFormer(tx, deps.ids, account, finalWh)
  const assigned = await settlementOf(tx, account)
  const tenantId = await tenantOf(tx, deps, account.complexId, cmd.tenant)
  await beginTenancy(tx, account, tenantId)
  await audit(tx, deps.ids, {
    complexId: account.complexId,
    action: 'account.transfer',
    subject: `account/${account.accountId}`,
    before: { tenant: account.tenant },
    after: { tenant: cmd.tenant.name, agreement: cmd.note, assigned, finalWh: cmd.finalWh },
  })
  return assigned
}

const settle = async (tx: Tx, deps: LifeDeps, account: LockedAccount, cmd: Command) => {
  const successorId = await tenantOf(tx, deps, account.complexId, cmd.tenant)
  const { requestId, note, finalWh, method = 'cash' } = cmd
  const begun = { requestId, note, method, reasonCode: 'handOver' as const, successorId }
  const closing = await beginClosing(tx, deps, account, {
    ...begun,
    ...(finalWh === undefined ? {} : { finalWh }),
  })
  return closingView(tx, account, closing)
}

/**
 * Hands over. `settled` begins a closing that opens the next tenant's account when it ends.
 * Refuses: not_found, account_closed, closing_under_way, money_under_way, meter_not_on_account,
 * final_reading_too_low, request_id_reused.
 */
export const transferAccount = async (
  deps: LifeDeps,
  scope: Scope,
  cmd: Command,
): Promise<Transferred> => {
  const complexId = { ofAccount: cmd.accountId }
  const { requestId, ...content } = cmd
  const name = { complexId, requestId, operation: 'account.transfer', content }
  return once(deps.db, scope, name, async (tx) => {
    const account = await openLockedAccount(tx, cmd.accountId)
    const { accountId, handOver } = cmd
    if (handOver === 'settled') {
      const closing = await settle(tx, deps, account, cmd)
      return { handOver, accountId, closing, assigned: null }
    }
    return { handOver, accountId, closing: null, assigned: await assign(tx, deps, account, cmd) }
  })
}
