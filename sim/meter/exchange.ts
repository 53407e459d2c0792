// One question to a simulated meter 一问一答, what it may answer, and the session it forgets.

import { type LocalFields, localFields } from './calendar.ts'
import { meterNow } from './own-clock.ts'
import type { Site } from './site.ts'
import type { MeterState } from './state.ts'

/** Lost with the power, as in a real meter: nothing here outlives the process. */
export type Session = {
  /** Set by an identity authentication. */
  random2: Buffer | null
  validUntilMs: number
  authentications: number
  /** What a long read still has to give (B1/12H). */
  rest: { di: string; sequence: number; bytes: Buffer } | null
}

export const newSession = (): Session => ({
  random2: null,
  validUntilMs: 0,
  authentications: 0,
  rest: null,
})

/** Where a test cuts the power between the two halves of a credit. */
export type PowerCut = 'countFirst' | 'balanceFirst' | null

export type Exchange = {
  readonly state: MeterState
  readonly site: Site
  readonly session: Session
  readonly nowMs: number
  /** Who sends a plain write: eight hexadecimal digits. */
  operator: string
  /** True once something changed that must be durable before the answer leaves. */
  mutated: boolean
  powerCut: PowerCut
  /** True when the power was cut in this exchange: no answer, now or later. */
  died: boolean
}

export type Answer =
  | { kind: 'ok'; data: Buffer }
  | { kind: 'more'; data: Buffer }
  | { kind: 'error'; data: Buffer }
  | { kind: 'silent' }

export const ok = (data: Uint8Array = new Uint8Array()): Answer => ({
  kind: 'ok',
  data: Buffer.from(data),
})
export const SILENT: Answer = { kind: 'silent' }

/** Bits of the error byte in Dx answers. */
export const ERR = {
  other: 0,
  noSuchData: 1,
  notAuthorised: 2,
  baudFixed: 3,
  tooManyZones: 4,
  tooManyPeriods: 5,
  tooManyTariffs: 6,
} as const
export const refuse = (bit: (typeof ERR)[keyof typeof ERR]): Answer => ({
  kind: 'error',
  data: Buffer.from([1 << bit]),
})

export const authenticated = ({ session, nowMs }: Exchange): boolean =>
  session.random2 !== null && nowMs < session.validUntilMs

/** The meter's own wall clock in this exchange. */
export const clockOf = ({ state, site, nowMs }: Exchange): LocalFields =>
  localFields(meterNow(state, nowMs), site.utcOffsetMinutes)
