// The contract of asking 请求: what log-in, lists and single records take, and what the live
// stream says.

import { Type } from 'typebox'
import { Id } from '../contract.ts'
import { PasskeyAnswer } from './operators.ts'

export const LogIn = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
  /** Six digits, or a recovery code. */
  totp: Type.Optional(Type.String({ maxLength: 40 })),
  /** A passkey's answer instead of the six digits. */
  passkey: Type.Optional(PasskeyAnswer),
})
export const ChangePassword = Type.Object({
  current: Type.String({ minLength: 1, maxLength: 200 }),
  next: Type.String({ minLength: 1, maxLength: 200 }),
})

/** What lies further away no calendar of ours can count to. */
const YEAR = '(19|2\\d)\\d\\d'
/** A calendar day in the complex's zone. */
export const Day = Type.String({ format: 'date', pattern: `^${YEAR}-` })
/** A settlement month: it begins with the day cut of its first day. */
export const Month = Type.String({ pattern: `^${YEAR}-(0[1-9]|1[0-2])$` })

/** A page of a list, whatever complex it belongs to. */
export const PageQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
})
export const ListQuery = Type.Object({ complexId: Id, ...PageQuery.properties })
/** A single record may be asked for within a complex; elsewhere it is then not found. */
export const WithinQuery = Type.Object({ complexId: Type.Optional(Id) })

/**
 * `GET /events?complexId=&since=` (server-sent events). `id:` is the seq of `latest`; `since` or
 * Last-Event-ID replays what changed after it. Event names: `meters` (data: BoardItem[] that
 * changed, also by time or by an opening, with an unchanged seq), `alarm` (data: {alarmId}),
 * `purchase` (data: {purchaseId, state}), `readRound` (data: {readRoundId}: it has come further),
 * `gateway` (data: {gatewayId, online}), `resync` (fetch the board again), `beat` (data: {at},
 * every few seconds: the line is up). A comment line each 15 s.
 */
export const LIVE_EVENTS = [
  'meters',
  'alarm',
  'purchase',
  'readRound',
  'gateway',
  'resync',
  'beat',
] as const
export type LiveEvent = (typeof LIVE_EVENTS)[number]
