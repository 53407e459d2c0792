// A Modbus device on a bus 总线上的Modbus装置: one address, one register map, one circuit or many. Each
// circuit is a virtual meter; what they count is on the disk before an answer shows it.

import type { Station } from '../bus.ts'
import { noFaults } from '../faults.ts'
import type { VirtualMeter } from '../meter/virtual-meter.ts'
import { type Block, REFUSAL, type Refusal, readWords, wordsOf } from './registers.ts'
import {
  EXCEPTION,
  encodeRtu,
  MODBUS_RTU,
  READ_HOLDING,
  READ_INPUT,
  type RtuFrame,
  WRITE_REGISTERS,
} from './rtu.ts'

/** Circuit 1 stands first; the clock and the voltages of the device are those of circuit 1. */
export type Circuits = readonly [VirtualMeter, ...VirtualMeter[]]

export type RegisterMap = {
  /** Functions 03 and 04; without blocks the function does not exist. */
  holding(circuits: Circuits, nowMs: number): Block[]
  input(circuits: Circuits, nowMs: number): Block[]
  /** Function 10H. */
  write(circuits: Circuits, nowMs: number, start: number, words: readonly number[]): Refusal | 'ok'
}

const BROADCAST = 0
const READ_BYTES = 5

export class SimulatedDevice implements Station<RtuFrame> {
  readonly protocol = MODBUS_RTU
  readonly address: string
  readonly preamble = 0
  readonly reactionMs: number
  readonly faults = noFaults()
  readonly circuits: Circuits
  readonly #map: RegisterMap

  constructor(address: string, reactionMs: number, map: RegisterMap, circuits: Circuits) {
    this.address = address
    this.reactionMs = reactionMs
    this.#map = map
    this.circuits = circuits
  }

  onRequest({ unit, pdu }: RtuFrame, nowMs: number): Buffer | null {
    const own = unit.toString() === this.address
    if (!own && (unit !== BROADCAST || pdu.readUInt8(0) !== WRITE_REGISTERS)) return null
    if (this.circuits.some(({ dead, state }) => dead || !state.powered)) return null
    for (const circuit of this.circuits) circuit.settle(nowMs)
    const answer = this.#answer(pdu, nowMs)
    return own ? encodeRtu({ unit, pdu: answer }) : null
  }

  #answer(pdu: Buffer, nowMs: number): Buffer {
    const code = pdu.readUInt8(0)
    const answer = this.#handle(code, pdu, nowMs)
    if (typeof answer !== 'string') return answer
    return Buffer.from([code | EXCEPTION, REFUSAL[answer]])
  }

  #handle(code: number, pdu: Buffer, nowMs: number): Buffer | Refusal {
    if (code === READ_HOLDING) return this.#read(this.#map.holding(this.circuits, nowMs), pdu)
    if (code === READ_INPUT) return this.#read(this.#map.input(this.circuits, nowMs), pdu)
    if (code !== WRITE_REGISTERS) return 'function'
    const asked = wordsOf(pdu)
    if (typeof asked === 'string') return asked
    const done = this.#map.write(this.circuits, nowMs, asked.start, asked.words)
    return done === 'ok' ? pdu.subarray(0, READ_BYTES) : done
  }

  #read(blocks: readonly Block[], pdu: Buffer): Buffer | Refusal {
    if (blocks.length === 0) return 'function'
    if (pdu.length !== READ_BYTES) return 'value'
    const words = readWords(blocks, pdu.readUInt16BE(1), pdu.readUInt16BE(3))
    if (typeof words === 'string') return words
    const answer = Buffer.alloc(2 + words.length * 2)
    answer.writeUInt8(pdu.readUInt8(0), 0)
    answer.writeUInt8(words.length * 2, 1)
    words.forEach((word, i) => {
      answer.writeUInt16BE(word, 2 + 2 * i)
    })
    return answer
  }
}
