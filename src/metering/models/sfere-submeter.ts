// Sfere 斯菲尔电气 energy meter, metering only, secondary values.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'sfere-submeter',
  vendor: 'Sfere 斯菲尔',
  name: { zh: '斯菲尔多费率电能表', en: 'Sfere multi-tariff meter' },
  protocol: 'modbus',
  phases: 3,
  source: {
    document: {
      zh: '一个公开的能源管理系统的驱动；继电器寄存器含义未知，不使用',
      en: 'the driver of one public energy management system; its relay register is not used',
    },
    confidence: 'documented',
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
  blocks: [{ fn: 3, start: 0x0073, count: 34 }],
  readMax: 125,
  circuits: 1,
  side: 'secondary',
  items: {
    energy: { register: 0x0073, code: 'u32', times: 10 },
    tariffs: [
      { register: 0x008b, code: 'u32', times: 10 },
      { register: 0x008d, code: 'u32', times: 10 },
      { register: 0x008f, code: 'u32', times: 10 },
      { register: 0x0091, code: 'u32', times: 10 },
      { register: 0x0093, code: 'u32', times: 10 },
    ],
    reverse: null,
    power: null,
    voltages: [],
    currents: [],
    powerFactor: null,
    statusWord: null,
  },
  relay: null,
  clock: null,
  quirks: [],
  samples: [
    {
      origin: 'worked by the register list: 9876.54 kWh',
      register: 0x0073,
      reply: `01 03 44 00 0F 12 06 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        00 00 00 00 00 00 00 00 05 EA 46 00 05 57 30 00 03 D0 90 00 00 00 00 83
        41`,
      means: { energyWh: 9_876_540, tariffsWh: [0, 3_876_540, 3_500_000, 2_500_000, 0] },
    },
  ],
})
