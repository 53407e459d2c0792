// What the matrix asks about 授权矩阵的世界: two buildings with one of everything, and what only a
// whole complex has.

import type { TwoBuildings } from '../two-buildings.ts'
import type { World } from './objects.ts'

type Rest = Omit<World, keyof TwoBuildings['secret']>

const REST = `
  with rule as (
    insert into sharing_rule (complex_id, name, main_point_id, shared_by, vacant, price_e8)
    values ($1, 'matrix', $2, 'area', 'landlord', 1) returning rule_id
  ), run as (
    insert into sharing_run (complex_id, run_id, rule_id, month, at, basis, pool_wh, pool_fen)
    select $1, gen_random_uuid(), rule_id, '2026-09-01', now(), $4, 0, 0 from rule returning run_id
  ), schedule as (
    insert into timed_schedule (complex_id, name, week, saved_at)
    values ($1, 'matrix', '[[],[],[],[],[],[],[]]', now()) returning schedule_id
  ), surge as (
    insert into trip_surge (complex_id, surge_id, scope_kind, scope_key, allowed, sent, seen, due,
      raised_at)
    values ($1, gen_random_uuid(), 'complex', '', 1, 1, 1, 1, now()) returning surge_id
  ), rerating as (
    insert into rerating (complex_id, rerating_id, kind, change, title, note, figures, state,
      asked_at)
    values ($1, gen_random_uuid(), 'calendar', '{"kind":"calendar","year":2026,"days":[]}',
      '{"zh":"matrix","en":"matrix"}', 'matrix', $5, 'previewed', now())
    returning rerating_id
  ), webhook as (
    insert into webhook (complex_id, name, url, kinds, secret_sealed, created_at)
    values ($1, 'matrix', 'https://example.com/', '{}', $6, now()) returning webhook_id
  ), own_role as (
    insert into role (code, name, name_en, permissions) values ('own', '自定', 'Own', '{}')
    returning role_id
  ), subject as (
    insert into operator (username, name, password_hash, role_id, complexes)
    select 'subject', '对象', 'x', (select role_id from role r where r.code = 'auditor'),
      array[$1::integer]
    returning operator_id
  ), token as (
    insert into api_token (operator_id, name, hash, permissions, complexes, created_at, expires_at)
    select operator_id, 'matrix', '\\x00', '{}', array[$1::integer], now(),
      now() + interval '1 day' from subject
    returning token_id
  )
  select (select rule_id from rule) as "ruleId", (select run_id from run) as "runId",
    (select schedule_id from schedule) as "scheduleId", (select surge_id from surge) as "surgeId",
    (select rerating_id from rerating) as "reratingId", (select role_id from own_role) as "roleId",
    (select webhook_id from webhook) as "webhookId",
    (select device_id from meter where meter_id = $7) as "deviceId",
    (select installation_id from installation where meter_id = $7) as "installationId",
    (select tenant_id from account_tenant where account_id = $8) as "tenantId",
    (select operator_id from subject) as "operatorId", (select token_id from token) as "tokenId"
  where $3::integer > 0`

const BASIS = {
  ...{ rule: 'matrix', sharedBy: 'area', vacant: 'landlord', priceE8: 1 },
  ...{ mainWh: 0, shopsWh: 0, exact: true },
}
const FIGURES = {
  ...{ chargedFen: 0, dueFen: 0, differenceFen: 0, accounts: 0, supplies: 0, more: 0, less: 0 },
  ...{ wouldTrip: 0, fromMonth: null, toMonth: null, cap: null },
}

export const worldOf = async ({ query, secret, rig }: TwoBuildings): Promise<World> => {
  const rows = await query<Rest>(REST, [
    ...[rig.complex.complexId, secret.pointId, rig.complex.planId],
    ...[JSON.stringify(BASIS), JSON.stringify(FIGURES), Buffer.alloc(40)],
    ...[secret.meterId, secret.accountId],
  ])
  const rest = rows[0]
  if (rest === undefined) throw new Error('the rest of the world was not written')
  return { ...secret, ...rest }
}

/** Ids under the names that contracts give them. */
export const knownOf =
  (world: World) =>
  (name: string): readonly unknown[] => {
    const by: Record<string, unknown> = { ...world, planId: 1, mainPointId: world.pointId }
    const value = by[name] ?? (name.endsWith('Ids') ? by[name.replace(/s$/, '')] : undefined)
    return value === undefined ? [] : [value]
  }
