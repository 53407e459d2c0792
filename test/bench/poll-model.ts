// A meter whose status is one exchange of 20 registers 测试表型: what the polling benchmark reads at
// the limit of the wire, and how long the wire needs for it.

import type { ModbusModel } from '../../src/metering/meter-model/model-schema.ts'

const REGISTERS = 20

export const BENCH_MODEL: ModbusModel = {
  id: 'bench-20-registers',
  vendor: 'bench',
  name: { zh: '测试', en: 'bench' },
  protocol: 'modbus',
  phases: 1,
  source: { document: { zh: '无', en: 'none' }, confidence: 'unverified' },
  capabilities: {
    replayGuard: 'none',
    reduce: 'none',
    countModulus: 65_536,
    purchaseRecord: false,
    prepaid: false,
    freezes: { interval: 0, daily: 0, monthly: 0 },
    clock: { read: false, write: false, broadcast: false },
    relay: { trip: false, permitClose: false, directClose: false, keepPower: false },
    moneyStepFen: 1,
  },
  blocks: [{ fn: 3, start: 0, count: REGISTERS }],
  readMax: 80,
  circuits: 1,
  side: 'primary',
  items: {
    energy: { register: 2, code: 'u32' },
    tariffs: [],
    reverse: null,
    power: { register: 0, code: 'u16' },
    voltages: [{ register: REGISTERS - 1, code: 'u16' }],
    currents: [],
    powerFactor: null,
    statusWord: null,
  },
  relay: null,
  clock: null,
  quirks: [],
  samples: [],
}

const BITS_PER_BYTE = 11
export const BAUD = 9_600
export const THINKING_MS = 50
/** Two silences of 3.5 characters are part of every Modbus exchange. */
const SILENCE_BYTES = 7
const REQUEST_BYTES = 8
const ANSWER_BYTES = 5

/** What an exchange of so many registers takes on the wire. */
export const exchangeMs = (registers = REGISTERS): number => {
  const bytes = REQUEST_BYTES + ANSWER_BYTES + 2 * registers + SILENCE_BYTES
  return (bytes * BITS_PER_BYTE * 1_000) / BAUD + THINKING_MS
}
