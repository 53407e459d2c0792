// Acrel DTSD1352 三相导轨电能表: metering only, secondary values.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'acrel-dtsd1352',
  vendor: 'Acrel 安科瑞',
  name: { zh: '安科瑞 DTSD1352 三相电能表', en: 'Acrel DTSD1352 three-phase meter' },
  protocol: 'modbus',
  phases: 3,
  source: {
    document: {
      zh: '安科瑞 DTSD1352/ADL3000 使用说明书通讯地址表；与两个开源驱动一致',
      en: 'Acrel DTSD1352/ADL3000 manual, address table; two public drivers agree',
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
    clock: { read: true, write: true, broadcast: false },
    relay: { trip: false, permitClose: false, directClose: false, keepPower: false },
    moneyStepFen: 1,
  },
  blocks: [
    { fn: 3, start: 0x0000, count: 22 },
    { fn: 3, start: 0x003c, count: 3 },
    { fn: 3, start: 0x0061, count: 23 },
  ],
  readMax: 125,
  circuits: 1,
  side: 'secondary',
  items: {
    energy: { register: 0x000a, code: 'u32', times: 10 },
    tariffs: [
      { register: 0x000c, code: 'u32', times: 10 },
      { register: 0x000e, code: 'u32', times: 10 },
      { register: 0x0010, code: 'u32', times: 10 },
      { register: 0x0012, code: 'u32', times: 10 },
    ],
    reverse: { register: 0x0014, code: 'u32', times: 10 },
    power: { register: 0x006a, code: 'i16' },
    voltages: [
      { register: 0x0061, code: 'u16' },
      { register: 0x0062, code: 'u16' },
      { register: 0x0063, code: 'u16' },
    ],
    currents: [
      { register: 0x0064, code: 'u16', times: 10 },
      { register: 0x0065, code: 'u16', times: 10 },
      { register: 0x0066, code: 'u16', times: 10 },
    ],
    powerFactor: { register: 0x0076, code: 'i16' },
    statusWord: null,
  },
  relay: null,
  clock: {
    register: 0x003c,
    code: 'binary',
    bytes: ['year', 'month', 'day', 'hour', 'minute', 'second'],
  },
  quirks: [],
  samples: [
    {
      origin: 'worked by the address table: 34567.89 kWh forward, 12.34 reverse',
      register: 0x000a,
      reply: `01 03 18 00 34 BF 15 00 00 00 00 00 16 E3 60 00 12 4F 80 00 0B 8C 35 00
        00 04 D2 18 6B`,
      means: {
        energyWh: 34_567_890,
        tariffsWh: [0, 15_000_000, 12_000_000, 7_567_890],
        reverseWh: 12_340,
      },
    },
    {
      origin: 'worked by the address table: 2.036 kW',
      register: 0x0061,
      reply: '01 03 14 08 FA 09 01 09 07 01 2D 01 29 01 39 02 A1 02 97 02 BC 07 F4 54 98',
      means: {
        powerW: 2_036,
        voltagesDv: [2_298, 2_305, 2_311],
        currentsMa: [3_010, 2_970, 3_130],
      },
    },
    {
      origin: 'computed in public: 120.00 kWh',
      register: 0x000a,
      reply: '01 03 04 00 00 2E E0 E6 1B',
      means: { energyWh: 120_000 },
    },
  ],
})
