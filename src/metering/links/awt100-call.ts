// One call of a data gateway 数据网关的一次来电: it must prove its secret before anything it says is
// believed; then heartbeats, reports and what its buses answer.

import type { Clock } from '../../ports/clock.ts'
import type { Rng } from '../../ports/ids.ts'
import type { LinkClosed, LinkConnection } from '../../ports/net.ts'
import { AWT100, awt100Reader, encodeAwt100 } from './frames/awt100.ts'
import { inflated, isProof, openAwt100, sealAwt100 } from './frames/awt100-cipher.ts'
import {
  type Awt100Auth,
  type Awt100Passage,
  type Awt100Report,
  heartbeatXml,
  parseAwt100Auth,
  parseAwt100Heartbeat,
  parseAwt100Report,
  parsePassage,
  passageText,
  resultXml,
  sequenceXml,
} from './frames/awt100-xml.ts'
import { stampOf } from './frames/local-stamp.ts'

/** A gateway that may call, and where what it says goes once it has proved who it is. */
export type Awt100Party = {
  readonly gatewayNo: string
  readonly secret: Buffer
  readonly zone: string
  passed(call: Awt100Call): void
  report(report: Awt100Report): void
  answer(passage: Awt100Passage): void
  gone(call: Awt100Call, why: LinkClosed): void
}

export type Awt100Counters = {
  /** Proved their secret. */
  passed: number
  /** Named a gateway and did not prove its secret. */
  refused: number
  /** Named a gateway that nobody expects. */
  unknown: number
  /** Said nothing that makes sense in time. */
  silent: number
  /** Closed unheard because too many had not proved anything yet. */
  crowded: number
  /** Frames of a gateway that passed, which could not be opened or read. */
  badFrames: number
}

export type Awt100CallDeps = {
  clock: Clock
  rng: Rng
  counters: Awt100Counters
  partyOf(gatewayNo: string): Awt100Party | null
  /** Not proved, for the list of those who called in vain. */
  refused(firstBytes: Buffer): void
  /** It has proved itself or ended: it no longer counts among the waiting. */
  settled(call: Awt100Call): void
}

const PROVE_WITHIN_MS = 15_000
/** Gateways send a heartbeat every minute or so. */
const QUIET_MS = 300_000
const AUTH_BYTES_MAX = 4_096
/** A log-in takes two messages; whoever needs more is made to call again. */
const AUTH_FRAMES_MAX = 8
const ANSWER_BYTES_MAX = 4_096
const REPORT_BYTES_MAX = 256 * 1_024
const UNPACKED_BYTES_MAX = 2 * 1_024 * 1_024
/** More than this in no frame: whoever calls speaks something else. */
const NOISE_BYTES_MAX = 4_096
const FIRST_BYTES = 128
const SEQUENCE_BYTES = 16

export class Awt100Call {
  readonly #deps: Awt100CallDeps
  readonly #connection: LinkConnection
  readonly #reader = awt100Reader((type) => this.#longest(type))
  readonly #cancelProve: () => void
  #cancelQuiet = () => {}
  #first: Buffer = Buffer.alloc(0)
  #challenge: { party: Awt100Party; sequence: string } | null = null
  #party: Awt100Party | null = null
  #buildingNo = ''
  #authFrames = 0
  #why: LinkClosed | null = null
  #over = false
  /** Monotonic: when the gateway was last heard. */
  heardAt: number

  constructor(deps: Awt100CallDeps, connection: LinkConnection) {
    this.#deps = deps
    this.#connection = connection
    this.heardAt = deps.clock.mono()
    this.#cancelProve = deps.clock.after(PROVE_WITHIN_MS, () => {
      deps.counters.silent += 1
      this.#refuse('no log-in in time')
    })
    connection.onBytes((bytes) => this.#receive(bytes))
    connection.onClose((why) => this.#ended(why))
  }

  close(why: LinkClosed): void {
    this.#why ??= why
    this.#connection.close()
  }

  request(passage: Awt100Passage): void {
    if (!this.#party || this.#over) return
    const text = Buffer.from(passageText(passage))
    this.#send(AWT100.request, sealAwt100(this.#party.secret, text))
  }

  #ended(why: LinkClosed): void {
    if (this.#over) return
    this.#over = true
    this.#cancelProve()
    this.#cancelQuiet()
    this.#deps.settled(this)
    this.#party?.gone(this, this.#why ?? why)
  }

  #longest(type: number): number | null {
    if (type === AWT100.auth) return AUTH_BYTES_MAX
    if (!this.#party) return null
    switch (type) {
      case AWT100.heartbeat:
        return AUTH_BYTES_MAX
      case AWT100.data:
      case AWT100.packed:
        return REPORT_BYTES_MAX
      case AWT100.answer:
        return ANSWER_BYTES_MAX
      default:
        return null
    }
  }

  #receive(bytes: Buffer): void {
    if (this.#over || this.#why) return
    if (this.#first.length < FIRST_BYTES) {
      this.#first = Buffer.concat([this.#first, bytes]).subarray(0, FIRST_BYTES)
    }
    this.heardAt = this.#deps.clock.mono()
    if (this.#party) this.#armQuiet()
    for (const { type, data } of this.#reader.push(bytes)) {
      if (!this.#over && !this.#why) this.#handle(type, data)
    }
    if (this.#reader.discardedBytes > NOISE_BYTES_MAX) this.#refuse('speaks another protocol')
  }

  #armQuiet(): void {
    this.#cancelQuiet()
    this.#cancelQuiet = this.#deps.clock.after(QUIET_MS, () =>
      this.close({ reason: 'timeout', detail: 'no heartbeat' }),
    )
  }

  #refuse(detail: string): void {
    if (!this.#party) this.#deps.refused(this.#first)
    this.close({ reason: 'refused', detail })
  }

  #send(type: number, data: Buffer): void {
    if (!this.#over) this.#connection.write(encodeAwt100(type, data))
  }

  #handle(type: number, data: Buffer): void {
    if (type === AWT100.auth) {
      if (!this.#party) this.#authFrames += 1
      if (this.#authFrames > AUTH_FRAMES_MAX) this.#refuse('too many log-ins')
      else this.#logIn(parseAwt100Auth(data.toString()))
    } else if (this.#party) this.#obey(this.#party, type, data)
  }

  #logIn(message: Awt100Auth | null): void {
    if (message?.operation === 'request') this.#challengeTo(message)
    else if (message?.operation === 'md5') this.#judge(message)
  }

  #challengeTo(message: Awt100Auth): void {
    const { rng, partyOf, counters } = this.#deps
    const party = partyOf(message.gatewayNo)
    if (!party || (this.#party && this.#party !== party)) {
      counters.unknown += 1
      this.#send(AWT100.auth, resultXml(message, false))
      this.#refuse('unknown gateway')
      return
    }
    const sequence = BigInt(`0x${rng.bytes(SEQUENCE_BYTES).toString('hex')}`).toString()
    this.#challenge = { party, sequence }
    this.#send(AWT100.auth, sequenceXml(message, sequence))
  }

  #judge(message: Awt100Auth): void {
    const { counters, settled, partyOf } = this.#deps
    const challenge = this.#challenge
    // A sequence serves once, so that no proof can be tried twice.
    this.#challenge = null
    const { party, sequence } = challenge ?? { party: null, sequence: '' }
    // The settings may have changed since the challenge: then nobody is there to prove it to.
    const named = party !== null && partyOf(message.gatewayNo) === party
    if (!named || !isProof(party.secret, sequence, message.md5 ?? '')) {
      counters.refused += 1
      this.#send(AWT100.auth, resultXml(message, false))
      this.#refuse('wrong secret')
      return
    }
    this.#send(AWT100.auth, resultXml(message, true))
    if (this.#party) return
    counters.passed += 1
    this.#cancelProve()
    settled(this)
    this.#buildingNo = message.buildingNo
    this.#party = party
    this.#armQuiet()
    party.passed(this)
  }

  #obey(party: Awt100Party, type: number, data: Buffer): void {
    if (type === AWT100.heartbeat) {
      if (parseAwt100Heartbeat(data.toString()) !== party.gatewayNo) this.#bad()
      else {
        const time = stampOf(this.#deps.clock.now(), party.zone)
        const names = { gatewayNo: party.gatewayNo, buildingNo: this.#buildingNo }
        this.#send(AWT100.heartbeat, heartbeatXml(names, time))
      }
      return
    }
    const opened = openAwt100(party.secret, data)
    if (type === AWT100.answer) {
      const passage = opened && parsePassage(opened.toString('latin1'))
      if (passage) party.answer(passage)
      else this.#bad()
      return
    }
    const xml = opened && type === AWT100.packed ? inflated(opened, UNPACKED_BYTES_MAX) : opened
    const report = xml && parseAwt100Report(xml.toString())
    if (report && report.gatewayNo === party.gatewayNo) party.report(report)
    else this.#bad()
  }

  #bad(): void {
    this.#deps.counters.badFrames += 1
  }
}
