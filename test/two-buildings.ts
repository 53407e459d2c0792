// Two buildings of one complex for tests of scope 两栋楼测试台: in one a shop that may be seen, in
// the other one of everything, every name of which says SECRET.

import { ownerQuery } from '../src/adapters/owner-query.ts'
import { systemClock, systemIds } from '../src/adapters/system.ts'
import { ensurePartitions } from '../src/metering/readings/partitions.ts'
import { systemScope, type Tx } from '../src/ports/database.ts'
import { must } from '../src/shared/assert.ts'
import { sqlTime } from '../src/shared/clock.ts'
import type { BuildingId } from '../src/shared/ids.ts'
import { type Client, startWebRig, type WebRig } from './web-rig.ts'

export const SECRET = 'SECRET'

type Shop = { meterId: number; accountId: number; saleId: string; purchaseId: string }

export type TwoBuildings = {
  rig: WebRig
  admin: Client
  open: { buildingId: BuildingId; shop: Shop }
  secret: Secret
  query<Row>(sql: string, params?: unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

/** What there is in the other building, by its ids. */
export type Secret = Shop & {
  complexId: number
  buildingId: number
  premisesId: number
  pointId: number
  supplyId: number
  gatewayId: number
  spareMeterId: number
  meterNo: string
  receiptNo: string
  readingAt: string
  alarmId: string
  holdId: string
  reductionId: string
  payoutId: string
  swapId: string
  approvalId: string
  batchId: string
  /** Of several meters. */
  modeBatchId: string
  readRoundId: string
  testReadId: string
  scanId: string
  busId: number
  checkId: string
  shiftId: string
}

/** All premises but those of the first meter move to a new building, on a gateway of its own. */
const MOVE = `
  with b as (
    insert into building (complex_id, name, name_en) values ($1, 'SECRET', 'SECRET') returning *
  ), g as (
    insert into gateway (complex_id, code, name, link)
    values ($1, 'SECRET-G', 'SECRET', '{"kind":"tcp-client","host":"SECRET","port":1}') returning *
  ), bus as (
    insert into bus (complex_id, gateway_id) select $1, gateway_id from g returning *
  ), own as (
    select pr.premises_id, pr.building_id from installation i
    join point p on p.point_id = i.point_id join premises pr on pr.premises_id = p.premises_id
    where i.meter_id = $2
  ), away as (
    select m.meter_id, m.device_id from installation i
    join point p on p.point_id = i.point_id join meter m on m.meter_id = i.meter_id
    where p.premises_id not in (select premises_id from own)
  ), moved as (
    update premises set building_id = (select building_id from b), no = 'SECRET-' || premises_id,
      name = 'SECRET', name_en = 'SECRET'
    where premises_id not in (select premises_id from own)
  ), hung as (
    update device set bus_id = (select bus_id from bus)
    where device_id in (select device_id from away)
  ), named as (
    update meter set no = 'SECRET' || meter_id where meter_id in (select meter_id from away)
  )
  select (select building_id from own) as "openBuilding", (select building_id from b) as "building",
    (select gateway_id from g) as "gateway",
    (select array_agg(meter_id order by meter_id) from away) as "meters"`

type Moved = { openBuilding: BuildingId; building: number; gateway: number; meters: number[] }
type Place = Pick<
  Secret,
  'supplyId' | 'premisesId' | 'pointId' | 'meterNo' | 'readingAt' | 'shiftId'
>

const fieldOf = (body: unknown, ...path: string[]): string => {
  let at: unknown = body
  for (const key of path) at = new Map(Object.entries(Object(at))).get(key)
  return String(must(at, `${path.join('.')} in ${JSON.stringify(body)}`))
}

const openShop = async (rig: WebRig, admin: Client, meterId: number, name: string) => {
  const { complexId, planId } = rig.complex
  const thresholds = { planId, alarm1Fen: 5_000, alarm2Fen: 2_000 }
  const opened = await admin.post('/api/v1/accounts', {
    ...{ complexId, tenant: { name, phone: '13800001234' } },
    meters: [{ meterId, ...thresholds }],
  })
  const accountId = Number(fieldOf(opened.body, 'accountId'))
  const path = `/api/v1/accounts/${accountId}/recharge`
  const { body } = await admin.post(path, { meterId, amountFen: 12_300, method: 'cash' })
  return {
    ...{ meterId, accountId, purchaseId: fieldOf(body, 'purchaseId') },
    saleId: fieldOf(body, 'receipt', 'saleId'),
    receiptNo: fieldOf(body, 'receipt', 'receiptNo'),
  }
}

/** What makes a voucher out of the receipt of a sale. */
const ONLY_OF_RECEIPTS = [
  ...['intoBalance', 'purchaseNo', 'depositFen', 'creditFen', 'priceE8', 'creditWh'],
  'balanceBeforeAt',
]
const VOUCHER = {
  ...{ purpose: 'refund', title: { zh: '退电凭证', en: 'Refund' }, serviceFeeFen: 0, note: '' },
  ...{ reason: { code: 'other', zh: '其他', en: 'Other', needsNote: true } },
  ...{ saleReceiptNo: null, reductionId: null, approvedBy: null },
}

/** Rows that a long day would have left, each of the shop in the other building. */
const writeRest = async (tx: Tx, complex: number, shop: Shop, meters: readonly number[]) => {
  const now = sqlTime(tx.now)
  const ids = {
    ...{ alarmId: systemIds.uuid(), holdId: systemIds.uuid(), reductionId: systemIds.uuid() },
    ...{ payoutId: systemIds.uuid(), swapId: systemIds.uuid(), approvalId: systemIds.uuid() },
  }
  const { alarmId, holdId, reductionId, payoutId, swapId, approvalId } = ids
  const at = [complex, shop.meterId]
  await tx.query(
    `insert into alarm (complex_id, alarm_id, rule, subject_kind, subject_id, severity, raised_at)
     values ($1, $3, 'offline', 'meter', $2, 'warning', $4)`,
    [...at, alarmId, now],
  )
  await tx.query(
    `insert into hold (complex_id, hold_id, meter_id, epoch, reason, evidence, raised_at)
     values ($1, $3, $2, 1, 'count-ahead', '{"reading":{"at":0,"count":9,"balanceFen":0}}', $4)`,
    [...at, holdId, now],
  )
  await tx.query(
    `insert into reduction (complex_id, reduction_id, request_id, account_id, supply_id, meter_id,
       epoch, purpose, order_no, state, reason, queued_at)
     select $1, $3, 'r', s.account_id, s.supply_id, $2, 1, 'refund', '1', 'QUEUED', 'SECRET', $4
     from supply s where s.account_id = $5`,
    [...at, reductionId, now, shop.accountId],
  )
  await tx.query(
    `insert into payout (complex_id, payout_id, account_id, request_id, purpose, shift_id,
       receipt_no, method, paid_fen, posting_id, reason, at, receipt)
     select complex_id, $3, account_id, 'p', 'refund', shift_id, 'SECRET-P', 'cash', 100,
       posting_id, 'SECRET', at, receipt - $4::text[] || $5::jsonb
     from sale where complex_id = $1 and sale_id = $2`,
    [complex, shop.saleId, payoutId, ONLY_OF_RECEIPTS, JSON.stringify({ payoutId, ...VOUCHER })],
  )
  await tx.query(
    `insert into swap (complex_id, swap_id, request_id, point_id, old_meter_id, new_meter_id,
       old_state, state, new_initial_wh, multiplier, side, note, asked_at, ended_at)
     select $1, $3, 's', point_id, $2, $5, 'alive', 'CHANGED', 0, 1, 'primary', 'SECRET', $4, $4
     from installation where meter_id = $2`,
    [...at, swapId, now, meters.at(-1)],
  )
  await tx.query(
    `insert into closing (complex_id, closing_id, account_id, request_id, state, method,
       reason_code, came_from, started_at, ended_at)
     values ($1, $2, $3, 'c', 'aborted', 'cash', 'other', 'test', $4, $4)`,
    [complex, systemIds.uuid(), shop.accountId, now],
  )
  await tx.query(
    `insert into approval (complex_id, approval_id, operation, content_hash, summary, asked_by,
       asked_at, expires_at)
     select $1, $2, 'account.refund', 'x', '{"tenant":"SECRET","amountFen":1}', operator_id, $3,
       $3::timestamptz + interval '1 day' from operator where username = 'admin'`,
    [complex, approvalId, now],
  )
  await tx.query(
    `insert into reading (complex_id, meter_id, at, source, received_at, energy_wh, flags)
     select $1, m, $3::timestamptz - interval '1 hour', 1, $3, 4000, 1
     from unnest($2::integer[]) as m`,
    [complex, meters, now],
  )
  const rows = await tx.query<Place>(
    `select p.premises_id as "premisesId", p.point_id as "pointId", m.no as "meterNo",
       to_char($2::timestamptz - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "readingAt",
       (select supply_id from supply s where s.point_id = p.point_id) as "supplyId",
       (select shift_id from shift order by opened_at limit 1) as "shiftId"
     from installation i join point p on p.point_id = i.point_id
     join meter m on m.meter_id = i.meter_id where i.meter_id = $1`,
    [shop.meterId, now],
  )
  return { ...ids, ...must(rows[0], 'the shop hangs somewhere') }
}

export const startTwoBuildings = async (): Promise<TwoBuildings> => {
  const rig = await startWebRig({ meters: 8 })
  const { complexId } = rig.complex
  await ensurePartitions(ownerQuery(rig.base.ownerUrl), systemClock.now())
  await rig.addOperator('admin', 'administrator', null)
  const admin = await rig.as('admin')
  const first = must(rig.complex.meters[0], 'a meter').meterId
  const places = must((await rig.base.rows<Moved>(MOVE, [complexId, first]))[0], 'what was moved')
  const meters = places.meters
  const [second, spare] = meters
  await admin.post('/api/v1/shifts', { complexId, floatFen: 0 })
  const shop = await openShop(rig, admin, first, '云裳服饰')
  const hidden = await openShop(rig, admin, must(second, 'a meter'), `${SECRET} 商户`)
  const read = { kind: 'read', meterIds: [second], params: {} }
  const batch = await admin.post('/api/v1/commands', read)
  const keep = {
    kind: 'setMode',
    meterIds: [second, spare],
    params: { mode: 'kept', reason: SECRET },
  }
  const seen = await admin.post('/api/v1/commands', { ...keep, dryRun: true })
  const { token } = Object(Object(seen.body).selection)
  const modes = await admin.post('/api/v1/commands', { ...keep, token })
  const unit = { buildingId: places.building }
  const round = await admin.post('/api/v1/read-rounds', { complexId, unit })
  const test = await admin.post('/api/v1/test-reads', { meterId: second })
  const check = await admin.post('/api/v1/meter-checks', { meterId: second })
  const buses = await rig.base.rows<{ busId: number }>(
    'select bus_id as "busId" from bus where gateway_id = $1',
    [places.gateway],
  )
  const { busId } = must(buses[0], 'the hidden bus')
  const scan = await admin.post('/api/v1/bus-scans', { busId })
  const rest = await rig.base.db.as(systemScope('test'), (tx) =>
    writeRest(tx, complexId, hidden, meters),
  )
  return {
    ...{ rig, admin, query: rig.base.rows },
    open: { buildingId: places.openBuilding, shop },
    secret: {
      ...hidden,
      ...{ complexId, buildingId: places.building, gatewayId: places.gateway },
      ...{ spareMeterId: must(spare, 'a spare meter'), ...rest },
      batchId: fieldOf(batch.body, 'commandId'),
      modeBatchId: fieldOf(modes.body, 'commandId'),
      readRoundId: fieldOf(round.body, 'readRoundId'),
      testReadId: fieldOf(test.body, 'testReadId'),
      checkId: fieldOf(check.body, 'checkId'),
      scanId: fieldOf(scan.body, 'scanId'),
      busId,
    },
    stop: () => rig.stop(),
  }
}
