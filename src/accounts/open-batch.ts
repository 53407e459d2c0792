// Openings in bulk 批量开户 and at the counter alike: all they are judged by is read at once, each is
// judged alone, and what may be opened is written in a few statements for any number. What others
// wait for (chains of records, the numbers of receipts) is written last.

import { limitsOf } from '../approvals/limits-store.ts'
import type { Receipt } from '../http/contract.ts'
import { auditAll } from '../operators/audit-log.ts'
import type { Tx } from '../ports/database.ts'
import { must } from '../shared/assert.ts'
import {
  type AccountId,
  type ComplexId,
  type MeterId,
  meterId,
  type PointId,
  planId,
  type SupplyId,
  type TenantId,
} from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { findShifts } from '../shifts/store.ts'
import { nextNumbers } from '../work/counter.ts'
import { insertHandReadings, insertUsageMarks, type UsageMark } from './centre-store.ts'
import { newCustomerNos } from './customer-no.ts'
import {
  type JudgedOpening,
  judgeOpening,
  type Opening,
  type OpeningFacts,
} from './judge-opening.ts'
import type { SellingDeps } from './judge-sale.ts'
import { takeMoney, unpaidOf, type Written } from './open-money.ts'
import { openingsDue } from './open-pace.ts'
import {
  insertAccounts,
  insertSupplies,
  lockPointsOf,
  openableMeters,
  plansInForce,
} from './open-store.ts'
import { releaseClosed } from './release-closed.ts'
import { queuePurchases } from './sell.ts'
import { lockAccounts, metersOf } from './store.ts'
import { tellThresholds } from './thresholds.ts'

export type Opened = {
  accountId: AccountId
  accountNo: string
  receipts: Receipt[]
  supplies: ReadonlyMap<MeterId, SupplyId>
}

const learn = async (
  tx: Tx,
  deps: SellingDeps,
  complexId: ComplexId,
  openings: readonly Opening[],
): Promise<OpeningFacts> => {
  const wanted = openings.flatMap(({ meters }) => meters)
  const plans = [...new Set(wanted.map((one) => planId(one.planId)))]
  const { operator } = tx.scope
  const [meters, inForce, limits, shifts] = await Promise.all([
    openableMeters(
      tx,
      complexId,
      wanted.map((one) => meterId(one.meterId)),
    ),
    plansInForce(tx, complexId, plans),
    limitsOf(tx, complexId),
    operator === null ? [] : findShifts(tx, [{ complexId, operator }]),
  ])
  return {
    meters: new Map(meters.map((meter) => [meter.meterId, meter])),
    plans: inForce,
    ...{ limits, shifts, clerk: { operator, complexId } },
    ...{ capabilitiesOf: deps.capabilitiesOf, now: tx.now },
  }
}

/**
 * Each judged, or what it is refused for, in the order of `openings`. `keep`: they are to be
 * written, and their points are locked first.
 */
export const judgeOpenings = async (
  tx: Tx,
  deps: SellingDeps,
  complexId: ComplexId,
  openings: readonly Opening[],
  { keep }: { keep: boolean },
): Promise<(JudgedOpening | Refusal)[]> => {
  const meters = openings.flatMap((one) => one.meters.map((wanted) => meterId(wanted.meterId)))
  if (keep) await lockPointsOf(tx, complexId, meters)
  const facts = await learn(tx, deps, complexId, openings)
  return openings.map((opening) => {
    try {
      return judgeOpening(facts, opening)
    } catch (reason) {
      if (reason instanceof Refusal) return reason
      throw reason
    }
  })
}

export type ForTenant = { judged: JudgedOpening; tenantId: TenantId }

const writeAccounts = async (tx: Tx, complexId: ComplexId, all: readonly ForTenant[]) => {
  const numbers = await nextNumbers(tx, complexId, 'account', all.length)
  const accounts = all.map(({ judged: { mode }, tenantId }, at) => {
    const no = must(numbers[at], 'each has its number').toString().padStart(6, '0')
    return { no, mode, tenantId }
  })
  const ids = await insertAccounts(tx, complexId, accounts)
  return accounts.map(({ no }) => must(ids.get(no), 'the account was written'))
}

const writeSupplies = async (
  tx: Tx,
  complexId: ComplexId,
  all: readonly ForTenant[],
  accounts: readonly AccountId[],
): Promise<Map<PointId, SupplyId>> => {
  const ofAccounts = all.flatMap(({ judged: { mode, meters } }, at) =>
    meters.map((one) => ({ ...one, mode, accountId: must(accounts[at], 'each has its account') })),
  )
  const wallets = ofAccounts.filter(({ mode }) => mode === 'meter').length
  const customers = await newCustomerNos(tx, complexId, wallets)
  return insertSupplies(
    tx,
    complexId,
    ofAccounts.map(({ mode, accountId, meter, wanted, ...one }) => ({
      ...{ accountId, planId: one.planId, meterId: meter.meterId, pointId: meter.pointId },
      ...{ alarm1Fen: wanted.alarm1Fen, alarm2Fen: wanted.alarm2Fen },
      ...{ overdraftFen: one.overdraftFen, hoardingFen: one.hoardingFen },
      epoch:
        mode === 'centre'
          ? null
          : {
              epoch: meter.lastEpoch + 1,
              customerNo: must(customers.shift(), 'each wallet has its customer number'),
            },
    })),
  )
}

const beginCharging = async (
  tx: Tx,
  complexId: ComplexId,
  all: readonly ForTenant[],
  supplies: ReadonlyMap<PointId, SupplyId>,
): Promise<void> => {
  const marks = all
    .flatMap(({ judged }) => judged.meters)
    .flatMap(({ meter: { pointId, meterId: id }, from }): (UsageMark & { byHand: boolean })[] => {
      const supplyId = must(supplies.get(pointId), 'the supply was written')
      return from === null ? [] : [{ supplyId, meterId: id, ...from }]
    })
  const byHand = marks.filter((mark) => mark.byHand)
  await insertHandReadings(tx, complexId, byHand)
  await insertUsageMarks(tx, complexId, marks)
}

/** Accounts and meters as a sale sees them. */
const readBack = async (
  tx: Tx,
  all: readonly ForTenant[],
  accounts: readonly AccountId[],
  supplies: ReadonlyMap<PointId, SupplyId>,
): Promise<Written[]> => {
  const { operator } = tx.scope
  const asked = accounts.map((accountId) => ({ accountId, operator }))
  const locked = new Map(
    (await lockAccounts(tx, asked)).map(({ handedOver: _just, ...account }) => [
      account.accountId,
      account,
    ]),
  )
  const found = await metersOf(tx, accounts)
  const meters = Map.groupBy(found, ({ accountId }) => accountId)
  return all.map(({ judged }, at) => {
    const accountId = must(accounts[at], 'each has its account')
    return {
      ...{ judged, account: must(locked.get(accountId), 'just written') },
      meters: meters.get(accountId) ?? [],
      supplies: new Map(
        judged.meters.map(({ meter }) => [
          meter.meterId,
          must(supplies.get(meter.pointId), 'the supply was written'),
        ]),
      ),
    }
  })
}

/**
 * Writes openings that were judged in this transaction with `keep`, in the order of `all`: account,
 * supplies with their epochs, the opening purchases, what is paid, and the follow-up work.
 */
export const writeOpenings = async (
  tx: Tx,
  deps: SellingDeps,
  complexId: ComplexId,
  all: readonly ForTenant[],
): Promise<Opened[]> => {
  const accounts = await writeAccounts(tx, complexId, all)
  const supplies = await writeSupplies(tx, complexId, all, accounts)
  await beginCharging(tx, complexId, all, supplies)
  const written = await readBack(tx, all, accounts, supplies)
  const wallets = written.filter(({ judged }) => judged.mode === 'meter')
  const due = openingsDue(
    tx.now,
    wallets.flatMap(({ meters }) => meters),
  )
  const unpaid = wallets.flatMap((of) => unpaidOf(of, due))
  await queuePurchases(tx, deps.ids, unpaid)
  const accountIds = wallets.map(({ account }) => account.accountId)
  await tellThresholds(tx, deps, { complexId, accountIds, due })
  const meterIds = written.flatMap(({ supplies: hung }) => [...hung.keys()])
  await releaseClosed(tx, deps, complexId, meterIds)
  await auditAll(
    tx,
    deps.ids,
    written.map(({ judged, account }) => ({
      complexId,
      action: 'account.open',
      subject: `account/${account.accountId}`,
      after: {
        ...{ no: account.no, tenant: account.tenant },
        meters: judged.meters.map(({ meter }) => meter.meterId),
      },
    })),
  )
  const receipts = await takeMoney(tx, deps, complexId, written, due)
  return written.map((of) => ({
    accountId: of.account.accountId,
    accountNo: of.account.no,
    receipts: receipts.get(of) ?? [],
    supplies: of.supplies,
  }))
}
