// Acrel DTSY1352 三相预付费导轨表, charged by the centre: its money registers are not ours to write.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'acrel-dtsy1352',
  vendor: 'Acrel 安科瑞',
  name: { zh: '安科瑞 DTSY1352 三相表（中心计费）', en: 'Acrel DTSY1352, charged by the centre' },
  protocol: 'modbus',
  phases: 3,
  source: {
    document: {
      zh: '安科瑞 DTSY1352 使用说明书通讯地址表；主数据块与强制控制见公开的调试软件与开源驱动',
      en: 'Acrel DTSY1352 manual, address table; main block and forced control from public tools',
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
    clock: { read: true, write: false, broadcast: false },
    relay: { trip: true, permitClose: false, directClose: true, keepPower: true },
    moneyStepFen: 1,
  },
  blocks: [{ fn: 3, start: 0x0200, count: 48 }],
  readMax: 125,
  circuits: 1,
  side: 'secondary',
  items: {
    energy: { register: 0x0215, code: 'u32', times: 10 },
    tariffs: [
      { register: 0x0217, code: 'u32', times: 10 },
      { register: 0x0219, code: 'u32', times: 10 },
      { register: 0x021b, code: 'u32', times: 10 },
      { register: 0x021d, code: 'u32', times: 10 },
    ],
    reverse: null,
    power: { register: 0x020a, code: 'i16' },
    voltages: [
      { register: 0x0201, code: 'u16' },
      { register: 0x0202, code: 'u16' },
      { register: 0x0203, code: 'u16' },
    ],
    currents: [
      { register: 0x0204, code: 'u16', times: 10 },
      { register: 0x0205, code: 'u16', times: 10 },
      { register: 0x0206, code: 'u16', times: 10 },
    ],
    powerFactor: { register: 0x0212, code: 'i16' },
    statusWord: { register: 0x0224, code: 'u16' },
  },
  relay: {
    closed: [
      { register: 0x0224, code: 'bits', bit: 13 },
      { register: 0x0224, code: 'bits', bit: 14 },
      { register: 0x0224, code: 'bits', bit: 15 },
    ],
    forced: { register: 0x0224, code: 'bits', bit: 3 },
    forcedClosed: [
      { register: 0x0224, code: 'bits', bit: 0 },
      { register: 0x0224, code: 'bits', bit: 1 },
      { register: 0x0224, code: 'bits', bit: 2 },
    ],
    orders: {
      register: 0x0057,
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
  samples: [
    {
      origin: 'worked by the address table: 34567.89 kWh on the secondary side, kept',
      register: 0x0200,
      reply: `01 03 60 00 05 08 FA 09 01 09 07 04 B4 04 A3 04 E2 0A 82 0A 5A 0A F1 1F
        CD 00 00 00 00 00 00 00 00 03 CC 03 C9 03 CA 03 CA 00 01 00 01 00 34 BF
        15 00 00 00 00 00 16 E3 60 00 12 4F 80 00 0B 8C 35 00 00 00 00 00 00 00
        00 00 00 E0 0F 00 00 00 00 00 00 1A 0B 16 01 0A 14 1E 00 00 00 00 00 00
        00 00 00 F5 0F`,
      means: {
        energyWh: 34_567_890,
        tariffsWh: [0, 15_000_000, 12_000_000, 7_567_890],
        powerW: 8_141,
        voltagesDv: [2_298, 2_305, 2_311],
        currentsMa: [12_040, 11_870, 12_500],
        powerFactorE3: 970,
        relay: 'closed',
        kept: true,
      },
    },
    {
      origin: 'computed in public: forced control accepted',
      reply: '01 10 00 57 00 02 F0 18',
      means: { accepted: true },
    },
  ],
})
