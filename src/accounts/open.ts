// Open an account 开户: tenant, account, a supply and a counter epoch per meter, and the opening
// purchase that writes our customer number into each meter with the first money (or none).

import { pinyin } from 'pinyin-pro'
import type { OpenAccount, Receipt } from '../http/contract.ts'
import { fen, ZERO_FEN } from '../ledger/money.ts'
import { audit } from '../operators/audit-log.ts'
import type { Scope, Tx } from '../ports/database.ts'
import type { Vault } from '../secrets/vault.ts'
import { phoneAad } from '../secrets/vault.ts'
import { must } from '../shared/assert.ts'
import {
  type AccountId,
  type ComplexId,
  complexId,
  meterId,
  planId,
  type SupplyId,
  type TenantId,
} from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { nextNumber } from '../work/counter.ts'
import { once } from '../work/request.ts'
import { insertHandReading, insertUsageMark } from './centre-store.ts'
import { newCustomerNo } from './customer-no.ts'
import { depositIn } from './deposit-in.ts'
import { RECHARGE_FEN_MAX, refuseHoarding, type SellingDeps } from './judge-sale.ts'
import { refuseAboveSaleLimit } from './limits-store.ts'
import {
  insertAccount,
  insertSupply,
  insertTenant,
  type OpenableMeter,
  openableMeters,
  planExists,
} from './open-store.ts'
import { releaseClosed } from './release-closed.ts'
import { balanceOrder, meterOrder, queuePurchase, tillOf, writeOrders } from './sell.ts'
import { type LockedAccount, lockAccount, type SellableMeter, sellableMeters } from './store.ts'
import { tellThresholds } from './thresholds.ts'

const HOARDING_DEFAULT_FEN = 99_999_999

export type OpeningDeps = SellingDeps & { vault: Vault }
export type Opening = OpenAccount & { requestId: string }
export type Opened = { accountId: AccountId; accountNo: string; receipts: Receipt[] }

type WantedMeter = OpenAccount['meters'][number]

/** A meter with a wallet trips when that is empty, whatever the centre's books say. */
const refuseModel = (
  deps: SellingDeps,
  model: string,
  mode: Opening['mode'],
  facts: Record<string, number>,
): void => {
  const prepaid = deps.capabilitiesOf(model)?.prepaid
  if (mode === 'centre') refuseIf(prepaid === true, 'meter_charges_itself', facts)
  else refuseIf(!prepaid, 'meter_not_prepaid', facts)
}

const refuseMeter = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: Omit<Opening, 'tenant'>,
  wanted: WantedMeter,
  found: OpenableMeter | undefined,
): Promise<void> => {
  const complex = complexId(cmd.complexId)
  const facts = { meterId: wanted.meterId }
  if (!found || found.pointId === null) throw new Refusal('not_found', facts)
  refuseModel(deps, found.model, cmd.mode, facts)
  refuseIf(found.barred, 'meter_not_prepaid', { ...facts, barred: true })
  refuseIf(found.supplied, 'premises_occupied', facts)
  refuseIf(wanted.alarm1Fen <= wanted.alarm2Fen, 'invalid_input', { ...facts, field: 'alarm1Fen' })
  const first = wanted.firstPurchaseFen ?? 0
  refuseIf(first < 0 || first > RECHARGE_FEN_MAX, 'amount_out_of_range', {
    ...facts,
    maxFen: RECHARGE_FEN_MAX,
  })
  const planned = await planExists(tx, complex, planId(wanted.planId))
  refuseIf(!planned, 'invalid_input', { ...facts, field: 'planId' })
}

export const initials = (name: string): string =>
  pinyin(name, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase()

export const sealedPhone = (deps: { vault: Vault }, complex: ComplexId, phone: string) => ({
  sealed: deps.vault.seal(phoneAad(complex), Buffer.from(phone)),
  index: deps.vault.blindIndex(phone),
  tail: phone.slice(-4),
})

export const newTenant = (
  tx: Tx,
  deps: { vault: Vault },
  complex: ComplexId,
  { name, phone }: Opening['tenant'],
): Promise<TenantId> =>
  insertTenant(tx, complex, {
    name,
    pinyin: initials(name),
    phone: phone === undefined ? null : sealedPhone(deps, complex, phone),
  })

const firstPurchase = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: Omit<Opening, 'tenant'>,
  account: LockedAccount,
  meter: SellableMeter,
): Promise<Receipt | null> => {
  const index = cmd.meters.findIndex((wanted) => wanted.meterId === meter.meterId)
  const amountFen = fen(cmd.meters[index]?.firstPurchaseFen ?? 0)
  if (amountFen === 0) {
    await queuePurchase(tx, deps.ids, account, meter, { kind: 'open', amountFen: ZERO_FEN })
    return null
  }
  refuseHoarding(meter, amountFen)
  refuseAboveSaleLimit(account.limits, amountFen)
  const till = await tillOf(tx, deps.ids, account)
  const at = { account, meter, till, by: tx.scope, ending: null }
  const order = meterOrder(tx.now, deps.ids, at, {
    requestId: `${cmd.requestId}/${index}`,
    method: cmd.method ?? 'cash',
    paidFen: amountFen,
    carryFen: ZERO_FEN,
    kind: 'open',
  })
  const [sold] = await writeOrders(tx, deps.ids, [order])
  return must(sold, 'the order is sold').receipt
}

/** In centre mode the first money is one sale: the account has one balance. */
const firstBalance = async (
  tx: Tx,
  deps: SellingDeps,
  cmd: Omit<Opening, 'tenant'>,
  account: LockedAccount,
  meters: readonly SellableMeter[],
): Promise<Receipt[]> => {
  const paidFen = fen(cmd.meters.reduce((sum, wanted) => sum + (wanted.firstPurchaseFen ?? 0), 0))
  if (paidFen === 0) return []
  refuseAboveSaleLimit(account.limits, paidFen)
  const meter = must(meters[0], 'it has a meter')
  const till = await tillOf(tx, deps.ids, account)
  const at = { account, meter, till, by: tx.scope, ending: null }
  const order = await balanceOrder(tx, deps.ids, at, {
    requestId: `${cmd.requestId}/0`,
    method: cmd.method ?? 'cash',
    paidFen,
    carryFen: ZERO_FEN,
    kind: 'open',
  })
  return (await writeOrders(tx, deps.ids, [order])).map(({ receipt }) => receipt)
}

/** From which register the centre charges: as the clerk has read it, else as last known. */
const beginCharging = async (
  tx: Tx,
  complex: ComplexId,
  of: { supplyId: SupplyId; meter: OpenableMeter; initialWh: number | undefined },
): Promise<void> => {
  const { supplyId, initialWh } = of
  const { meterId, registerWh, registerAt } = of.meter
  const about = { complexId: complex, meterId }
  if (initialWh !== undefined) {
    await insertHandReading(tx, { ...about, energyWh: initialWh })
    return insertUsageMark(tx, { ...about, supplyId, energyWh: initialWh, at: tx.now })
  }
  if (registerWh === null || registerAt === null)
    throw new Refusal('initial_reading_required', { meterId })
  return insertUsageMark(tx, { ...about, supplyId, energyWh: registerWh, at: registerAt })
}

/** Opens for a tenant who is known, in a transaction of the caller. Refuses as `openAccount`. */
export const openFor = async (
  tx: Tx,
  deps: SellingDeps,
  tenantId: TenantId,
  cmd: Omit<Opening, 'tenant'>,
): Promise<Opened> => {
  const complex = complexId(cmd.complexId)
  const ids = cmd.meters.map((meter) => meterId(meter.meterId))
  refuseIf(new Set(ids).size < ids.length, 'invalid_input', { field: 'meters' })
  const mode = cmd.mode ?? 'meter'
  const found = await openableMeters(tx, complex, ids)
  const byId = new Map(found.map((meter) => [meter.meterId, meter]))
  for (const wanted of cmd.meters)
    await refuseMeter(tx, deps, cmd, wanted, byId.get(meterId(wanted.meterId)))
  const no = (await nextNumber(tx, complex, 'account')).toString().padStart(6, '0')
  const accountId = await insertAccount(tx, { complexId: complex, no, mode, tenantId })
  for (const wanted of cmd.meters) {
    const meter = must(byId.get(meterId(wanted.meterId)), 'checked above')
    const supplyId = await insertSupply(tx, {
      complexId: complex,
      accountId,
      pointId: must(meter.pointId, 'checked above'),
      planId: planId(wanted.planId),
      meterId: meter.meterId,
      epoch:
        mode === 'centre'
          ? null
          : { epoch: meter.lastEpoch + 1, customerNo: await newCustomerNo(tx, complex) },
      alarm1Fen: wanted.alarm1Fen,
      alarm2Fen: wanted.alarm2Fen,
      overdraftFen: wanted.overdraftFen ?? 0,
      hoardingFen: wanted.hoardingFen ?? HOARDING_DEFAULT_FEN,
    })
    if (mode === 'meter') continue
    await beginCharging(tx, complex, { supplyId, meter, initialWh: wanted.initialWh })
  }
  const account = must(await lockAccount(tx, accountId), 'just written')
  const receipts: Receipt[] = []
  const meters = await sellableMeters(tx, account)
  if (mode === 'centre') receipts.push(...(await firstBalance(tx, deps, cmd, account, meters)))
  else
    for (const meter of meters) {
      const receipt = await firstPurchase(tx, deps, cmd, account, meter)
      if (receipt) receipts.push(receipt)
    }
  const { depositFen: amountFen = 0, method = 'cash' } = cmd
  const deposit = { requestId: `${cmd.requestId}/deposit`, amountFen, method, note: '' }
  if (amountFen !== 0) receipts.push(await depositIn(tx, deps.ids, account, deposit))
  await audit(tx, deps.ids, {
    complexId: complex,
    action: 'account.open',
    subject: `account/${accountId}`,
    after: { no, tenant: account.tenant, meters: ids },
  })
  if (mode === 'meter') await tellThresholds(tx, deps, { complexId: complex, accountId })
  await releaseClosed(tx, deps, complex, ids)
  return { accountId, accountNo: no, receipts }
}

const openIn = async (tx: Tx, deps: OpeningDeps, cmd: Opening): Promise<Opened> =>
  openFor(tx, deps, await newTenant(tx, deps, complexId(cmd.complexId), cmd.tenant), cmd)

/**
 * Opens an account. Refuses: not_found (meter or no installation), meter_not_prepaid,
 * meter_charges_itself, initial_reading_required, premises_occupied, invalid_input (field),
 * amount_out_of_range, hoarding_limit, approval_required (above the operator's limit),
 * request_id_reused.
 */
export const openAccount = (deps: OpeningDeps, scope: Scope, cmd: Opening): Promise<Opened> => {
  const { requestId, ...content } = cmd
  return once(
    deps.db,
    scope,
    { complexId: complexId(cmd.complexId), requestId, operation: 'account.open', content },
    (tx) => openIn(tx, deps, cmd),
  )
}
