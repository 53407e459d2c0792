// What the crash test and the process it kills say to each other.

import { type Static, Type } from 'typebox'
import Value from 'typebox/value'

export const Setup = Type.Object({
  url: Type.String(),
  masterKey: Type.String(),
  complexId: Type.Integer(),
  operator: Type.Integer(),
  gatewayPort: Type.Integer(),
  /** 'resend' is the wrong protocol: it sends again whenever it is in doubt. */
  protocol: Type.Enum(['product', 'resend']),
  /** Closings want more of the product: orders to relays, questions, readings that are kept. */
  closes: Type.Boolean(),
})
export type Setup = Static<typeof Setup>

export const Order = Type.Object({
  do: Type.Enum(['open', 'recharge', 'refund', 'reverse', 'swap', 'close']),
  crashAt: Type.Union([Type.Integer(), Type.Null()]),
  requestId: Type.String(),
  meterId: Type.Integer(),
  accountId: Type.Union([Type.Integer(), Type.Null()]),
  planId: Type.Integer(),
  amountFen: Type.Integer(),
  /** Of a reversal. */
  saleId: Type.Optional(Type.String()),
  /** Of a swap: where, and by which meter. */
  pointId: Type.Optional(Type.Integer()),
  newMeterId: Type.Optional(Type.Integer()),
})
export type Order = Static<typeof Order>

export const Told = Type.Object({
  ready: Type.Optional(Type.Boolean()),
  accountId: Type.Optional(Type.Integer()),
  /** It waits for a person: a meter is on hold. */
  held: Type.Optional(Type.Boolean()),
  /** Paid out, fen. */
  paidFen: Type.Optional(Type.Integer()),
  error: Type.Optional(Type.String()),
})
export type Told = Static<typeof Told>

export const setupFrom = (text: string): Setup => Value.Parse(Setup, JSON.parse(text))
export const orderFrom = (value: unknown): Order => Value.Parse(Order, value)
export const toldFrom = (value: unknown): Told => Value.Parse(Told, value)
