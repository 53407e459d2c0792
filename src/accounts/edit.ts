// Editing an account 用户信息修改: tenant data and thresholds. What was there before stays in the log,
// field by field, with who changed it and when; of a phone only its end. Thresholds that stand in a
// meter are sent there first.

import { holdsSettings, pushSettings } from '../control/push-settings.ts'
import type { EditAccount } from '../http/contract/account-life.ts'
import { fen } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { AccountId } from '../shared/ids.ts'
import { initials } from '../shared/initials.ts'
import { maskedPhone } from '../shared/phone.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import type { LifeDeps } from './close.ts'
import {
  type SupplyRow,
  suppliesOf,
  type TenantRow,
  tenantOfAccount,
  writePhone,
  writeTenantData,
  writeThresholds,
} from './edit-store.ts'
import { sealedPhone } from './new-tenant.ts'
import { refuseThresholds } from './refuse-thresholds.ts'
import { type LockedAccount, lockAccount } from './store.ts'

type Change = { field: string; from: string | number | null; to: string | number | null }
type WantedSupply = NonNullable<EditAccount['supplies']>[number]

const TEXTS = ['name', 'nameEn', 'contact', 'licenceNo', 'note'] as const
const FENS = ['alarm1Fen', 'alarm2Fen', 'overdraftFen', 'hoardingFen'] as const

const editTenant = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  before: TenantRow,
  to: NonNullable<EditAccount['tenant']>,
): Promise<Change[]> => {
  const { complexId } = account
  const texts = TEXTS.flatMap((field): Change[] => {
    const value = to[field]
    const same = value === undefined || value === before[field]
    return same ? [] : [{ field: `tenant.${field}`, from: before[field], to: value }]
  })
  const { phone, ...data } = to
  const pinyin = data.name === undefined ? {} : { pinyin: initials(data.name) }
  await writeTenantData(tx, complexId, before.tenantId, { ...data, ...pinyin })
  if (phone === undefined) return texts
  const { tenantId } = before
  const sealer = await deps.vault.sealer(tx, complexId)
  const sealed = phone === null ? null : sealedPhone(sealer, complexId, tenantId, phone)
  await writePhone(tx, complexId, tenantId, sealed)
  const from = maskedPhone(before.phoneHead, before.phoneTail)
  const masked = maskedPhone(sealed?.head ?? '', sealed?.tail ?? null)
  return [...texts, { field: 'tenant.phone', from, to: masked }]
}

/** Sends what changed into the meter; it is the supply's when the meter shows it. */
const push = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  before: SupplyRow,
  after: Readonly<Record<(typeof FENS)[number], number>>,
): Promise<void> => {
  const { complexId, accountId } = account
  const { supplyId, meterId, meterNo } = before
  const changed = FENS.filter((field) => after[field] !== before[field])
  if (changed.length === 0) return
  const wanted = Object.fromEntries(changed.map((field) => [field, fen(after[field])]))
  const command = await pushSettings(tx, deps, {
    ...{ complexId, meterId, accountId, supplyId, meterNo, wanted },
  })
  await audit(tx, deps.ids, {
    complexId,
    action: 'account.push',
    subject: `account/${accountId}`,
    after: { meterNo, ...wanted, command },
  })
}

const editSupply = async (
  tx: Tx,
  deps: LifeDeps,
  account: LockedAccount,
  before: SupplyRow,
  to: WantedSupply,
): Promise<Change[]> => {
  const { meterId, meterNo } = before
  const after = {
    supplyId: before.supplyId,
    alarm1Fen: to.alarm1Fen ?? before.alarm1Fen,
    alarm2Fen: to.alarm2Fen ?? before.alarm2Fen,
    overdraftFen: to.overdraftFen ?? before.overdraftFen,
    hoardingFen: to.hoardingFen ?? before.hoardingFen,
  }
  refuseThresholds(meterId, account.mode, after)
  const inMeter = account.mode === 'meter'
  if (inMeter && holdsSettings(deps.capabilitiesOf(before.model))) {
    await push(tx, deps, account, before, after)
    return []
  }
  // The overdraft of a wallet stands in the meter; a model that can't be told keeps its own.
  const overdrawn = inMeter && after.overdraftFen !== before.overdraftFen
  refuseIf(overdrawn, 'not_supported_by_model', { meterNo, field: 'overdraftFen' })
  await writeThresholds(tx, account.complexId, after)
  return FENS.flatMap((field): Change[] =>
    after[field] === before[field]
      ? []
      : [{ field: `meter/${meterNo}.${field}`, from: before[field], to: after[field] }],
  )
}

const mapOf = (changes: readonly Change[], side: 'from' | 'to') =>
  Object.fromEntries(changes.map((change) => [change.field, change[side]]))

/**
 * Changes what is named. Refuses: not_found, account_closed, meter_not_on_account, invalid_input
 * (field), not_supported_by_model (the overdraft of a wallet that can't be told).
 */
export const editAccount = (
  deps: LifeDeps,
  scope: Scope,
  cmd: EditAccount & { accountId: AccountId },
): Promise<void> =>
  deps.db.as(scope, async (tx) => {
    const account = await lockAccount(tx, cmd.accountId)
    if (!account) throw new Refusal('not_found', { accountId: cmd.accountId })
    refuseIf(account.closedAt !== null, 'account_closed')
    const { complexId, accountId } = account
    const tenant = await tenantOfAccount(tx, complexId, accountId)
    const changes =
      cmd.tenant && tenant ? await editTenant(tx, deps, account, tenant, cmd.tenant) : []
    const supplies = await suppliesOf(tx, complexId, [accountId])
    for (const wanted of cmd.supplies ?? []) {
      const before = supplies.find((supply) => supply.meterId === wanted.meterId)
      if (!before) throw new Refusal('meter_not_on_account', { meterId: wanted.meterId })
      changes.push(...(await editSupply(tx, deps, account, before, wanted)))
    }
    if (changes.length === 0) return
    await audit(tx, deps.ids, {
      complexId,
      action: 'account.edit',
      subject: `account/${accountId}`,
      before: mapOf(changes, 'from'),
      after: { ...mapOf(changes, 'to'), ...(cmd.reason ? { reason: cmd.reason } : {}) },
    })
  })
