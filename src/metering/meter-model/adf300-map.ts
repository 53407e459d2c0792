// The registers of the ADF300 multi-user device 多用户计量箱: one layout for 12, 24 and 36 circuits. It
// is our own, fitting what is publicly known; the maker's table may differ.

import type { ModbusModel, RegisterItem } from './model-schema.ts'

const RELAYS = 0x0a00
const FORCED = 0x0a03
const VOLTAGES = 0x0a06
const POWERS = 0x0a09
const STATUS_HEAD = 9
const PER_CIRCUIT = { status: 2, energy: 10, order: 2 }
const ENERGIES = 0x0b00
const ORDERS = 0x0500

const energyAt = (register: number): RegisterItem => ({
  register,
  code: 'u32',
  times: 10,
  step: PER_CIRCUIT.energy,
})

const SAMPLES: ModbusModel['samples'] = [
  {
    origin: 'worked by our layout: circuit 1 closed, 1.5 kW',
    register: RELAYS,
    reply: `01 03 1E 0F FD 00 00 00 00 00 02 00 00 00 00 08 FD 08 FA 09 01 05 DC 02 8C
      00 00 00 00 01 40 00 91 60 57`,
    means: {
      powerW: 1_500,
      voltagesDv: [2_301],
      currentsMa: [6_520],
      relay: 'closed',
      kept: false,
    },
  },
  {
    origin: 'worked by our layout: circuit 2 open by force',
    register: RELAYS,
    circuit: 2,
    reply: `01 03 1E 0F FD 00 00 00 00 00 02 00 00 00 00 08 FD 08 FA 09 01 05 DC 02 8C
      00 00 00 00 01 40 00 91 60 57`,
    means: { powerW: 0, voltagesDv: [2_298], currentsMa: [0], relay: 'tripped', kept: false },
  },
  {
    origin: 'worked by our layout: energies of circuit 2',
    register: ENERGIES + PER_CIRCUIT.energy,
    circuit: 2,
    reply: `01 03 14 00 00 C3 50 00 00 00 00 00 00 4E 20 00 00 46 50 00 00 2E E0 7B 6C`,
    means: { energyWh: 500_000, tariffsWh: [0, 200_000, 180_000, 120_000] },
  },
]

const SOURCE: ModbusModel['source'] = {
  document: {
    zh: '未找到公开的分路地址表：本系统自定布局，与已知的主数据块、0900 与 0500 区相符',
    en: 'no public table per circuit was found: our own layout, fitting the known areas',
  },
  confidence: 'unverified',
}

const CAPABILITIES: ModbusModel['capabilities'] = {
  replayGuard: 'none',
  reduce: 'none',
  countModulus: 65_536,
  purchaseRecord: false,
  prepaid: false,
  freezes: { interval: 0, daily: 0, monthly: 0 },
  clock: { read: true, write: false, broadcast: false },
  relay: { trip: true, permitClose: false, directClose: true, keepPower: true },
  moneyStepFen: 1,
}

export const adf300 = (circuits: 12 | 24 | 36): ModbusModel => ({
  id: `acrel-adf300-${circuits}`,
  vendor: 'Acrel 安科瑞',
  name: {
    zh: `安科瑞 ADF300 多用户计量箱 ${circuits} 路（中心计费）`,
    en: `Acrel ADF300 multi-user device, ${circuits} circuits, charged by the centre`,
  },
  protocol: 'modbus',
  phases: 1,
  source: SOURCE,
  capabilities: CAPABILITIES,
  blocks: [
    { fn: 3, start: 0x0200, count: 48 },
    { fn: 3, start: RELAYS, count: STATUS_HEAD + PER_CIRCUIT.status * circuits },
    { fn: 3, start: ENERGIES, count: PER_CIRCUIT.energy * circuits },
  ],
  // Whole circuits: twelve of them in one request.
  readMax: 120,
  circuits,
  side: 'secondary',
  items: {
    energy: energyAt(ENERGIES),
    tariffs: [2, 4, 6, 8].map((further) => energyAt(ENERGIES + further)),
    reverse: null,
    power: { register: POWERS, code: 'i16', step: PER_CIRCUIT.status },
    voltages: [0, 1, 2].map((phase) => ({ register: VOLTAGES + phase, code: 'u16' })),
    currents: [{ register: POWERS + 1, code: 'u16', times: 10, step: PER_CIRCUIT.status }],
    powerFactor: null,
    statusWord: null,
  },
  relay: {
    closed: [{ register: RELAYS, code: 'bits', packed: true }],
    forced: { register: FORCED, code: 'bits', packed: true },
    forcedClosed: [],
    orders: {
      register: ORDERS,
      step: PER_CIRCUIT.order,
      trip: [0x0001, 0x0001],
      keepOn: [0x0001, 0x0000],
      keepOff: [0x0000, 0x0000],
      directClose: [0x0000, 0x0000],
    },
    deadlineInFrame: false,
  },
  clock: {
    register: 0x0228,
    code: 'binary',
    bytes: ['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'unused'],
  },
  quirks: [],
  samples: SAMPLES,
})
