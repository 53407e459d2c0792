// The history of an account 用户变更记录 and where it stands now, from the log and the registers.

import { holdsSettings } from '../control/push-settings.ts'
import { type PushedRow, pushedSettings } from '../control/push-settings-store.ts'
import type { ReductionDeps } from '../delivery/reduction-queue.ts'
import type { AccountLife, HistoryItem } from '../http/contract/account-life.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, rfc3339 } from '../shared/clock.ts'
import type { AccountId, ComplexId } from '../shared/ids.ts'
import { maskedPhone } from '../shared/phone.ts'
import { settlementOf } from './close-settlement.ts'
import { closingOf } from './close-store.ts'
import { closingView } from './close-view.ts'
import { suppliesOf, tenantOfAccount } from './edit-store.ts'
import { unclaimedPayable } from './payable-store.ts'

type Logged = {
  at: Instant
  operator: string | null
  action: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

const ITEMS_MAX = 500

const text = (value: unknown): string | null => {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const itemsOf = (row: Logged, zone: string): HistoryItem[] => {
  const { operator, action, before, after } = row
  const about = { at: rfc3339(row.at, zone), operator, action }
  if (action !== 'account.edit')
    return [{ ...about, field: null, from: text(before), to: text(after) }]
  return Object.keys(before ?? {}).map((field) => ({
    ...about,
    field,
    from: text(before?.[field]),
    to: text(after?.[field]),
  }))
}

/** What was done to the account, newest first. */
export const accountHistory = async (
  tx: Tx,
  place: { complexId: ComplexId; zone: string },
  account: AccountId,
): Promise<HistoryItem[]> => {
  const rows = await tx.query<Logged>(
    `select u.at, o.name as operator, u.action, u.before, u.after from audit u
     left join operator o on o.operator_id = u.operator_id
     where u.complex_id = $1 and u.subject = $2 and u.action <> 'account.recharge'
     order by u.at desc, u.audit_id desc limit $3`,
    [place.complexId, `account/${account}`, ITEMS_MAX],
  )
  return rows.flatMap((row) => itemsOf(row, place.zone))
}

const tenanciesOf = async (
  tx: Tx,
  { complexId, zone }: { complexId: ComplexId; zone: string },
  account: AccountId,
): Promise<AccountLife['tenancies']> => {
  type Row = { tenantId: number; tenant: string; since: Instant; until: Instant | null }
  const rows = await tx.query<Row>(
    `select t.tenant_id as "tenantId", t.name as tenant, at.since, at.until
     from account_tenant at
     join tenant t on t.complex_id = at.complex_id and t.tenant_id = at.tenant_id
     where at.complex_id = $1 and at.account_id = $2 order by at.since`,
    [complexId, account],
  )
  return rows.map((row) => ({
    ...row,
    since: rfc3339(row.since, zone),
    until: row.until === null ? null : rfc3339(row.until, zone),
  }))
}

const pushedOf = (row: PushedRow | undefined, zone: string) => {
  if (!row) return null
  const { commandId, state, wanted, at } = row
  return { commandId, state, wanted, at: rfc3339(at, zone) }
}

const suppliesOfLife = async (
  tx: Tx,
  deps: Pick<ReductionDeps, 'capabilitiesOf'>,
  { complexId, mode, zone }: Place,
  account: AccountId,
): Promise<AccountLife['supplies']> => {
  const supplies = await suppliesOf(tx, complexId, [account])
  const pushed = await pushedSettings(tx, complexId, account)
  return supplies.map(({ accountId: _account, supplyId: _supplyId, model, ...supply }) => ({
    ...supply,
    overdraftEditable: mode === 'centre' || holdsSettings(deps.capabilitiesOf(model)),
    pushed: pushedOf(
      pushed.find((row) => row.meterId === supply.meterId),
      zone,
    ),
  }))
}

type Place = { complexId: ComplexId; zone: string; mode: 'meter' | 'centre' }

/** Null where nobody ever held the account. */
export const accountLife = async (
  tx: Tx,
  deps: Pick<ReductionDeps, 'capabilitiesOf'>,
  place: Place,
  accountId: AccountId,
): Promise<AccountLife | null> => {
  const { complexId, mode, zone } = place
  const tenant = await tenantOfAccount(tx, complexId, accountId)
  if (!tenant) return null
  const { phoneHead, phoneTail, ...data } = tenant
  const closing = await closingOf(tx, complexId, accountId)
  return {
    accountId,
    tenant: { ...data, phoneMasked: maskedPhone(phoneHead, phoneTail) },
    supplies: await suppliesOfLife(tx, deps, place, accountId),
    settlement: await settlementOf(tx, { complexId, accountId, mode }),
    unclaimedFen: await unclaimedPayable(tx, complexId, accountId),
    tenancies: await tenanciesOf(tx, place, accountId),
    closing: closing && (await closingView(tx, { mode, zone }, closing)),
  }
}
