// One simulated prepaid meter 模拟表: bytes in, bytes out, and nothing but the time it is given. So it
// runs behind a real socket as well as inside a deterministic simulation.

import { hexLow, textLow } from './bytes.ts'
import { dateDigits, momentOf } from './calendar.ts'
import { advance, countFeeds } from './consume.ts'
import { applyCredit } from './credit.ts'
import { endEvent, momentDigits, recordEvent, recordProgramming } from './events.ts'
import {
  type Answer,
  clockOf,
  ERR,
  type Exchange,
  newSession,
  ok,
  type PowerCut,
  refuse,
  SILENT,
} from './exchange.ts'
import { factoryState, initialiseWallet } from './factory.ts'
import { decodeFrame, encodeFrame, type Frame } from './frame.ts'
import { freezeNow } from './freezes.ts'
import { readItem } from './items.ts'
import { readOld } from './old-edition.ts'
import { meterNow, moveClock } from './own-clock.ts'
import { PARAMETERS } from './parameters.ts'
import { pressButton, settleArrears } from './relay.ts'
import { passwordFits, relayCommand } from './relay-command.ts'
import { securityCommand } from './security.ts'
import type { Site } from './site.ts'
import type { MeterState } from './state.ts'

const BROADCAST = '999999999999'
const ANYONE = 'AAAAAAAAAAAA'
const MINUTE_MS = 60_000
/** A broadcast may correct the clock by so much, and not so near to midnight. */
const BROADCAST_REACH_MS = 5 * MINUTE_MS
const DAY_MINUTES = 1_440
const READ_BYTES_MAX = 196

const read = (exchange: Exchange, data: Buffer): Answer => {
  if (data.length !== 4) return refuse(ERR.noSuchData)
  const di = textLow(data)
  const value = readItem(exchange, di)
  if (value === null) return refuse(ERR.noSuchData)
  const first = Buffer.concat([data, value.subarray(0, READ_BYTES_MAX)])
  const bytes = value.subarray(READ_BYTES_MAX)
  exchange.session.rest = bytes.length > 0 ? { di, sequence: 1, bytes } : null
  return bytes.length > 0 ? { kind: 'more', data: first } : ok(first)
}

const readFollowUp = ({ session }: Exchange, data: Buffer): Answer => {
  const rest = session.rest
  const wanted = data.length === 5 && rest !== null && textLow(data.subarray(0, 4)) === rest.di
  if (!wanted || data.readUInt8(4) !== rest.sequence) return refuse(ERR.noSuchData)
  const piece = rest.bytes.subarray(0, READ_BYTES_MAX - 1)
  const bytes = rest.bytes.subarray(piece.length)
  session.rest = bytes.length > 0 ? { ...rest, sequence: rest.sequence + 1, bytes } : null
  const answer = Buffer.concat([data.subarray(0, 4), piece, data.subarray(4)])
  return bytes.length > 0 ? { kind: 'more', data: answer } : ok(answer)
}

const WRITE_HEAD_BYTES = 12
/** Setting the clock is recorded as such, not as programming. */
const CLOCK_ITEMS = ['04000101', '04000102', '0400010C']

const write = (exchange: Exchange, data: Buffer): Answer => {
  if (data.length <= WRITE_HEAD_BYTES) return refuse(ERR.other)
  const { state, site, nowMs } = exchange
  const di = textLow(data.subarray(0, 4))
  const parameter = PARAMETERS[di]
  if (parameter?.write === undefined) return refuse(ERR.noSuchData)
  if (!passwordFits(data.subarray(4))) return refuse(ERR.notAuthorised)
  exchange.operator = textLow(data.subarray(8, WRITE_HEAD_BYTES))
  const moment = momentDigits(state, site, nowMs)
  const taken = parameter.write(exchange, data.subarray(WRITE_HEAD_BYTES))
  if (taken !== true) return refuse(ERR[taken || 'other'])
  if (!CLOCK_ITEMS.includes(di)) recordProgramming(state, moment, exchange.operator, di)
  exchange.mutated = true
  return ok()
}

/** 08H: ss mm hh DD MM YY; taken once a day, for small errors, away from midnight. */
const broadcastTime = (exchange: Exchange, data: Buffer): Answer => {
  const { state, site, nowMs } = exchange
  const toMs = momentOf(textLow(data), site.utcOffsetMinutes)
  const own = clockOf(exchange)
  const minute = own.hour * 60 + own.minute
  const nearMidnight = minute < 5 || minute >= DAY_MINUTES - 5
  if (toMs === null || nearMidnight || state.broadcastDay === dateDigits(own)) return SILENT
  if (Math.abs(toMs - meterNow(state, nowMs)) > BROADCAST_REACH_MS) return SILENT
  moveClock(state, nowMs, toMs - nowMs)
  state.broadcastDay = dateDigits(own)
  exchange.mutated = true
  return SILENT
}

/** 16H: all 99 freezes now; the patterns by hour, day and month only arm what runs daily anyway. */
const freeze = (exchange: Exchange, data: Buffer): Answer => {
  if (data.length !== 4) return refuse(ERR.other)
  if (textLow(data) !== '99999999') return ok()
  freezeNow(exchange.state, exchange.site, exchange.nowMs)
  exchange.mutated = true
  return ok()
}

type Handler = (exchange: Exchange, data: Buffer) => Answer

const HANDLERS: Record<number, Handler> = {
  3: securityCommand,
  8: broadcastTime,
  17: read,
  18: readFollowUp,
  19: ({ site }) => ok(hexLow(site.identity.address)),
  20: write,
  22: freeze,
  23: () => refuse(ERR.baudFixed),
  24: () => refuse(ERR.notAuthorised),
  25: () => refuse(ERR.notAuthorised),
  26: () => refuse(ERR.notAuthorised),
  27: () => refuse(ERR.notAuthorised),
  28: relayCommand,
  29: () => refuse(ERR.other),
}

const OLD_HANDLERS: Record<number, Handler> = { 1: readOld, 8: broadcastTime }

const BROADCASTABLE = [0x08, 0x16]
/** "Whoever is there" may be asked to read, never to change anything. */
const NOT_FOR_ANYONE = [0x14, 0x16, 0x1a, 0x1b, 0x1c, 0x1d]
const ANSWER_BIT = { ok: 0x80, more: 0xa0, error: 0xc0 } as const

/** A in the asked address stands for any digit. */
export const addressMatches = (asked: string, own: string): boolean =>
  [...asked].every((digit, i) => digit === 'A' || digit === own[i])

const DAY_MS = DAY_MINUTES * MINUTE_MS
const PAUSE_LIVED_MAX_MS = 2 * DAY_MS

/**
 * While the process was down the tenants went on using electricity, and the meter went on freezing:
 * the next `advance` catches up. Of a very long pause only the end is lived through; before that
 * the power was out.
 */
const liveThroughPause = (state: MeterState, site: Site, nowMs: number): void => {
  const powerBackMs = nowMs - PAUSE_LIVED_MAX_MS
  if (state.atMs >= powerBackMs) return
  const since = momentDigits(state, site, state.atMs)
  if (state.powered) {
    recordEvent(state, 'powerDown', since, { end: momentDigits(state, site, powerBackMs) })
  }
  state.atMs = powerBackMs
}

export type Persist = (kind: 'money' | 'flow') => void

export class VirtualMeter {
  readonly site: Site
  /** Where a test cuts the power during the next credit; afterwards `dead` is set. */
  powerCut: PowerCut = null
  dead = false
  #state: MeterState
  #session = newSession()
  readonly #persist: Persist

  /**
   * @param state what an earlier run left behind, or null for a meter from the factory
   * @param persist is called before an answer is handed out, so what it reports is durable
   */
  constructor(site: Site, state: MeterState | null, nowMs: number, persist: Persist = () => {}) {
    this.site = site
    this.#persist = persist
    this.#state = state ?? factoryState(site, nowMs)
    if (state !== null) liveThroughPause(state, site, nowMs)
  }

  get state(): MeterState {
    return this.#state
  }
  get address(): string {
    return this.site.identity.address
  }

  /** Uses electricity up to now. */
  advance(nowMs: number): void {
    advance(this.#state, this.site, nowMs)
    if (this.site.feeds !== null) countFeeds(this.#state, this.site.feeds.throughWh(nowMs))
  }

  /** Uses electricity up to now and writes it down, before somebody is told. */
  settle(nowMs: number): void {
    this.advance(nowMs)
    this.#persist('flow')
  }

  /** Answers the first frame in `bytes`, or null where a meter keeps silent. */
  onFrame(bytes: Uint8Array, nowMs: number): Buffer | null {
    const frame = decodeFrame(bytes)
    return frame === null ? null : this.onRequest(frame, nowMs)
  }

  onRequest(frame: Frame, nowMs: number): Buffer | null {
    const handler = this.#handlerOf(frame)
    if (handler === undefined || this.dead || !this.#state.powered) return null
    this.advance(nowMs)
    const exchange = this.#exchange(nowMs)
    const answer = handler(exchange, frame.data)
    this.powerCut = exchange.powerCut
    this.dead = exchange.died
    this.#persist(exchange.mutated ? 'money' : 'flow')
    if (answer.kind === 'silent' || this.dead || frame.address === BROADCAST) return null
    const control = frame.control | ANSWER_BIT[answer.kind]
    return encodeFrame({ address: this.address, control, data: answer.data })
  }

  #handlerOf({ address, control }: Frame): Handler | undefined {
    const handlers = this.site.identity.model === 'dlt645-1997-1p' ? OLD_HANDLERS : HANDLERS
    if (address === BROADCAST) {
      return BROADCASTABLE.includes(control) ? handlers[control] : undefined
    }
    if (!addressMatches(address, this.address)) return undefined
    if (address === ANYONE && NOT_FOR_ANYONE.includes(control)) return undefined
    return handlers[control]
  }

  #exchange(nowMs: number): Exchange {
    return {
      state: this.#state,
      site: this.site,
      session: this.#session,
      nowMs,
      operator: '00000000',
      mutated: false,
      powerCut: this.powerCut,
      died: false,
    }
  }

  /** Somebody else's terminal loads the meter: the next count, the same customer. */
  foreignCredit(amountFen: number, nowMs: number): void {
    this.advance(nowMs)
    const { customerNo } = this.#state
    applyCredit(this.#exchange(nowMs), { amountFen, customerNo, kind: 'foreign' })
    this.#persist('money')
  }

  /** The wallet forgets everything, as after a service technician's reset. */
  reset(nowMs: number): void {
    this.change(nowMs, (state) => initialiseWallet(state, 0))
  }

  /** A new meter is screwed on: other serial, empty registers, no account; same address. */
  swap(nowMs: number, serial: number, meterNo = this.site.identity.meterNo): void {
    const { credits, reductions } = this.#state
    this.#state = { ...factoryState(this.site, nowMs, serial), meterNo, credits, reductions }
    this.#session = newSession()
    this.dead = false
    this.#persist('money')
  }

  pressButton(nowMs: number): void {
    this.change(nowMs, (state) => pressButton(state, this.site, nowMs))
  }

  /** The mains behind the meter come and go; what it keeps, it keeps. */
  setPowered(nowMs: number, powered: boolean): void {
    this.change(nowMs, (state) => {
      if (state.powered === powered) return
      const moment = momentDigits(state, this.site, nowMs)
      if (powered) endEvent(state, 'powerDown', moment)
      else recordEvent(state, 'powerDown', moment)
      state.powered = powered
    })
  }

  /** Somebody opens or closes a cover 开盖. */
  setCover(nowMs: number, cover: 'meterCover' | 'terminalCover', open: boolean): void {
    const flag = cover === 'meterCover' ? 'coverOpen' : 'terminalCoverOpen'
    this.change(nowMs, (state) => {
      if (state[flag] === open) return
      const moment = momentDigits(state, this.site, nowMs)
      if (open) recordEvent(state, cover, moment)
      else endEvent(state, cover, moment)
      state[flag] = open
    })
  }

  /** Alters the meter from outside the wire, for tests; durable when it returns. */
  change(nowMs: number, alter: (state: MeterState) => void): void {
    this.advance(nowMs)
    alter(this.#state)
    settleArrears(this.#state, this.site, nowMs)
    this.#persist('money')
  }
}

/** The serial of the swapped-in meter follows from the one before it. */
export const nextSerial = (state: MeterState): number => Number(state.esamSerial.slice(-4)) + 1
