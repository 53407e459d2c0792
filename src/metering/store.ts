// Where readings live 读数入库: `reading` rows, the latest values with their seq, the state of the
// gateways. Every write names the lease it was made under; a stolen lease writes nothing.

import type { Tx } from '../ports/database.ts'
import { sqlTime } from '../shared/clock.ts'
import type { ComplexId, GatewayId } from '../shared/ids.ts'
import type { GatewayChange } from './poll-result.ts'
import type { LatestPatch, PollRows, ReadingRow } from './poll-rows.ts'

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

type Column<Row> = { name: string; type: string; of: (row: Row) => unknown }

const column = <Row>(name: string, type: string, of: (row: Row) => unknown): Column<Row> => ({
  name,
  type,
  of,
})

const PATCH: readonly Column<LatestPatch>[] = [
  column('energy_wh', 'bigint', (p) => p.energyWh),
  column('energy_at', 'timestamptz', (p) => sqlTime(p.energyAt)),
  column('remaining_fen', 'bigint', (p) => p.remainingFen),
  column('overdraft_fen', 'bigint', (p) => p.overdraftFen),
  column('balance_fen', 'bigint', (p) => p.balanceFen),
  column('balance_at', 'timestamptz', (p) => sqlTime(p.balanceAt)),
  column('purchase_count', 'bigint', (p) => p.purchaseCount),
  column('customer_no', 'text', (p) => p.customerNo),
  column('wallet_at', 'timestamptz', (p) => sqlTime(p.walletAt)),
  column('relay', 'text', (p) => p.relay),
  column('kept', 'boolean', (p) => p.kept),
  column('opened', 'boolean', (p) => p.opened),
  column('status_word', 'integer', (p) => p.statusWord),
  column('relay_at', 'timestamptz', (p) => sqlTime(p.relayAt)),
  column('power_w', 'integer', (p) => p.powerW),
  column('power_at', 'timestamptz', (p) => sqlTime(p.powerAt)),
  column('clock_offset_ms', 'bigint', (p) => p.clockOffsetMs),
  column('clock_at', 'timestamptz', (p) => sqlTime(p.clockAt)),
  column('answered_at', 'timestamptz', (p) => sqlTime(p.answeredAt)),
]
const SILENCE: readonly Column<LatestPatch>[] = [
  column('silent_since', 'timestamptz', (p) => sqlTime(p.silentSince)),
  column('fault', 'text', (p) => p.fault),
]
const METER: readonly Column<LatestPatch>[] = [column('meter_id', 'integer', (p) => p.meterId)]
const LATEST = [...METER, ...PATCH, ...SILENCE]

const READING: readonly Column<ReadingRow>[] = [
  column('meter_id', 'integer', (r) => r.meterId),
  column('at', 'timestamptz', (r) => sqlTime(r.at)),
  column('source', 'smallint', (r) => r.source),
  column('energy_wh', 'bigint', (r) => r.energyWh),
  column('tariffs_wh', 'text', (r) => r.tariffsWh && `{${r.tariffsWh.map(String).join(',')}}`),
  column('reverse_wh', 'bigint', (r) => r.reverseWh),
  column('balance_fen', 'bigint', (r) => r.balanceFen),
]

const names = <Row>(columns: readonly Column<Row>[], prefix = ''): string =>
  columns.map(({ name }) => `${prefix}${name}`).join(', ')

const unnested = <Row>(columns: readonly Column<Row>[], firstParameter: number): string => {
  const arrays = columns.map(({ type }, i) => `$${firstParameter + i}::${type}[]`)
  return `unnest(${arrays.join(', ')}) with ordinality as i(${names(columns)}, ordinal)`
}

/** A column without any value travels empty: unnest fills it up with nulls. */
const valuesOf = <Row>({ of }: Column<Row>, rows: readonly Row[]): unknown[] => {
  const values = rows.map(of)
  return values.some((value) => value !== null) ? values : []
}

// A register that goes backwards is kept as a row and flagged, but it does not become the latest
// value: what follows is flagged too, until a person decides (INV-27).
const BACKWARDS = 'i.energy_wh < l.energy_wh'
const LATEST_AT = 2
const READING_AT = LATEST_AT + LATEST.length

const keptUnlessKnown = PATCH.map(({ name }) =>
  name.startsWith('energy_')
    ? `${name} = case when excluded.energy_wh < latest.energy_wh then latest.${name}
         else coalesce(excluded.${name}, latest.${name}) end`
    : `${name} = coalesce(excluded.${name}, latest.${name})`,
).join(',\n  ')

const WRITE = `
with rows as (
  insert into reading (complex_id, received_at, ${names(READING)}, flags)
  select $1, i.at, i.meter_id, i.at, i.source, i.energy_wh, i.tariffs_wh::bigint[], i.reverse_wh,
    i.balance_fen, case when ${BACKWARDS} then 1 else 0 end
  from ${unnested(READING, READING_AT)}
  left join latest l on l.complex_id = $1 and l.meter_id = i.meter_id
  on conflict do nothing
), patch as (
  select * from ${unnested(LATEST, LATEST_AT)}
), seq as (
  insert into counter (complex_id, name, value)
  select $1, 'latest.seq', count(*) from patch
  on conflict (complex_id, name) do update set value = counter.value + excluded.value
  returning value
)
insert into latest (complex_id, seq, ${names(LATEST)})
select $1, seq.value - (select count(*) from patch) + i.ordinal, ${names(LATEST, 'i.')}
from patch i, seq
on conflict (complex_id, meter_id) do update set
  seq = excluded.seq,
  ${keptUnlessKnown},
  silent_since = case when excluded.answered_at is null
    then coalesce(latest.silent_since, excluded.silent_since) else excluded.silent_since end,
  fault = case when excluded.answered_at is null
    then coalesce(excluded.fault, latest.fault) else excluded.fault end`

/**
 * Writes rows and latest values in one statement. The seq is drawn from the locked counter row, so
 * its order is the order of the commits.
 */
export const writeRows = async (tx: Tx, complex: ComplexId, rows: PollRows): Promise<void> => {
  if (rows.latest.length === 0) return
  await tx.query(WRITE, [
    complex,
    ...LATEST.map((one) => valuesOf(one, rows.latest)),
    ...READING.map((one) => valuesOf(one, rows.readings)),
  ])
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
