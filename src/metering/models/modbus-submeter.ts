// A plain sub-meter with floating-point registers 分项计量表 (Eastron SDM120/220/230 and alike).

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'modbus-submeter',
  vendor: 'Eastron',
  name: { zh: '单相导轨计量表（浮点寄存器）', en: 'Single-phase sub-meter, floating point' },
  protocol: 'modbus',
  phases: 1,
  source: {
    document: {
      zh: 'Eastron SDM Modbus 通讯协议；多个开源驱动一致',
      en: 'Eastron SDM Modbus protocol; many public drivers agree',
    },
    confidence: 'verified',
  },
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
  blocks: [
    { fn: 4, start: 0x0000, count: 32 },
    { fn: 4, start: 0x0046, count: 6 },
  ],
  readMax: 80,
  circuits: 1,
  side: 'primary',
  items: {
    energy: { register: 0x0048, code: 'f32', times: 1_000 },
    tariffs: [],
    reverse: { register: 0x004a, code: 'f32', times: 1_000 },
    power: { register: 0x000c, code: 'f32' },
    voltages: [{ register: 0x0000, code: 'f32', times: 10 }],
    currents: [{ register: 0x0006, code: 'f32', times: 1_000 }],
    powerFactor: { register: 0x001e, code: 'f32', times: 1_000 },
    statusWord: null,
  },
  relay: null,
  clock: null,
  quirks: [],
  samples: [
    {
      origin: 'captured: the protocol document and many public drivers, 230.2 V',
      register: 0x0000,
      reply: '01 04 04 43 66 33 34 1B 38',
      means: { voltagesDv: [2_302] },
    },
    {
      origin: 'worked by the document: 1234.5 kWh import, 6.25 kWh export',
      register: 0x0048,
      reply: '01 04 08 44 9A 50 00 40 C8 00 00 83 A9',
      means: { energyWh: 1_234_500, reverseWh: 6_250 },
    },
  ],
})
