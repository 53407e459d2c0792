// The rows that change when one meter takes another's place 换表落库: installation, registers, counter
// epoch, and the purchases that move to the new meter or end with the old one.

import type { Tx } from '../../ports/database.ts'
import { reverseRegister } from '../../registers/reverse-register.ts'
import { type Instant, sqlTime } from '../../shared/clock.ts'
import type { ComplexId, MeterId, SupplyId, Uuid } from '../../shared/ids.ts'
import type { SwapRow } from './swap-store.ts'

/** One more reading of a register, kept like any other. */
export const keepReading = async (
  tx: Tx,
  reading: {
    complexId: ComplexId
    meterId: MeterId
    at: Instant
    source: number
    energyWh: number
  },
): Promise<void> => {
  await tx.query(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [
      reading.complexId,
      reading.meterId,
      sqlTime(reading.at),
      reading.source,
      sqlTime(tx.now),
      reading.energyWh,
    ],
    'kept',
  )
}

// As a person noted it with the swap, else as the new meter was last read.
const INITIAL_REVERSE = `coalesce(
  (select (st.facts->>'newInitialReverseWh')::bigint from swap_step st
   where st.complex_id = $1 and st.swap_id = $10 and st.kind = 'asked'),
  (select l.reverse_wh from latest l where l.complex_id = $1 and l.meter_id = $2))`

/** Closes the old meter's installation and opens the new one's, if any, at one moment. */
export const changeInstallation = async (tx: Tx, swap: SwapRow): Promise<void> => {
  const at = sqlTime(tx.now)
  const was = await tx.query<{ direction: string; maxPowerW: number | null }>(
    `update installation set until = $4
     where complex_id = $1 and point_id = $2 and meter_id = $3 and until is null
     returning direction, max_power_w as "maxPowerW"`,
    [swap.complexId, swap.pointId, swap.oldMeterId, at],
    'kept',
  )
  if (swap.newMeterId === null) return
  const direction = was[0]?.direction ?? 'combined'
  await tx.query(
    `insert into installation (complex_id, meter_id, point_id, since, multiplier, side, initial_wh,
       direction, max_power_w, initial_reverse_wh)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
       case when $8 = 'forwardPlusReverse' then ${INITIAL_REVERSE} end)`,
    [
      swap.complexId,
      swap.newMeterId,
      swap.pointId,
      at,
      swap.multiplier,
      swap.side,
      swap.newInitialWh,
      direction,
      was[0]?.maxPowerW ?? null,
      swap.swapId,
    ],
    'kept',
  )
}

/** The relay of a meter that was taken down is nobody's any more. */
export const endRelayEpisode = async (tx: Tx, swap: SwapRow): Promise<void> => {
  await tx.query(
    `update relay_episode set until = $3
     where complex_id = $1 and meter_id = $2 and until is null and since < $3`,
    [swap.complexId, swap.oldMeterId, sqlTime(tx.now)],
    'kept',
  )
}

/** Ends the old meter's counter. */
export const endEpoch = async (tx: Tx, swap: SwapRow): Promise<void> => {
  await tx.query(
    `update epoch set closed_at = $4
     where complex_id = $1 and meter_id = $2 and epoch = $3 and closed_at is null`,
    [swap.complexId, swap.oldMeterId, swap.oldEpoch, sqlTime(tx.now)],
    'kept',
  )
}

/** Nobody is supplied at the point any more; the account goes on with its other points. */
export const endSupply = async (tx: Tx, swap: SwapRow): Promise<void> => {
  await tx.query(
    `update supply set until = $3 where complex_id = $1 and supply_id = $2 and until is null`,
    [swap.complexId, swap.supplyId, sqlTime(tx.now)],
    'kept',
  )
}

/** Begins the new meter's counter, on the same supply; its number. */
export const beginEpoch = async (
  tx: Tx,
  swap: SwapRow & { supplyId: SupplyId },
  newMeterId: MeterId,
  customerNo: string,
): Promise<number> => {
  const { complexId, supplyId } = swap
  const rows = await tx.query<{ epoch: number }>(
    `insert into epoch (complex_id, meter_id, epoch, supply_id, customer_no, opened_at)
     select $1, $2, coalesce(max(e.epoch), 0) + 1, $3, $4, $5 from epoch e
     where e.complex_id = $1 and e.meter_id = $2
     returning epoch`,
    [complexId, newMeterId, supplyId, customerNo, sqlTime(tx.now)],
    'kept',
  )
  return rows[0]?.epoch ?? 1
}

export type Moved = { purchaseId: Uuid; purchaseNo: number; kind: string; amountFen: number }

/** What waits goes over in its order and with its number; it was never on a wire. */
export const moveWaiting = (
  tx: Tx,
  swap: SwapRow,
  to: { meterId: MeterId; epoch: number },
): Promise<Moved[]> =>
  tx.query<Moved>(
    `update purchase set meter_id = $4, epoch = $5, last_fault = null
     where complex_id = $1 and meter_id = $2 and epoch = $3 and state = 'QUEUED'
     returning purchase_id as "purchaseId", purchase_no as "purchaseNo", kind,
       amount_fen as "amountFen"`,
    [swap.complexId, swap.oldMeterId, swap.oldEpoch, to.meterId, to.epoch],
    'kept',
  )

/** The highest number a purchase of the old counter has. */
export const lastPurchaseNo = async (tx: Tx, swap: SwapRow): Promise<number> => {
  const rows = await tx.query<{ no: number }>(
    `select coalesce(max(purchase_no), 0)::int as no from purchase
     where complex_id = $1 and meter_id = $2 and epoch = $3`,
    [swap.complexId, swap.oldMeterId, swap.oldEpoch],
    'kept',
  )
  return rows[0]?.no ?? 0
}

export type Voided = { purchaseId: Uuid; state: string; n: number | null; amountFen: number }

/**
 * ARMED and HOLD → VOID: whether they reached the meter nobody will ever know. The numbers stay
 * used, and what was seen stays as evidence. Answers them as they were.
 */
export const voidUnderWay = (tx: Tx, swap: SwapRow, evidence: unknown): Promise<Voided[]> =>
  tx.query<Voided>(
    `with was as (
       select complex_id, purchase_id, state from purchase
       where complex_id = $1 and meter_id = $2 and epoch = $3 and state in ('ARMED', 'HOLD')
       for update
     )
     update purchase p set state = 'VOID', ended_at = $4,
       evidence = coalesce(p.evidence, '{}') || $5::jsonb
         || jsonb_build_object('stateBefore', was.state)
     from was where p.complex_id = was.complex_id and p.purchase_id = was.purchase_id
     returning p.purchase_id as "purchaseId", was.state, p.n, p.amount_fen as "amountFen"`,
    [swap.complexId, swap.oldMeterId, swap.oldEpoch, sqlTime(tx.now), JSON.stringify(evidence)],
    'kept',
  )

/** A mismatch of a meter that is gone is decided by the claim. */
export const endHold = async (tx: Tx, swap: SwapRow, reason: string): Promise<void> => {
  await tx.query(
    `update hold set released_at = $3, released_by = $4, resolution = 'swapped',
       evidence = evidence || jsonb_build_object('releaseReason', $5::text, 'swapId', $6::text)
     where complex_id = $1 and meter_id = $2 and released_at is null`,
    [swap.complexId, swap.oldMeterId, sqlTime(tx.now), tx.scope.operator, reason, swap.swapId],
    'kept',
  )
}

/** Its money was never proved to be gone: nobody's money goes into it before that is done. */
export const barMeter = async (tx: Tx, swap: SwapRow, reason: string): Promise<void> => {
  await tx.query(
    `update meter set barred_at = $3, barred_reason = $4
     where complex_id = $1 and meter_id = $2 and barred_at is null`,
    [swap.complexId, swap.oldMeterId, sqlTime(tx.now), reason],
    'kept',
  )
}

type Marked = { complexId: ComplexId; supplyId: SupplyId; meterId: MeterId }

/** From which register the centre charges; of a meter that comes back, from where it stands now. */
export const setUsageMark = async (tx: Tx, of: Marked, energyWh: number): Promise<void> => {
  await tx.query(
    `insert into usage_mark (complex_id, supply_id, meter_id, energy_wh, at, reverse_wh)
     values ($1, $2, $3, $4, $5, ${reverseRegister('$1', '$3')})
     on conflict (complex_id, supply_id, meter_id) do update set energy_wh = excluded.energy_wh,
       reverse_wh = excluded.reverse_wh, at = excluded.at`,
    [of.complexId, of.supplyId, of.meterId, energyWh, sqlTime(tx.now)],
    'kept',
  )
}

/** What the new wallet showed before it came here is nothing to this supply. */
export const setWalletMark = async (tx: Tx, of: Marked): Promise<void> => {
  await tx.query(
    `insert into wallet_mark (complex_id, supply_id, meter_id, at, balance_fen)
     values ($1, $2, $3, $4, 0)
     on conflict (complex_id, supply_id, meter_id) do update set at = excluded.at,
       balance_fen = 0`,
    [of.complexId, of.supplyId, of.meterId, sqlTime(tx.now)],
    'kept',
  )
}

/** A reduction that never ended is given up with its meter; nothing was paid for it. */
export const giveUpReduction = async (
  tx: Tx,
  complex: ComplexId,
  reduction: Uuid,
  reason: string,
): Promise<void> => {
  await tx.query(
    `update reduction set state = 'CANCELLED', ended_at = $3,
       evidence = coalesce(evidence, '{}')
         || jsonb_build_object('cancelReason', $4::text, 'stateBefore', state)
     where complex_id = $1 and reduction_id = $2 and state in ('QUEUED', 'SENT', 'HOLD')`,
    [complex, reduction, sqlTime(tx.now), reason],
    'kept',
  )
}
