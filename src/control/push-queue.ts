// Queuing a push of prices 电价下发: what a meter can't hold is refused here, before anything is sent.
// Of many meters one of each model goes first, and the others wait for what becomes of it.

import type { ModelCapabilities } from '../metering/driver.ts'
import { auditAll } from '../operators/audit-log.ts'
import { complexCalendar } from '../plans/calendar-store.ts'
import type { Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { tablesIn } from '../price-tables/expected.ts'
import {
  type HeldVersion,
  type PricedMeter,
  planVersion,
  pricedMeters,
  waitingOrders,
} from '../price-tables/store.ts'
import { type Instant, plusMs } from '../shared/clock.ts'
import type { ComplexId, MeterId, PlanId, Uuid } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import { addWorks } from '../work/store.ts'
import { KINDS, type PushOrder } from './kinds.ts'
import { PUSH_WORK } from './price-work.ts'
import { insertCommands, type RefusedMeter } from './store.ts'

/** Those that wait for the first of their model look again, should nobody wake them. */
const FOLLOW_MS = 10 * 60_000

/** As kept with the command. */
export type PushParams = {
  planId: PlanId
  version: number
  /** ms; null: as soon as it is written. */
  switchAt: Instant | null
  replacePending: boolean
  /** The command of the same model that goes first; null: this is it, or there is no other. */
  after: Uuid | null
}

type Deps = { ids: Ids; capabilitiesOf: (model: string) => ModelCapabilities | null }
export type AcceptedPush = { meter: PricedMeter; version: HeldVersion; switchAt: Instant | null }
type Checked = { ok: true; accepted: AcceptedPush } | { ok: false; refused: RefusedMeter }

type Chosen = { version: HeldVersion; switchAt: Instant | null } | null

/** The version that the supply has at the switch-over; its next one where no moment is given. */
const assignedTo = ({ held }: PricedMeter, order: PushOrder, now: Instant): Chosen => {
  const { planVersion: named, switchAt } = order
  if (switchAt !== null) {
    const version = held.findLast(({ since }) => since <= switchAt)
    return version ? { version, switchAt } : null
  }
  const isNamed = (one: HeldVersion) =>
    one.planId === named?.planId && one.version === named.version
  const version = named ? held.find(isNamed) : (held[1] ?? held[0])
  if (version === undefined) return held[0] ? { version: held[0], switchAt: null } : null
  return { version, switchAt: version.since > now ? version.since : null }
}

type Check = {
  order: PushOrder
  /** What was named, for meters nobody is supplied through yet. */
  named: HeldVersion | null
  calendar: Awaited<ReturnType<typeof complexCalendar>>
  waiting: Awaited<ReturnType<typeof waitingOrders>>
  now: Instant
}

const check = (deps: Pick<Deps, 'capabilitiesOf'>, meter: PricedMeter, c: Check): Checked => {
  const { meterId, supplyId, accountMode } = meter
  const refuse = (refused: Omit<RefusedMeter, 'meterId'>): Checked => ({
    ok: false,
    refused: { meterId, ...refused },
  })
  const model = deps.capabilitiesOf(meter.model)
  if (model === null) return refuse({ code: 'not_supported_by_model' })
  if (accountMode === 'centre') return refuse({ code: 'price_kept_by_centre' })
  const unassigned = c.named && { version: c.named, switchAt: c.order.switchAt }
  const chosen = supplyId === null ? unassigned : assignedTo(meter, c.order, c.now)
  if (chosen === null) return refuse({ code: 'price_plan_missing' })
  const { version, switchAt } = chosen
  const { planId, version: no } = c.order.planVersion ?? version
  if (version.planId !== planId || version.version !== no)
    return refuse({ code: 'price_plan_other' })
  const compiled = tablesIn(meter, model.priceTables, version, c.calendar, switchAt ?? c.now)
  if (!compiled.ok) return refuse({ code: 'price_not_for_meter', problems: compiled.problems })
  const other = c.waiting.find((one) => one.meterId === meterId)
  const same = other?.planId === planId && other.version === no
  const moved = switchAt !== null && other?.switchAt !== switchAt
  if (other && (!same || moved) && !c.order.replacePending)
    return refuse({ code: 'price_switch_pending' })
  return { ok: true, accepted: { meter, version, switchAt } }
}

const checkAll = async (
  tx: Tx,
  deps: Pick<Deps, 'capabilitiesOf'>,
  complexId: ComplexId,
  meters: readonly MeterId[],
  order: PushOrder,
): Promise<Checked[]> => {
  const { planVersion: asked } = order
  const named = asked && (await planVersion(tx, complexId, asked.planId, asked.version))
  if (asked && !named) throw new Refusal('not_found', { field: 'params.planVersion' })
  const found = await pricedMeters(tx, complexId, meters)
  const calendar = await complexCalendar(tx, complexId)
  const waiting = await waitingOrders(tx, complexId, meters)
  const byId = new Map(found.map((meter) => [meter.meterId, meter]))
  return meters.map((meterId) => {
    const meter = byId.get(meterId)
    return meter
      ? check(deps, meter, { order, named, calendar, waiting, now: tx.now })
      : { ok: false, refused: { meterId, code: 'not_found' } }
  })
}

/** What each command is told, with the first of each model that has several in front. */
const withCanaries = (
  deps: Pick<Deps, 'ids'>,
  accepted: readonly AcceptedPush[],
  replacePending: boolean,
) => {
  const first = new Map<string, Uuid>()
  return accepted.map(({ meter, version, switchAt }) => {
    const commandId = deps.ids.uuid()
    const after = first.get(meter.model) ?? null
    if (after === null) first.set(meter.model, commandId)
    const { planId, version: no } = version
    const params = { planId, version: no, switchAt, replacePending, after } satisfies PushParams
    return { commandId, meterId: meter.meterId, gatewayId: meter.gatewayId, params }
  })
}

/** What can be pushed, and why the rest can't. */
export const planPushes = async (
  tx: Tx,
  deps: Pick<Deps, 'capabilitiesOf'>,
  complexId: ComplexId,
  meters: readonly MeterId[],
  order: PushOrder,
): Promise<{ targets: AcceptedPush[]; refused: RefusedMeter[] }> => {
  const checked = await checkAll(tx, deps, complexId, meters, order)
  return {
    targets: checked.flatMap((one) => (one.ok ? [one.accepted] : [])),
    refused: checked.flatMap((one) => (one.ok ? [] : [one.refused])),
  }
}

/** Queues them, in the transaction of their batch. */
export const queuePushes = async (
  tx: Tx,
  deps: Pick<Deps, 'ids'>,
  { complexId, batchId }: { complexId: ComplexId; batchId: Uuid },
  order: PushOrder,
  accepted: readonly AcceptedPush[],
): Promise<void> => {
  const commands = withCanaries(deps, accepted, order.replacePending)
  const deadline = plusMs(tx.now, KINDS.pushPrice.lifeMs)
  await insertCommands(tx, { complexId, batchId, kind: 'pushPrice', deadline }, commands)
  await addWorks(
    tx,
    deps.ids,
    commands.map(({ commandId, gatewayId, params }) => ({
      complexId,
      kind: PUSH_WORK,
      key: commandId,
      gatewayId,
      dueAt: params.after === null ? tx.now : plusMs(tx.now, FOLLOW_MS),
    })),
  )
  await auditAll(
    tx,
    deps.ids,
    commands.map(({ commandId, meterId, params: { planId, version, switchAt } }) => ({
      complexId,
      action: 'control.pushPrice',
      subject: `meter/${meterId}`,
      after: { planId, version, switchAt, command: commandId },
    })),
  )
}
