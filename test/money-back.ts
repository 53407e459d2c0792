// Money going back, for tests 退款测试台: clerks with tills, accounts, and a meter's part in the story
// (delivered, given up) written as the delivery writes it.

import { openAccount } from '../src/accounts/open.ts'
import { recharge } from '../src/accounts/recharge.ts'
import { refund } from '../src/accounts/refund.ts'
import { type NamedSale, reverseSale } from '../src/accounts/reverse.ts'
import { ownerQuery } from '../src/adapters/owner-query.ts'
import { systemClock } from '../src/adapters/system.ts'
import { postDelivery } from '../src/delivery/settle.ts'
import type { RefundRequest, ReverseRequest } from '../src/http/contract/payouts.ts'
import type { RechargeRequest } from '../src/http/contract.ts'
import { auditBooks } from '../src/ledger/audit.ts'
import { contentHash } from '../src/ledger/chain.ts'
import { reductionLines } from '../src/ledger/entries/reduction.ts'
import { fen } from '../src/ledger/money.ts'
import { post } from '../src/ledger/post.ts'
import { trialBalance } from '../src/ledger/read-store.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import type { Clock } from '../src/ports/clock.ts'
import { type Scope, systemScope, type Tx } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { businessDay, sqlTime } from '../src/shared/clock.ts'
import type { AccountId, OperatorId, SupplyId, Uuid } from '../src/shared/ids.ts'
import { type Facts, Refusal, type RefusalCode } from '../src/shared/refusal.ts'
import { freshDatabase } from './database.ts'
import { SOUND_METER, tinyComplex } from './tiny-complex.ts'

const ZONE = 'Asia/Shanghai'
const REASON = { method: 'cash', reasonCode: 'wrong-amount' } as const

export type Refused = { code: RefusalCode; facts: Facts }

/** The refusal of an attempt; null when it was accepted. */
export const refusalOf = async (attempt: Promise<unknown>): Promise<Refused | null> => {
  try {
    await attempt
    return null
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, facts: error.facts }
    throw error
  }
}

export const startMoneyBack = async (
  options: { meters?: number; centre?: boolean; clock?: Clock; poolMax?: number } = {},
) => {
  const { clock = systemClock, poolMax = 8, meters = 6, centre = false } = options
  const base = await freshDatabase({ clock, poolMax })
  const complex = await tinyComplex(base.db, { meters })
  const { complexId, deps, clerk } = complex
  if (centre) {
    await ensurePartitions((sql) => ownerQuery(base.ownerUrl)(sql), clock.now())
    deps.capabilitiesOf = () => ({ ...SOUND_METER, prepaid: false, replayGuard: 'none' })
  }
  let request = 0
  const nextId = () => `money-${++request}`
  const meterAt = (index: number) => must(complex.meters[index], 'a meter').meterId
  const asSystem = <T>(run: (tx: Tx) => Promise<T>): Promise<T> =>
    base.db.as(systemScope('test'), run)
  const one = <Row>(sql: string, params: unknown[]): Promise<Row> =>
    asSystem(async (tx) => must((await tx.query<Row>(sql, params))[0], 'one row'))

  const addClerk = async (name: string): Promise<Scope> => {
    const { id } = await one<{ id: OperatorId }>(
      `insert into operator (username, name, password_hash, role_id)
       select $1, $1, 'x', role_id from role where code = 'test' returning operator_id as id`,
      [name],
    )
    return { complexes: [complexId], operator: id, from: 'test' }
  }

  const open = async (index: number, more: Record<string, number> = {}, by = clerk) => {
    const opened = await openAccount(deps, by, {
      requestId: nextId(),
      complexId,
      tenant: { name: '蜀香餐饮' },
      mode: centre ? 'centre' : 'meter',
      meters: [
        {
          meterId: meterAt(index),
          planId: complex.planId,
          alarm1Fen: 5_000,
          alarm2Fen: 2_000,
          ...(centre && { initialWh: 0 }),
          ...more,
        },
      ],
    })
    return opened.accountId
  }

  const sell = (
    account: AccountId,
    amountFen: number,
    more: Partial<RechargeRequest> & { by?: Scope } = {},
  ) => {
    const { by = clerk, ...rest } = more
    return recharge(deps, by, {
      ...{ requestId: nextId(), accountId: account, amountFen, method: 'cash' },
      similarAccepted: true,
      ...rest,
    })
  }

  const payBack = (
    account: AccountId,
    cmd: Partial<RefundRequest> & { by?: Scope; requestId?: string },
  ) => {
    const { by = clerk, ...rest } = cmd
    return refund(deps, by, { requestId: nextId(), accountId: account, ...REASON, ...rest })
  }

  const reverse = (
    named: NamedSale,
    cmd: Partial<ReverseRequest> & { by?: Scope; requestId?: string } = {},
  ) => {
    const { by = clerk, ...rest } = cmd
    const { reasonCode } = REASON
    return reverseSale(deps, by, { requestId: nextId(), named, reasonCode, ...rest })
  }

  /** The meter has confirmed every purchase that waits for it, and was seen to hold the money. */
  const deliverAll = (account: AccountId) =>
    asSystem(async (tx) => {
      const waiting = await tx.query<{ id: Uuid; supply: SupplyId; amountFen: number; n: number }>(
        `select p.purchase_id as id, p.supply_id as supply, p.amount_fen as "amountFen",
           (coalesce((select max(q.n) from purchase q where q.complex_id = p.complex_id
             and q.meter_id = p.meter_id and q.epoch = p.epoch), 0)
             + row_number() over (order by p.purchase_no))::int as n
         from purchase p
         join supply s on s.complex_id = p.complex_id and s.supply_id = p.supply_id
         where s.account_id = $1 and p.state = 'QUEUED' order by p.purchase_no`,
        [account],
      )
      for (const { id, supply, amountFen, n } of waiting) {
        const at = { complexId, supplyId: supply, zone: ZONE, dayCutMinutes: 0 }
        await postDelivery(tx, deps.ids, { ...at, purchaseId: id, amountFen })
        await tx.query(
          `update purchase set state = 'DELIVERED', n = $2, ended_at = $3,
             evidence = jsonb_build_object('reading', jsonb_build_object('at', $4::bigint,
               'balanceFen', (select -balance_fen from ledger_account
                 where path = 'supply/' || $5 || '/credit')))
           where purchase_id = $1`,
          [id, n, sqlTime(tx.now), tx.now, supply],
        )
      }
    })

  /** The meter has proved that it gave the money up. */
  const giveUp = (reductionId: string, takenFen: number) =>
    asSystem(async (tx) => {
      const rows = await tx.query<{ accountId: AccountId; supplyId: SupplyId }>(
        `update reduction set state = 'DONE', taken_fen = $2, sends = 1, sent_at = $3,
           ended_at = $3, before = jsonb_build_object('balanceFen', 60000),
           evidence = jsonb_build_object('reading', jsonb_build_object('at', $4::bigint,
             'balanceFen', 60000 - $2::bigint))
         where reduction_id = $1 returning account_id as "accountId", supply_id as "supplyId"`,
        [reductionId, takenFen, sqlTime(tx.now), tx.now],
      )
      const { accountId, supplyId } = must(rows[0], 'the reduction is there')
      await post(tx, {
        ...{ complexId, postingId: deps.ids.uuid(), requestId: `reduction/${reductionId}` },
        kind: 'reduction',
        businessDate: businessDay(tx.now, ZONE, 0),
        contentHash: contentHash({ reductionId }),
        lines: reductionLines(supplyId, accountId, fen(takenFen)),
      })
    })

  return {
    ...{ base, complex, complexId, deps, clerk, nextId, meterAt, asSystem, one, addClerk, open },
    ...{ sell, payBack, reverse, deliverAll, giveUp },
    /** What the register of a meter shows now. */
    shows: (index: number, energyWh: number, agoMs = 0) =>
      asSystem((tx) =>
        tx.query(
          `insert into latest (complex_id, meter_id, seq, energy_wh, energy_at, answered_at)
           values ($1, $2, 1000000 + $2, $3, $4, $4)
           on conflict (complex_id, meter_id) do update set energy_wh = $3, energy_at = $4`,
          [complexId, meterAt(index), energyWh, new Date(tx.now - agoMs).toISOString()],
        ),
      ),
    /** The balances that are not zero, by path; shifts are named `till`. */
    balances: async (): Promise<Record<string, number>> => {
      const rows = await asSystem((tx) => trialBalance(tx, complexId))
      const told: Record<string, number> = {}
      for (const { path, balanceFen } of rows) {
        const name = path.startsWith('cash/') ? 'till' : path
        told[name] = (told[name] ?? 0) + balanceFen
      }
      return Object.fromEntries(Object.entries(told).filter(([, amount]) => amount !== 0))
    },
    books: () => auditBooks(base.db),
    stop: () => base.drop(),
  }
}

export type MoneyBack = Awaited<ReturnType<typeof startMoneyBack>>
