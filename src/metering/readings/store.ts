// Where readings live 读数入库: `reading` rows, the latest values with their seq, the state of the
// gateways. Every write names the lease it was made under; a stolen lease writes nothing.

import type { Tx } from '../../ports/database.ts'
import { must } from '../../shared/assert.ts'
import { sqlTime } from '../../shared/clock.ts'
import type { ComplexId, GatewayId } from '../../shared/ids.ts'
import {
  batchTimes,
  type Column,
  column,
  type FilledColumn,
  filledColumns,
  quoted,
  unnested,
} from './column-arrays.ts'
import type { ReadingRow } from './judge-rows.ts'
import type { GatewayChange } from './poll-result.ts'
import type { LatestPatch, PollRows } from './poll-rows.ts'
import { writeFreezeStates, writeRollovers } from './trust-store.ts'

export type LeaseClaim = { gatewayId: GatewayId; token: number }

/**
 * Which of the claims still hold. The rows stay locked until the end of the transaction, so that a
 * new master begins only after what was written under the old lease.
 */
export const heldLeases = async (
  tx: Tx,
  complex: ComplexId,
  claims: readonly LeaseClaim[],
): Promise<LeaseClaim[]> =>
  tx.query<LeaseClaim>(
    `select l.gateway_id as "gatewayId", l.token
     from lease l
     join unnest($2::integer[], $3::bigint[]) as c(gateway_id, token)
       on c.gateway_id = l.gateway_id and c.token = l.token
     where l.complex_id = $1
     order by l.gateway_id for share of l`,
    [complex, claims.map((c) => c.gatewayId), claims.map((c) => c.token)],
  )

type Time = ReturnType<typeof batchTimes>

const patchColumns = (time: Time): Column<LatestPatch>[] => [
  column('energy_wh', 'bigint', (p) => p.energyWh),
  column('energy_at', 'timestamptz', (p) => time(p.energyAt)),
  column('reverse_wh', 'bigint', (p) => p.reverseWh),
  column('suspect_at', 'timestamptz', (p) => time(p.suspectAt)),
  column('suspect_source', 'smallint', (p) => p.suspectSource),
  column('suspect_wh', 'bigint', (p) => p.suspectWh),
  column('suspect_flags', 'integer', (p) => p.suspectFlags),
  column('remaining_fen', 'bigint', (p) => p.remainingFen),
  column('overdraft_fen', 'bigint', (p) => p.overdraftFen),
  column('balance_fen', 'bigint', (p) => p.balanceFen),
  column('balance_at', 'timestamptz', (p) => time(p.balanceAt)),
  column('purchase_count', 'bigint', (p) => p.purchaseCount),
  column('customer_no', 'text', (p) => quoted(p.customerNo)),
  column('wallet_at', 'timestamptz', (p) => time(p.walletAt)),
  column('relay', 'text', (p) => p.relay),
  column('kept', 'boolean', (p) => p.kept),
  column('opened', 'boolean', (p) => p.opened),
  column('status_word', 'integer', (p) => p.statusWord),
  column('relay_at', 'timestamptz', (p) => time(p.relayAt)),
  column('power_w', 'integer', (p) => p.powerW),
  column('power_at', 'timestamptz', (p) => time(p.powerAt)),
  column('electrical', 'jsonb', (p) => quoted(p.electrical && JSON.stringify(p.electrical))),
  column('electrical_at', 'timestamptz', (p) => time(p.electricalAt)),
  column('clock_offset_ms', 'bigint', (p) => p.clockOffsetMs),
  column('clock_at', 'timestamptz', (p) => time(p.clockAt)),
  column('answered_at', 'timestamptz', (p) => time(p.answeredAt)),
]
const silenceColumns = (time: Time): Column<LatestPatch>[] => [
  column('silent_since', 'timestamptz', (p) => time(p.silentSince)),
  column('fault', 'text', (p) => quoted(p.fault)),
]
const METER = column<LatestPatch>('meter_id', 'integer', (p) => p.meterId)

const tariffsOf = ({ tariffsWh }: ReadingRow): string | null =>
  tariffsWh && `"{${tariffsWh.map((wh) => wh ?? 'NULL').join(',')}}"`

const readingColumns = (time: Time): Column<ReadingRow>[] => [
  column('meter_id', 'integer', (r) => r.meterId),
  column('at', 'timestamptz', (r) => time(r.at)),
  column('source', 'smallint', (r) => r.source),
  column('received_at', 'timestamptz', (r) => time(r.receivedAt)),
  column('told_at', 'timestamptz', (r) => time(r.toldAt)),
  column('energy_wh', 'bigint', (r) => r.energyWh),
  column('tariffs_wh', 'text', tariffsOf),
  column('reverse_wh', 'bigint', (r) => r.reverseWh),
  column('balance_fen', 'bigint', (r) => r.balanceFen),
  column('flags', 'integer', (r) => (r.flags === 0 ? null : r.flags)),
]

const SELECTED: Readonly<Record<string, string>> = {
  tariffs_wh: 'i.tariffs_wh::bigint[]',
  flags: 'coalesce(i.flags, 0)',
}

const insertReadings = async (
  tx: Tx,
  complex: ComplexId,
  columns: readonly FilledColumn[],
): Promise<void> => {
  if (columns.length === 0) return
  await tx.query(
    `insert into reading (complex_id, ${columns.map(({ name }) => name).join(', ')})
     select $1, ${columns.map(({ name }) => SELECTED[name] ?? `i.${name}`).join(', ')}
     from ${unnested(columns, 2)} on conflict do nothing`,
    [complex, ...columns.map(({ literal }) => literal)],
  )
}

/** What an update makes of a column: a value that was not read stays as it is stored. */
const updated = ({ name, hasGaps }: FilledColumn): string =>
  hasGaps ? `${name} = coalesce(i.${name}, l.${name})` : `${name} = i.${name}`

// An answer ends a silence; without one the first silence stands.
const silence = (has: ReadonlySet<string>): string => {
  const given = (name: string, type: string) => (has.has(name) ? `i.${name}` : `null::${type}`)
  const answered = given('answered_at', 'timestamptz')
  const since = given('silent_since', 'timestamptz')
  const fault = given('fault', 'text')
  return `silent_since = case when ${answered} is null
      then coalesce(l.silent_since, ${since}) else ${since} end,
    fault = case when ${answered} is null then coalesce(${fault}, l.fault) else ${fault} end`
}

/** Places `count` changes of `latest` in the order of all of them; the next follow after commit. */
export const drawSeq = async (tx: Tx, complex: ComplexId, count: number): Promise<number> => {
  const rows = await tx.query<{ value: number }>(
    `insert into counter (complex_id, name, value) values ($1, 'latest.seq', $2)
     on conflict (complex_id, name) do update set value = counter.value + excluded.value
     returning value`,
    [complex, count],
  )
  return must(rows[0], 'the counter was moved').value - count
}

const patchLatest = async (
  tx: Tx,
  complex: ComplexId,
  seq: number,
  patch: { count: number; changed: readonly FilledColumn[]; silent: readonly FilledColumn[] },
): Promise<void> => {
  const { count, changed, silent } = patch
  const columns = [...changed, ...silent]
  const names = columns.map(({ name }) => name)
  const set = changed.filter(({ name }) => name !== METER.name).map(updated)
  const values = [complex, seq, ...columns.map(({ literal }) => literal)]
  const known = await tx.query<{ count: number }>(
    `with known as (
       update latest l set seq = $2 + i.ordinal, ${[...set, silence(new Set(names))].join(', ')}
       from ${unnested(columns, 3)} where l.complex_id = $1 and l.meter_id = i.meter_id
       returning 1
     )
     select count(*)::integer as count from known`,
    values,
  )
  if (known[0]?.count === count) return
  // The first reading of a meter ever.
  await tx.query(
    `insert into latest (complex_id, seq, ${names.join(', ')})
     select $1, $2 + i.ordinal, ${names.map((name) => `i.${name}`).join(', ')}
     from ${unnested(columns, 3)} on conflict (complex_id, meter_id) do nothing`,
    values,
  )
}

/** Writes rows and latest values; `seq` was drawn for as many changes as `latest` holds. */
export const writeRows = async (
  tx: Tx,
  complex: ComplexId,
  seq: number,
  { readings, latest, rollovers, freezes }: PollRows,
): Promise<void> => {
  if (latest.length === 0) return
  const time = batchTimes()
  const inserting = insertReadings(tx, complex, filledColumns(readingColumns(time), readings))
  // Made ready while the database is busy with the rows; it takes one statement after the other.
  const changed = filledColumns([METER, ...patchColumns(time)], latest)
  const silent = filledColumns(silenceColumns(time), latest)
  const patch = { count: latest.length, changed, silent }
  await Promise.all([inserting, patchLatest(tx, complex, seq, patch)])
  await writeRollovers(tx, complex, rollovers)
  await writeFreezeStates(tx, complex, freezes)
}

/** The last change of each gateway wins; `since` moves only when the state does. */
export const writeGateways = async (
  tx: Tx,
  complex: ComplexId,
  changes: readonly GatewayChange[],
): Promise<void> => {
  const last = [...new Map(changes.map((change) => [change.gatewayId, change])).values()]
  await tx.query(
    `insert into gateway_latest (complex_id, gateway_id, online, since, fault)
     select $1, * from unnest($2::integer[], $3::boolean[], $4::timestamptz[], $5::text[])
     on conflict (complex_id, gateway_id) do update set
       online = excluded.online, fault = excluded.fault,
       since = case when gateway_latest.online = excluded.online
         then gateway_latest.since else excluded.since end`,
    [
      complex,
      last.map((c) => c.gatewayId),
      last.map((c) => c.online),
      last.map((c) => sqlTime(c.at)),
      last.map((c) => c.fault),
    ],
  )
}
