// Loading and emptying a DL/T 645 wallet 充值开户减额: authenticate, then send the amount under its
// MACs. The answer decides nothing (INV-14, INV-16); whoever sent it reads back. Keys are never
// logged.

import { ZERO_FEN } from '../../ledger/money.ts'
import type { CreditOrder, Outcome, ReductionOrder, WriteAnswer } from '../driver.ts'
import {
  type Credit,
  identityAuthentication,
  initialiseWallet as initialiseRequest,
  openAccount as openRequest,
  recharge as rechargeRequest,
  refund as refundRequest,
} from '../protocol/dlt645/commands/wallet.ts'
import type { MeterRefusal } from '../protocol/fault.ts'
import {
  authenticate as challenge,
  creditMacs,
  presetMacs,
  type WalletKey,
} from '../protocol/secure/wallet-key.ts'
import { fault } from './asking.ts'
import type { Dlt645Meter } from './dlt645-meter.ts'

/** An authentication this near to its end may expire on the way. */
const VALIDITY_MARGIN_MS = 60_000
const RANDOM1_BYTES = 8
/**
 * Meters count wrong MACs and suspend themselves (one maker at 15 an hour): after this many in a
 * row the driver keeps away for a while.
 */
const REJECTIONS_MAX = 3
const REJECTED_PAUSE_MS = 600_000
/** A reduction that could not leave by then never leaves: whoever reads back counts on it. */
const REDUCTION_SEND_MS = 30_000

type Authentication = { key: WalletKey; random2: Buffer; untilMono: number }

export type Creditor = {
  openAccount(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  recharge(order: CreditOrder): Promise<Outcome<WriteAnswer>>
  reduce(order: ReductionOrder): Promise<Outcome<WriteAnswer>>
  initialiseWallet(): Promise<Outcome<WriteAnswer>>
}

type Answer = Outcome<WriteAnswer> & { refusals: readonly MeterRefusal[] }

type CreditRequest = typeof rechargeRequest

const NO_REDUCTION = fault('not-supported', 'this model gives no money back this way')

const writeAnswer = (answer: Outcome<unknown>): Outcome<WriteAnswer> => {
  if (answer.ok) return { ok: true, value: { answered: 'accepted' } }
  if (answer.reason !== 'refused-by-meter') return answer
  return { ok: true, value: { answered: 'refused', detail: answer.detail } }
}

class WalletCreditor implements Creditor {
  readonly #meter: Dlt645Meter
  #held: Authentication | null = null
  #rejections = 0
  #keepAwayUntil = Number.NEGATIVE_INFINITY

  constructor(meter: Dlt645Meter) {
    this.#meter = meter
  }

  openAccount(order: CreditOrder): Promise<Outcome<WriteAnswer>> {
    return this.#credit(openRequest, order)
  }

  recharge(order: CreditOrder): Promise<Outcome<WriteAnswer>> {
    return this.#credit(rechargeRequest, order)
  }

  /** No key and no check code in this dialect; sent once, whatever comes. */
  async reduce({ amountFen, orderNo }: ReductionOrder): Promise<Outcome<WriteAnswer>> {
    const { at, asker } = this.#meter
    if (at.model.capabilities.reduce !== 'refund') return NO_REDUCTION
    const request = refundRequest(asker, { amountFen, orderNo, meterNo: at.meterNo })
    return writeAnswer(await this.#meter.ask(request, 'recharge', this.#reductionLeavesBefore()))
  }

  async initialiseWallet(): Promise<Outcome<WriteAnswer>> {
    if (this.#meter.at.model.capabilities.reduce !== 'reinitialise') return NO_REDUCTION
    const before = this.#reductionLeavesBefore()
    const valid = await this.#authentication()
    if (!valid.ok) return valid
    const { key, random2 } = valid.value
    const preset = { presetFen: ZERO_FEN, ...presetMacs(key, random2, ZERO_FEN) }
    const request = initialiseRequest(this.#meter.asker, preset)
    return writeAnswer(await this.#meter.ask(request, 'recharge', before))
  }

  #reductionLeavesBefore(): number {
    return this.#meter.clock.mono() + REDUCTION_SEND_MS
  }

  /** Once more with a fresh authentication, where the count makes a repetition harmless. */
  async #credit(request: CreditRequest, order: CreditOrder): Promise<Outcome<WriteAnswer>> {
    const first = await this.#send(request, order)
    if (!first.refusals.includes('notAuthenticated')) return withoutRefusals(first)
    this.#held = null
    const fenced = this.#meter.at.model.capabilities.replayGuard === 'counter'
    return withoutRefusals(fenced ? await this.#send(request, order) : first)
  }

  async #send(request: CreditRequest, order: CreditOrder): Promise<Answer> {
    const valid = await this.#authentication()
    if (!valid.ok) return { ...valid, refusals: [] }
    const { key, random2 } = valid.value
    const credit: Credit = { ...order, ...creditMacs(key, random2, order) }
    const answer = await this.#meter.ask(request(this.#meter.asker, credit), 'recharge')
    if (answer.ok) {
      this.#rejections = 0
      return { ok: true, value: { answered: 'accepted' }, refusals: [] }
    }
    if (answer.reason !== 'refused-by-meter') return { ...answer, refusals: [] }
    const refusals = 'refusals' in answer ? answer.refusals : []
    if (refusals.includes('macWrong')) this.#rejected()
    return { ok: true, value: { answered: 'refused', detail: answer.detail }, refusals }
  }

  async #authentication(): Promise<Outcome<Authentication>> {
    const { clock, at, asker, rng } = this.#meter
    if (this.#held && clock.mono() < this.#held.untilMono) return { ok: true, value: this.#held }
    if (clock.mono() < this.#keepAwayUntil) {
      return fault('refused-by-meter', 'the key was rejected: pausing')
    }
    const key = await this.#meter.keyOf(at.meterId)
    if (key === null) return fault('not-supported', 'no key for this meter')
    const random1 = rng.bytes(RANDOM1_BYTES)
    const request = identityAuthentication(asker, challenge(key, at.meterNo, random1))
    // The meter's time runs from when it answers: counting from the sending is the safe side.
    const sentAt = clock.mono()
    const answer = await this.#meter.ask(request, 'recharge')
    if (!answer.ok) {
      if (answer.reason === 'refused-by-meter') this.#rejected()
      return fault(answer.reason, `authentication: ${answer.detail}`, answer.mayRetry)
    }
    const untilMono = sentAt + at.model.authenticationMs - VALIDITY_MARGIN_MS
    this.#held = { key, random2: answer.value.random2, untilMono }
    return { ok: true, value: this.#held }
  }

  #rejected(): void {
    this.#held = null
    this.#rejections += 1
    if (this.#rejections < REJECTIONS_MAX) return
    this.#keepAwayUntil = this.#meter.clock.mono() + REJECTED_PAUSE_MS
  }
}

const withoutRefusals = ({ refusals: _, ...answer }: Answer): Outcome<WriteAnswer> => answer

export const dlt645Creditor = (meter: Dlt645Meter): Creditor => new WalletCreditor(meter)
