// Loading a DL/T 645 wallet 充值开户: authenticate, then send the amount under its MACs. The answer
// decides nothing (INV-14, INV-16); whoever sent it reads back. Keys are never logged.

import { type Dlt645Meter, fault } from './dlt645-meter.ts'
import type { CreditOrder, Outcome, WriteAnswer } from './driver.ts'
import {
  type Credit,
  identityAuthentication,
  openAccount as openRequest,
  recharge as rechargeRequest,
} from './protocol/dlt645/commands/wallet.ts'
import type { MeterRefusal } from './protocol/fault.ts'
import {
  authenticate as challenge,
  creditMacs,
  type WalletKey,
} from './protocol/secure/wallet-key.ts'

/** An authentication this near to its end may expire on the way. */
const VALIDITY_MARGIN_MS = 60_000
const RANDOM1_BYTES = 8
/**
 * Meters count wrong MACs and suspend themselves (one maker at 15 an hour): after this many in a
 * row the driver keeps away for a while.
 */
const REJECTIONS_MAX = 3
const REJECTED_PAUSE_MS = 600_000

type Authentication = { key: WalletKey; random2: Buffer; untilMono: number }

export type Creditor = {
  openAccount(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  recharge(order: CreditOrder): Promise<Outcome<WriteAnswer>>
}

type Answer = Outcome<WriteAnswer> & { refusals: readonly MeterRefusal[] }

export const dlt645Creditor = (meter: Dlt645Meter): Creditor => {
  const { clock, at } = meter
  let held: Authentication | null = null
  let rejections = 0
  let keepAwayUntil = Number.NEGATIVE_INFINITY

  const rejected = (): void => {
    held = null
    rejections += 1
    if (rejections >= REJECTIONS_MAX) keepAwayUntil = clock.mono() + REJECTED_PAUSE_MS
  }

  const authentication = async (): Promise<Outcome<Authentication>> => {
    const asked = clock.mono()
    if (held && asked < held.untilMono) return { ok: true, value: held }
    if (asked < keepAwayUntil) return fault('refused-by-meter', 'the key was rejected: pausing')
    const key = await meter.keyOf(at.meterId)
    if (key === null) return fault('not-supported', 'no key for this meter')
    const random1 = meter.rng.bytes(RANDOM1_BYTES)
    const request = identityAuthentication(meter.asker, challenge(key, at.meterNo, random1))
    const sent = clock.mono()
    const answer = await meter.ask(request, 'recharge')
    if (!answer.ok) {
      if (answer.reason === 'refused-by-meter') rejected()
      return fault(answer.reason, `authentication: ${answer.detail}`, answer.mayRetry)
    }
    const untilMono = sent + at.model.authenticationMs - VALIDITY_MARGIN_MS
    held = { key, random2: answer.value.random2, untilMono }
    return { ok: true, value: held }
  }

  const send = async (request: typeof rechargeRequest, order: CreditOrder): Promise<Answer> => {
    const valid = await authentication()
    if (!valid.ok) return { ...valid, refusals: [] }
    const credit: Credit = { ...order, ...creditMacs(valid.value.key, valid.value.random2, order) }
    const answer = await meter.ask(request(meter.asker, credit), 'recharge')
    if (answer.ok) {
      rejections = 0
      return { ok: true, value: { answered: 'accepted' }, refusals: [] }
    }
    if (answer.reason !== 'refused-by-meter') return { ...answer, refusals: [] }
    const refusals = 'refusals' in answer ? answer.refusals : []
    if (refusals.includes('macWrong')) rejected()
    return { ok: true, value: { answered: 'refused', detail: answer.detail }, refusals }
  }

  /** Once more with a fresh authentication, where the count makes a repetition harmless. */
  const credit = async (
    request: typeof rechargeRequest,
    order: CreditOrder,
  ): Promise<Outcome<WriteAnswer>> => {
    const first = await send(request, order)
    if (!first.refusals.includes('notAuthenticated')) return withoutRefusals(first)
    held = null
    if (at.model.capabilities.replayGuard !== 'counter') return withoutRefusals(first)
    return withoutRefusals(await send(request, order))
  }

  return {
    openAccount: (order) => credit(openRequest, order),
    recharge: (order) => credit(rechargeRequest, order),
  }
}

const withoutRefusals = ({ refusals: _, ...answer }: Answer): Outcome<WriteAnswer> => answer
