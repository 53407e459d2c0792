// The rows behind pushing thresholds 参数下发: what one command wants, earlier ones that give way, and
// the supply that takes them over when the meter shows them.

import type { MeterSettings } from '../metering/driver.ts'
import type { Tx } from '../ports/database.ts'
import { type Instant, sqlTime } from '../shared/clock.ts'
import type { AccountId, ComplexId, MeterId, SupplyId, Uuid } from '../shared/ids.ts'
import type { CommandState } from './command.ts'
import type { WantedSettings } from './kinds.ts'
import type { CommandKey } from './store.ts'

export type SettingsOrder = {
  accountId: AccountId
  supplyId: SupplyId
  /** For the account's history. */
  meterNo: string
  wanted: WantedSettings
}

export type SupplySettings = MeterSettings & {
  meterId: MeterId
  accountId: AccountId
  accountMode: 'meter' | 'centre'
  supplyId: SupplyId
  /** What the meter measures is this part of what flows. */
  ratio: number
}

/** What the supplies of these meters have now. */
export const supplySettings = (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<SupplySettings[]> =>
  tx.query<SupplySettings>(
    `select i.meter_id as "meterId", s.account_id as "accountId", a.mode as "accountMode",
       s.supply_id as "supplyId", s.alarm1_fen as "alarm1Fen", s.alarm2_fen as "alarm2Fen",
       s.overdraft_fen as "overdraftFen", s.hoarding_fen as "hoardingFen",
       case i.side when 'secondary' then i.multiplier else 1 end as ratio
     from installation i
     join supply s on s.complex_id = i.complex_id and s.point_id = i.point_id and s.until is null
     join account a on a.complex_id = s.complex_id and a.account_id = s.account_id
     where i.complex_id = $1 and i.meter_id = any ($2) and i.until is null`,
    [complex, meters],
  )

export const settingsOrder = async (tx: Tx, key: CommandKey): Promise<SettingsOrder | null> => {
  const rows = await tx.query<{ params: SettingsOrder }>(
    'select params from command where complex_id = $1 and command_id = $2',
    [key.complexId, key.commandId],
  )
  return rows[0]?.params ?? null
}

/** The newest counts: what was not sent is cancelled, what may have left ends without effect. */
export const supersedeSettings = async (
  tx: Tx,
  complex: ComplexId,
  meters: readonly MeterId[],
): Promise<void> => {
  await tx.query(
    `update command set
       state = case state when 'queued' then 'cancelled' else state end,
       ended_at = case state when 'queued' then $3::timestamptz end,
       result = coalesce(result, '{}') || '{"supersededBy": "newer"}'::jsonb
     where complex_id = $1 and meter_id = any ($2) and kind = 'pushSettings'
       and state in ('queued', 'sent', 'acknowledged')`,
    [complex, meters, sqlTime(tx.now)],
  )
}

/** What the supply had before; null where it ended meanwhile: then nothing is written. */
export const takeSettingsOver = async (
  tx: Tx,
  complex: ComplexId,
  { supplyId, wanted }: SettingsOrder,
): Promise<MeterSettings | null> => {
  const rows = await tx.query<MeterSettings>(
    `with was as (
       select * from supply where complex_id = $1 and supply_id = $2 and until is null for update
     )
     update supply s set alarm1_fen = coalesce($3, s.alarm1_fen),
       alarm2_fen = coalesce($4, s.alarm2_fen), overdraft_fen = coalesce($5, s.overdraft_fen),
       hoarding_fen = coalesce($6, s.hoarding_fen)
     from was where s.complex_id = was.complex_id and s.supply_id = was.supply_id
     returning was.alarm1_fen as "alarm1Fen", was.alarm2_fen as "alarm2Fen",
       was.overdraft_fen as "overdraftFen", was.hoarding_fen as "hoardingFen"`,
    [
      ...[complex, supplyId, wanted.alarm1Fen ?? null, wanted.alarm2Fen ?? null],
      ...[wanted.overdraftFen ?? null, wanted.hoardingFen ?? null],
    ],
  )
  return rows[0] ?? null
}

export type PushedRow = {
  meterId: MeterId
  commandId: Uuid
  state: CommandState
  wanted: WantedSettings
  at: Instant
}

/** The newest order for each meter of an account. */
export const pushedSettings = (
  tx: Tx,
  complex: ComplexId,
  account: AccountId,
): Promise<PushedRow[]> =>
  tx.query<PushedRow>(
    `select distinct on (k.meter_id) k.meter_id as "meterId", k.command_id as "commandId", k.state,
       k.params->'wanted' as wanted, coalesce(k.ended_at, k.queued_at) as at
     from supply s
     join installation i on i.complex_id = s.complex_id and i.point_id = s.point_id
       and i.until is null
     join command k on k.complex_id = i.complex_id and k.meter_id = i.meter_id
       and k.kind = 'pushSettings' and (k.params->>'supplyId')::integer = s.supply_id
     where s.complex_id = $1 and s.account_id = $2 and s.until is null
     order by k.meter_id, k.command_id desc`,
    [complex, account],
  )
