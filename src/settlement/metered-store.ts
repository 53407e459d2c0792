// What posting consumption in meter mode reads and writes 表内电费存取: the reading of a wallet up
// to which each supply was posted, the days, and the readings that may be posted by.

import type { Tx } from '../ports/database.ts'
import { type Day, type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import { monthOf } from './month.ts'
import type { ChargedComplex } from './store.ts'

/** Up to when a supply was posted: its beginning where it never was; null: no such supply. */
export const walletMark = async (
  tx: Tx,
  complex: ComplexId,
  supply: SupplyId,
  meter: MeterId,
): Promise<{ at: Instant } | null> => {
  const rows = await tx.query<{ at: Instant }>(
    `select coalesce(w.at, s.since) as at from supply s
     left join wallet_mark w on w.complex_id = s.complex_id and w.supply_id = s.supply_id
       and w.meter_id = $3
     where s.complex_id = $1 and s.supply_id = $2`,
    [complex, supply, meter],
  )
  return rows[0] ?? null
}

/**
 * Since when a supply's use is told by this meter, and what of its energy was written so far, Wh;
 * null: its wallet was never opened.
 */
export const countedSoFar = async (
  tx: Tx,
  complex: ComplexId,
  supply: SupplyId,
  meter: MeterId,
): Promise<{ since: Instant; energyWh: number } | null> => {
  const rows = await tx.query<{ since: Instant | null; energyWh: number }>(
    `select (select min(e.opened_at) from epoch e where e.complex_id = $1 and e.supply_id = $2
         and e.meter_id = $3) as since,
       (select coalesce(sum(u.energy_wh), 0)::bigint from usage_day u where u.complex_id = $1
         and u.supply_id = $2 and u.meter_id = $3) as "energyWh"`,
    [complex, supply, meter],
    'kept',
  )
  const row = rows[0]
  return row && row.since !== null ? { since: row.since, energyWh: row.energyWh } : null
}

export type MeteredDay = {
  complexId: ComplexId
  supplyId: SupplyId
  meterId: MeterId
  day: Day
  energyWh: number
  dueFen: number
  /** Null where nothing was used. */
  postingId: Uuid | null
  from: Instant
  until: { at: Instant; balanceFen: number }
}

/** Writes one more part of the day and moves the mark, in one statement. */
export const insertMeteredDay = async (tx: Tx, day: MeteredDay): Promise<void> => {
  const { from, until } = day
  const line = { from: sqlTime(from), until: sqlTime(until.at), balanceFen: until.balanceFen }
  await tx.query(
    `with moved as (
       insert into wallet_mark (complex_id, supply_id, meter_id, at, balance_fen)
       values ($1, $2, $3, $5, $6)
       on conflict (complex_id, supply_id, meter_id) do update set at = excluded.at,
         balance_fen = excluded.balance_fen
     )
     insert into usage_day (complex_id, supply_id, meter_id, day, version, lines, energy_wh,
       due_fen, posting_id, at, month, tenant_since, from_at, until_at)
     select $1, $2, $3, $4, coalesce(max(u.version), 0) + 1, $7, $8, $9, $10, $11, $12,
       (select t.since from supply s join account_tenant t on t.complex_id = s.complex_id
          and t.account_id = s.account_id and t.until is null
        where s.complex_id = $1 and s.supply_id = $2), $13, $5
     from usage_day u where u.complex_id = $1 and u.supply_id = $2 and u.meter_id = $3
       and u.day = $4`,
    [
      day.complexId,
      day.supplyId,
      day.meterId,
      day.day,
      sqlTime(until.at),
      until.balanceFen,
      JSON.stringify([line]),
      day.energyWh,
      day.dueFen,
      day.postingId,
      sqlTime(tx.now),
      monthOf(day.day),
      sqlTime(from),
    ],
  )
}

export const complexesWithWallets = (tx: Tx): Promise<ChargedComplex[]> =>
  tx.query<ChargedComplex>(
    `select complex_id as "complexId", zone, day_cut_minutes as "dayCutMinutes" from complex c
     where exists (select from account a where a.complex_id = c.complex_id and a.mode = 'meter')
     order by complex_id`,
  )

export type WalletSupply = { supplyId: SupplyId; accountId: AccountId; meterId: MeterId }

const TO_POST = `
  select s.supply_id as "supplyId", s.account_id as "accountId", e.meter_id as "meterId"
  from supply s
  join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
  join epoch e on e.complex_id = s.complex_id and e.supply_id = s.supply_id
    and e.closed_at is null
  join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
    and i.meter_id = e.meter_id and i.until is null
  join latest l on l.complex_id = s.complex_id and l.meter_id = e.meter_id
    and l.balance_at >= $2
  left join wallet_mark w on w.complex_id = s.complex_id and w.supply_id = s.supply_id
    and w.meter_id = e.meter_id
  where s.complex_id = $1 and a.mode = 'meter' and a.closed_at is null and s.until is null
    and coalesce(w.at, s.since) < $2`
const ONE_TO_POST = `${TO_POST} and s.supply_id = $3`

/** Open supplies whose meter holds money of ours and that were not posted since the day began. */
export const walletsToPost = (
  tx: Tx,
  complex: ComplexId,
  dayBegan: Instant,
): Promise<WalletSupply[]> =>
  tx.query<WalletSupply>(`${TO_POST} order by s.supply_id`, [complex, sqlTime(dayBegan)])

/** Whether the supply is still open and unposted, under its account's lock. */
export const lockWallet = async (
  tx: Tx,
  complex: ComplexId,
  wallet: WalletSupply,
  dayBegan: Instant,
): Promise<boolean> => {
  await tx.query('select from account where complex_id = $1 and account_id = $2 for update', [
    complex,
    wallet.accountId,
  ])
  const values = [complex, sqlTime(dayBegan), wallet.supplyId]
  return (await tx.query(ONE_TO_POST, values, 'kept')).length > 0
}

export type WalletAt = { at: Instant; balanceFen: number; creditFen: number }

// While a purchase or a reduction is under way nobody knows whether a reading holds it: such a
// reading is left out. What was posted after the reading is taken off the books' credit again.
const FIRST_WALLET = `
  select r.at, r.balance_fen as "balanceFen",
    (select -coalesce(sum(e.fen), 0)::bigint from ledger_account la
     join entry e on e.complex_id = la.complex_id
       and e.ledger_account_id = la.ledger_account_id
     join posting g on g.complex_id = e.complex_id and g.posting_id = e.posting_id
     where la.complex_id = $1 and la.path = 'supply/' || $2::text || '/credit'
       and g.at <= r.at) as "creditFen"
  from reading r
  where r.complex_id = $1 and r.meter_id = $3 and r.at >= $4 and r.at <= $5
    and r.balance_fen is not null and r.flags & 15 = 0
    and not exists (select from hold h where h.complex_id = $1 and h.meter_id = $3
      and h.raised_at <= $5 and h.released_at is null)
    and not exists (select from purchase p where p.complex_id = $1 and p.meter_id = $3
      and p.armed_at <= r.at and (p.ended_at is null or p.ended_at > r.at))
    and not exists (select from reduction d where d.complex_id = $1 and d.meter_id = $3
      and d.sent_at <= r.at and (d.ended_at is null or d.ended_at > r.at))
  order by r.at limit 1`

/** The first sound reading of the wallet of a span, with what the books held at that moment. */
export const firstWallet = async (
  tx: Tx,
  complex: ComplexId,
  wallet: WalletSupply,
  span: { from: Instant; until: Instant },
): Promise<WalletAt | null> => {
  const { supplyId, meterId } = wallet
  const values = [complex, supplyId, meterId, sqlTime(span.from), sqlTime(span.until)]
  const rows = await tx.query<WalletAt>(FIRST_WALLET, values, 'kept')
  return rows[0] ?? null
}
