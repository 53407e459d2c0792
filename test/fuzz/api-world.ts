// The world of the API fuzz 接口模糊测试的世界: two callers who may do nearly everything, each within his
// scope, and beyond both a complex every name of which says FOREIGN.

import { must } from '../../src/shared/assert.ts'
import { worldOf } from '../authorisation/world.ts'
import { SECRET, type TwoBuildings } from '../two-buildings.ts'
import { PASSWORD } from '../web-rig.ts'
import type { Known } from './from-schema.ts'

export const FOREIGN = 'FOREIGN'

const PLANT = `
  with named as (
    update complex set code = 'FOREIGN', name = 'FOREIGN', name_en = 'FOREIGN' where complex_id = $1
  ), b as (
    insert into building (complex_id, name, name_en) values ($1, 'FOREIGN', 'FOREIGN') returning *
  ), pr as (
    insert into premises (complex_id, building_id, floor, no, name, name_en)
    select $1, building_id, 1, 'FOREIGN', 'FOREIGN', 'FOREIGN' from b returning *
  ), pt as (
    insert into point (complex_id, premises_id, kind, name) select $1, premises_id, 'power',
      'FOREIGN' from pr returning *
  ), g as (
    insert into gateway (complex_id, code, name, link)
    values ($1, 'FOREIGN', 'FOREIGN', '{"kind":"tcp-client","host":"FOREIGN","port":1}') returning *
  ), bus as (
    insert into bus (complex_id, gateway_id) select $1, gateway_id from g returning *
  ), d as (
    insert into device (complex_id, bus_id, address, model)
    select $1, bus_id, 'FOREIGN', 'dlt645-prepaid-1p' from bus returning *
  ), m as (
    insert into meter (complex_id, device_id, no) select $1, device_id, 'FOREIGN' from d returning *
  ), i as (
    insert into installation (complex_id, meter_id, point_id, since, initial_wh)
    select $1, meter_id, point_id, now(), 0 from m, pt
  ), a as (
    insert into account (complex_id, no, mode, opened_at) values ($1, 'FOREIGN', 'centre', now())
    returning *
  ), t as (
    insert into tenant (complex_id, name) values ($1, 'FOREIGN') returning *
  ), l as (
    insert into account_tenant (complex_id, account_id, tenant_id, since)
    select $1, account_id, tenant_id, now() from a, t
  ), s as (
    insert into supply (complex_id, account_id, point_id, alarm1_fen, alarm2_fen, hoarding_fen,
      since)
    select $1, account_id, point_id, 2, 1, 0, now() from a, pt
  ), o as (
    insert into operator (username, name, password_hash, role_id, complexes)
    select 'foreign', 'FOREIGN', 'x', min(role_id), array[$1::integer] from role
    returning operator_id
  )
  insert into timed_schedule (complex_id, name, week, saved_at)
  select $1, 'FOREIGN', '[[],[],[],[],[],[],[]]', now() from o`

export type FuzzCaller = {
  username: string
  hidden: readonly string[]
  headers: Record<string, string>
}

const people = async ({ query, rig, open }: TwoBuildings) => {
  for (const [username, buildings] of [
    ['whole', null],
    ['narrow', [open.buildingId]],
  ] as const)
    await query(
      `insert into operator (username, name, password_hash, role_id, complexes, buildings)
       select $1, $1, password_hash, role_id, array[$2::integer], $3 from operator
       where username = 'admin'`,
      [username, rig.complex.complexId, buildings],
    )
}

/** Each comes from another address: limits by address are proved elsewhere. */
let logIns = 0

/** Whoever was logged out, locked or changed by what came before is let in again as he was. */
export const revive = async (world: TwoBuildings, caller: FuzzCaller): Promise<void> => {
  const { query, rig, open } = world
  const buildings = caller.username === 'narrow' ? [open.buildingId] : null
  await query(
    `update operator o set disabled_at = null, must_change_password = false, totp_sealed = null,
       password_hash = a.password_hash, role_id = a.role_id, complexes = array[$2::integer],
       buildings = $3
     from operator a where a.username = 'admin' and o.username = $1`,
    [caller.username, rig.complex.complexId, buildings],
  )
  await query('update role set totp_required = false')
  await query('delete from login_attempt')
  const client = rig.client()
  logIns += 1
  const answer = await client.send('POST', '/api/v1/session', {
    body: { username: caller.username, password: PASSWORD },
    headers: { 'x-forwarded-for': `10.3.${(logIns >> 8) & 255}.${logIns & 255}` },
  })
  if (answer.status !== 200)
    throw new Error(`log-in of ${caller.username}: ${answer.status} ${JSON.stringify(answer.body)}`)
  const { csrfToken } = Object(answer.body)
  caller.headers = { cookie: client.cookie, 'x-csrf-token': String(csrfToken) }
}

export const plantedCallers = async (world: TwoBuildings): Promise<FuzzCaller[]> => {
  await world.query(PLANT, [world.rig.otherComplex])
  await people(world)
  // Meters that hang nowhere are everybody's, and so is the gateway that they are read by.
  await world.query(`update gateway set code = 'G-2', name = 'G-2' where code = 'SECRET-G'`)
  const callers = [
    { username: 'whole', hidden: [FOREIGN], headers: {} },
    { username: 'narrow', hidden: [FOREIGN, SECRET], headers: {} },
  ]
  for (const caller of callers) await revive(world, caller)
  return callers
}

/** What `:id` means below each first part of a path. */
const ID_BELOW: Readonly<Record<string, string>> = {
  ...{ accounts: 'accountId', meters: 'meterId', supplies: 'supplyId', points: 'pointId' },
  ...{ complexes: 'complexId', buildings: 'buildingId', premises: 'premisesId' },
  ...{ gateways: 'gatewayId', operators: 'operatorId', roles: 'roleId', tokens: 'tokenId' },
  ...{ purchases: 'purchaseId', sales: 'saleId', receipts: 'saleId', payouts: 'payoutId' },
  ...{ approvals: 'approvalId', swaps: 'swapId', reductions: 'reductionId', holds: 'holdId' },
  ...{ commands: 'batchId', batches: 'modeBatchId', 'read-rounds': 'readRoundId' },
  ...{ alarms: 'alarmId', shifts: 'shiftId', rerate: 'reratingId', interlock: 'surgeId' },
  ...{ 'sharing-rules': 'ruleId', 'sharing-runs': 'runId', 'timed-schedules': 'scheduleId' },
}

/** Ids that exist, here and beyond, under the names that contracts give them. */
export const knownIn = async (world: TwoBuildings): Promise<(path: string) => Known> => {
  const secret = await worldOf(world)
  const { open, rig } = world
  const { complexId } = rig.complex
  const foreign = must(
    (
      await world.query<Record<string, number>>(
        `select (select max(building_id) from building) as "buildingId",
           (select max(meter_id) from meter) as "meterId",
           (select max(account_id) from account) as "accountId",
           (select max(supply_id) from supply) as "supplyId",
           (select max(premises_id) from premises) as "premisesId",
           (select max(point_id) from point) as "pointId",
           (select max(gateway_id) from gateway) as "gatewayId",
           (select max(operator_id) from operator) as "operatorId"`,
      )
    )[0],
    'a complex was planted',
  )
  const by = (name: string): unknown[] => {
    const own = new Map<string, unknown>(Object.entries({ ...open, ...open.shop })).get(name)
    const there = new Map<string, unknown>(Object.entries(secret)).get(name)
    return [own, there, foreign[name]].filter((value) => typeof value !== 'object')
  }
  const ids = (name: string): unknown[] =>
    name === 'complexId'
      ? [complexId, complexId, complexId, complexId, rig.otherComplex]
      : [...by(name).filter((value) => value !== undefined)]
  return (path) => (name) => {
    if (name === 'id') return ids(ID_BELOW[path.split('/')[3] ?? ''] ?? 'id')
    if (name === 'dryRun') return [true]
    if (name === 'planId') return [1]
    if (name.endsWith('Ids')) return ids(name.replace(/s$/, ''))
    return name === 'meterNo' || name === 'receiptNo' ? [] : ids(name)
  }
}
