// Branded identifiers: an AccountId can never be passed where a MeterId is meant.
// Registers have integer ids; money, commands and follow-up work have UUIDs made by the ids port.

declare const brand: unique symbol
export type Brand<T, B extends string> = T & { readonly [brand]: B }

export type ComplexId = Brand<number, 'ComplexId'>
export type BuildingId = Brand<number, 'BuildingId'>
export type PremisesId = Brand<number, 'PremisesId'>
export type PointId = Brand<number, 'PointId'>
export type GatewayId = Brand<number, 'GatewayId'>
export type BusId = Brand<number, 'BusId'>
export type DeviceId = Brand<number, 'DeviceId'>
export type MeterId = Brand<number, 'MeterId'>
export type PlanId = Brand<number, 'PlanId'>
export type TenantId = Brand<number, 'TenantId'>
export type AccountId = Brand<number, 'AccountId'>
export type SupplyId = Brand<number, 'SupplyId'>
export type OperatorId = Brand<number, 'OperatorId'>
export type RoleId = Brand<number, 'RoleId'>
/** A UUID (version 7) from the ids port. */
export type Uuid = Brand<string, 'Uuid'>

export const complexId = (n: number) => n as ComplexId
export const buildingId = (n: number) => n as BuildingId
export const premisesId = (n: number) => n as PremisesId
export const pointId = (n: number) => n as PointId
export const gatewayId = (n: number) => n as GatewayId
export const busId = (n: number) => n as BusId
export const deviceId = (n: number) => n as DeviceId
export const meterId = (n: number) => n as MeterId
export const planId = (n: number) => n as PlanId
export const tenantId = (n: number) => n as TenantId
export const accountId = (n: number) => n as AccountId
export const supplyId = (n: number) => n as SupplyId
export const operatorId = (n: number) => n as OperatorId
export const roleId = (n: number) => n as RoleId
export const uuid = (s: string) => s as Uuid
