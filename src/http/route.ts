// A route 路由 is one row: what it is called, who may call it, what goes in and out, and the function
// that does it. A row without a permission does not compile; 'public' must be written.

import { type Static, type TSchema, Type } from 'typebox'
import type { Permission } from '../operators/permissions.ts'
import type { SignedIn } from '../operators/sessions.ts'
import type { Scope } from '../ports/database.ts'
import type { Language, Words } from '../shared/words.ts'
import type { Sheet } from './csv.ts'
import { answerCheck, type Checked, parser } from './input.ts'
import type { EventStream } from './stream.ts'

export type ReplyControl = {
  status(code: number): void
  setSessionCookie(token: string): void
  clearSessionCookie(): void
}

/** What every handler knows of its caller. */
export type Caller = {
  /** The client's address. */
  from: string
  /** Under which the browser reached us, as a trusted proxy tells it: `https://power.example`. */
  origin: string
  language: Language
  /** The session token the browser sent, valid or not. */
  token: string | null
  /** Last-Event-ID, which a browser sends when it takes up a stream again. */
  lastEventId: string | null
  reply: ReplyControl
}

export type OperatorCaller = Caller & {
  operator: SignedIn
  scope: Scope
  /** Idempotency-Key, for routes with `once`. Refuses: request_id_missing. */
  requestId(): string
  /** For an action inside a route that needs more than the route. Refuses: not_permitted. */
  permit(permission: Permission): void
  /**
   * For an act of weight inside a route: the password was given a few minutes ago. A machine's
   * token was given out by somebody who had. Refuses: confirmation_required.
   */
  confirmed(): void
}

type Start = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:name` for parameters. */
  path: string
  summary: Words
  /** Asks for Idempotency-Key (not in a dry run): the same key is carried out once. */
  once?: true
  /** The change is written to the audit log. */
  audited?: true
  /** Also open to an operator who must choose his password or set up his second factor first. */
  duringSetup?: true
  /** An act of weight: the password must have been given a few minutes ago; no token does it. */
  confirmed?: true
  /** Requests a minute from one address, for what can be guessed at. */
  perMinute?: number
  /** All the work that it queues; left out: any. Nobody else is woken to look for it. */
  queues?: 'delivery'
  /** For what comes as a file; left out: as everywhere. */
  bodyMaxBytes?: number
}

type Incoming = { params?: TSchema; query?: TSchema; body?: TSchema }
type Raw = { params: unknown; query: unknown; body: unknown }
type Input<P extends TSchema, Q extends TSchema, B extends TSchema> = {
  params: Static<P>
  query: Static<Q>
  body: Static<B>
}
type Row<P extends TSchema, Q extends TSchema, B extends TSchema> = Start & {
  params?: P
  query?: Q
  body?: B
}
type Answered<P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema, C> = Row<
  P,
  Q,
  B
> & {
  /** `NoContent` answers 204. */
  answer: A
  handler(caller: C, input: Input<P, Q, B>): Promise<Static<A>>
}
type LooseRow<C> = Start &
  Incoming & { answer: TSchema; handler(caller: C, input: Raw): Promise<unknown> }

export const NoContent = Type.Null()

export type Route = Start &
  Incoming & { answer?: TSchema } & (
    | {
        kind: 'operator'
        permission: Permission | 'session'
        run(caller: OperatorCaller, raw: Raw): Promise<Checked>
      }
    | { kind: 'public'; permission: 'public'; run(caller: Caller, raw: Raw): Promise<Checked> }
    | { kind: 'text'; permission: 'public'; run(): Promise<string> }
    | {
        kind: 'sheet'
        permission: Permission
        run(caller: OperatorCaller, raw: Raw): Promise<Sheet>
      }
    | {
        kind: 'stream'
        permission: Permission
        run(caller: OperatorCaller, raw: Raw, open: () => EventStream): Promise<void>
      }
  )

/** Machines do what a permission names; what is a person's own business stays with the person. */
export const openToTokens = (route: Pick<Route, 'permission' | 'confirmed'>): boolean =>
  route.permission !== 'public' && route.permission !== 'session' && route.confirmed !== true

/** The row's own schemas turn what came in into what its handler was typed for. */
const door = (row: Incoming): ((raw: Raw) => Raw) => {
  const params = row.params && parser(row.params, 'params')
  const query = row.query && parser(row.query, 'query')
  const body = row.body && parser(row.body, 'body')
  return (raw) => ({
    params: params?.(raw.params),
    query: query?.(raw.query),
    body: body?.(raw.body),
  })
}

const answering = <C>(row: LooseRow<C>): ((caller: C, raw: Raw) => Promise<Checked>) => {
  const parse = door(row)
  const check = answerCheck(row.answer)
  return async (caller, raw) => check(await row.handler(caller, parse(raw)))
}

/** For a logged-in operator with the permission; `session` needs none but the session. */
export function route<
  A extends TSchema,
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
>(row: Answered<P, Q, B, A, OperatorCaller> & { permission: Permission | 'session' }): Route
export function route(
  row: LooseRow<OperatorCaller> & { permission: Permission | 'session' },
): Route {
  return { ...row, kind: 'operator', run: answering(row) }
}

/** For anybody. */
export function publicRoute<
  A extends TSchema,
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
>(row: Answered<P, Q, B, A, Caller> & { permission: 'public' }): Route
export function publicRoute(row: LooseRow<Caller> & { permission: 'public' }): Route {
  return { ...row, kind: 'public', run: answering(row) }
}

/** Plain text for machines, for anybody. */
export const textRoute = (
  row: Start & { permission: 'public'; handler(): Promise<string> },
): Route => ({ ...row, kind: 'text', run: row.handler })

/** A table to be saved as a file; written as CSV. */
export function sheetRoute<P extends TSchema = TSchema, Q extends TSchema = TSchema>(
  row: Start & {
    permission: Permission
    params: P
    query: Q
    handler(caller: OperatorCaller, input: { params: Static<P>; query: Static<Q> }): Promise<Sheet>
  },
): Route
export function sheetRoute(
  row: Start &
    Incoming & {
      permission: Permission
      handler(caller: OperatorCaller, input: Raw): Promise<Sheet>
    },
): Route {
  const parse = door(row)
  return { ...row, kind: 'sheet', run: (caller, raw) => row.handler(caller, parse(raw)) }
}

/** Server-sent events: the handler checks, then opens the stream. */
export function streamRoute<Q extends TSchema = TSchema>(
  row: Start & {
    permission: Permission
    query: Q
    handler(
      caller: OperatorCaller,
      input: { query: Static<Q> },
      open: () => EventStream,
    ): Promise<void>
  },
): Route
export function streamRoute(
  row: Start &
    Incoming & {
      permission: Permission
      handler(caller: OperatorCaller, input: Raw, open: () => EventStream): Promise<void>
    },
): Route {
  const parse = door(row)
  return {
    ...row,
    kind: 'stream',
    run: (caller, raw, open) => row.handler(caller, parse(raw), open),
  }
}
