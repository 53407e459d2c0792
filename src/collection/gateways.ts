// Creating and changing gateways 通讯管理机: checked before anything is written, audited in the same
// transaction; the collector follows the rows by itself within ten seconds.

import type { Static } from 'typebox'
import type { Agreement } from '../approvals/require.ts'
import type { GatewayChange, NewGateway } from '../http/contract/collection.ts'
import { shownLink } from '../metering/links/link-secrets.ts'
import { audit } from '../operators/audit-log.ts'
import type { Db, Scope, Tx } from '../ports/database.ts'
import type { Ids } from '../ports/ids.ts'
import { refuseStale } from '../registers/refuse-stale.ts'
import { linkSecretPlace } from '../secrets/places.ts'
import type { Vault } from '../secrets/vault.ts'
import { type ComplexId, complexId as complexIdOf, type GatewayId } from '../shared/ids.ts'
import { Refusal, refuseIf } from '../shared/refusal.ts'
import { once } from '../work/request.ts'
import { agreeOnSecret } from './agree-secret.ts'
import {
  type BusRow,
  type GatewayRow,
  insertGateway,
  lockGateway,
  updateGateway,
  writeBuses,
} from './gateway-change-store.ts'
import { checkPolled, checkRegistrations } from './gateway-check.ts'
import { checkLink, type Link, sealedLink } from './link-check.ts'

export type GatewayDeps = { db: Db; ids: Ids; vault: Vault }

const ONE_BUS: readonly BusRow[] = [{ ordinal: 1, settings: {} }]

/** Without its secrets: the audit log is read by many. */
export const shownGateway = (gateway: GatewayRow, buses: readonly BusRow[]) => ({
  ...gateway,
  link: shownLink(gateway.link),
  buses,
})

/** Sealed for this gateway and for no other. */
const sealFor = async (tx: Tx, { vault }: GatewayDeps, complex: ComplexId, gateway: GatewayId) => {
  const sealer = await vault.sealer(tx, complex)
  return (plain: Buffer): Buffer => sealer.seal(linkSecretPlace(complex, gateway), plain)
}

const refuseTwice = (buses: readonly BusRow[]): void =>
  refuseIf(new Set(buses.map((bus) => bus.ordinal)).size < buses.length, 'invalid_input', {
    where: 'body',
    field: 'buses',
    rule: 'unique',
  })

const create = async (
  tx: Tx,
  deps: GatewayDeps,
  complex: ComplexId,
  asked: Static<typeof NewGateway>,
): Promise<GatewayId> => {
  const buses = asked.buses ?? ONE_BUS
  refuseTwice(buses)
  const row: GatewayRow = {
    code: asked.code,
    name: asked.name,
    nameEn: asked.nameEn ?? '',
    substation: asked.substation ?? '',
    enabled: asked.enabled ?? true,
    // Its secrets can only be sealed once it has an id.
    link: {},
    settings: asked.settings ?? {},
  }
  const id = await insertGateway(tx, complex, row)
  if (id === null) throw new Refusal('already_exists', { field: 'code' })
  const seal = await sealFor(tx, deps, complex, id)
  const whole = { ...row, link: sealedLink(asked.link, {}, seal) }
  checkLink(whole.link, buses)
  checkPolled(whole.link, whole.settings)
  await checkRegistrations(tx, complex, { ...whole, gatewayId: id, buses })
  await updateGateway(tx, complex, id, whole)
  await writeBuses(tx, complex, id, buses)
  await audit(tx, deps.ids, {
    complexId: complex,
    action: 'gateway.create',
    subject: `gateway/${id}`,
    after: shownGateway(whole, buses),
  })
  return id
}

/** Refuses: already_exists, invalid_input with the field (`link.…`), request_id_reused. */
export const createGateway = (
  deps: GatewayDeps,
  scope: Scope,
  requestId: string,
  asked: Static<typeof NewGateway>,
): Promise<GatewayId> => {
  const complexId = complexIdOf(asked.complexId)
  const name = { complexId, requestId, operation: 'gateway.create', content: asked }
  return once(deps.db, scope, name, (tx) => create(tx, deps, complexId, asked))
}

const merged = (before: readonly BusRow[], changed: readonly BusRow[]): BusRow[] => {
  const byOrdinal = new Map([...before, ...changed].map((bus) => [bus.ordinal, bus]))
  return [...byOrdinal.values()].sort((a, b) => a.ordinal - b.ordinal)
}

/**
 * Refuses: not_found, changed_meanwhile, invalid_input with the field (`link.…`),
 * registration_overlaps, approval_required, approval_not_valid.
 */
export const changeGateway = async (
  tx: Tx,
  deps: GatewayDeps,
  at: { complexId: ComplexId; gatewayId: GatewayId },
  { approvalId, ...change }: Static<typeof GatewayChange>,
  agreement: Agreement = { approvalId },
): Promise<void> => {
  const { complexId, gatewayId } = at
  const found = await lockGateway(tx, complexId, gatewayId)
  if (!found) throw new Refusal('not_found', { gatewayId })
  const { buses: before, ...row } = found
  const { buses: changed = [], link, seen, ...fields } = change
  refuseStale(row, seen)
  refuseTwice(changed)
  const seal = await sealFor(tx, deps, complexId, gatewayId)
  const linkNow: Link = link === undefined ? row.link : sealedLink(link, row.link, seal)
  const next: GatewayRow = { ...row, ...fields, link: linkNow }
  const buses = merged(before, changed)
  checkPolled(next.link, next.settings)
  if (link !== undefined || changed.length > 0) {
    checkLink(next.link, buses)
    await checkRegistrations(tx, complexId, { ...next, gatewayId, buses })
  }
  const secret = { ...at, code: row.code, entered: link, before: row.link, after: linkNow }
  const approvedBy = await agreeOnSecret(tx, deps.ids, secret, agreement)
  await updateGateway(tx, complexId, gatewayId, next)
  await writeBuses(tx, complexId, gatewayId, changed)
  await audit(tx, deps.ids, {
    complexId,
    action: 'gateway.change',
    subject: `gateway/${gatewayId}`,
    before: shownGateway(row, before),
    after: { ...shownGateway(next, buses), approvedBy },
  })
}
