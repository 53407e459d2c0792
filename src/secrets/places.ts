// Places of secrets 密钥归属: what a sealed value belongs to, as table, complex and row. It opens
// nowhere else.

import type { ComplexId, GatewayId, MeterId, OperatorId, TenantId } from '../shared/ids.ts'

export type Place = {
  /** Null: of the installation. */
  complex: ComplexId | null
  /** Associated data of its value; the data key's id is added. */
  aad: string
  /** Associated data of values sealed before there were data keys. */
  former: string
}

const place = (
  table: string,
  complex: ComplexId | null,
  row: string | number,
  former: string,
): Place => ({ complex, aad: `${table}|${complex ?? 0}|${row}`, former })

export const meterKeyPlace = (complex: ComplexId, meter: MeterId, version: number): Place =>
  place('meter_key', complex, `${meter}.${version}`, `meter-key|${complex}|${meter}|${version}`)

/** For whatever secret a gateway's link needs. */
export const linkSecretPlace = (complex: ComplexId, gateway: GatewayId): Place =>
  place('gateway', complex, gateway, `link-secret|${complex}|${gateway}`)

export const tenantPhonePlace = (complex: ComplexId, tenant: TenantId): Place =>
  place('tenant', complex, tenant, `tenant-phone|${complex}`)

export const operatorPhonePlace = (operator: OperatorId): Place =>
  place('operator.phone', null, operator, `operator-phone|${operator}`)

export const totpPlace = (operator: OperatorId): Place =>
  place('operator.totp', null, operator, `totp|${operator}`)

/** What signs the events that are sent to a subscriber. */
export const webhookSecretPlace = (complex: ComplexId, webhook: number): Place =>
  place('webhook', complex, webhook, '')
