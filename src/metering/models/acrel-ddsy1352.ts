// Acrel DDSY1352 单相预付费导轨表, charged by the centre: its money registers are not ours to write.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'acrel-ddsy1352',
  vendor: 'Acrel 安科瑞',
  name: { zh: '安科瑞 DDSY1352 单相表（中心计费）', en: 'Acrel DDSY1352, charged by the centre' },
  protocol: 'modbus',
  phases: 1,
  source: {
    document: {
      zh: '安科瑞 DDSY1352 使用说明书通讯地址表；主数据块与强制控制见公开的调试软件与开源驱动',
      en: 'Acrel DDSY1352 manual, address table; main block and forced control from public tools',
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
  side: 'primary',
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
    voltages: [{ register: 0x0201, code: 'u16' }],
    currents: [{ register: 0x0204, code: 'u16', times: 10 }],
    powerFactor: { register: 0x0212, code: 'i16' },
    statusWord: { register: 0x0224, code: 'u16' },
  },
  relay: {
    closed: [{ register: 0x0224, code: 'bits', bit: 13 }],
    forced: { register: 0x0224, code: 'bits', bit: 3 },
    forcedClosed: [{ register: 0x0224, code: 'bits', bit: 0 }],
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
      origin: 'worked by the address table: 1234.56 kWh, closed',
      register: 0x0200,
      reply: `01 03 60 00 07 08 FD 00 00 00 00 02 0D 00 00 00 00 04 92 00 00 00 00 04
        92 00 00 00 00 00 00 00 00 03 C8 00 00 00 00 03 C8 00 01 00 01 00 01 E2
        40 00 00 00 00 00 00 F1 20 00 00 90 AC 00 00 60 74 00 00 00 00 00 00 00
        00 00 00 20 00 00 00 00 00 00 00 1A 0B 16 01 0A 14 1E 00 00 00 00 00 00
        00 00 01 5F 81`,
      means: {
        energyWh: 1_234_560,
        tariffsWh: [0, 617_280, 370_360, 246_920],
        powerW: 1_170,
        voltagesDv: [2_301],
        currentsMa: [5_250],
        powerFactorE3: 968,
        relay: 'closed',
        kept: false,
        clock: '2026-11-22 10:20:30',
      },
    },
    {
      origin: 'worked by the bit table: open by force',
      register: 0x0224,
      reply: '01 03 02 00 08 B9 82',
      means: { relay: 'tripped', kept: false },
    },
    {
      origin: 'worked by the bit table: closed by force',
      register: 0x0224,
      reply: '01 03 02 20 09 61 82',
      means: { relay: 'closed', kept: true },
    },
    {
      origin: 'computed in public: forced control accepted',
      reply: '01 10 00 57 00 02 F0 18',
      means: { accepted: true },
    },
  ],
})
