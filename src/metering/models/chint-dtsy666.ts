// CHINT DTSY666 三相费控表: a wallet behind a software ESAM, 3DES.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'chint-dtsy666',
  vendor: 'CHINT 正泰',
  name: { zh: '正泰 DTSY666 三相预付费表', en: 'CHINT DTSY666 prepaid meter' },
  protocol: 'dlt645-2007',
  phases: 3,
  source: {
    document: {
      zh: '公开的 DDSY666/DTSY666 固件：软件 ESAM、密码等级与错误字',
      en: 'public firmware of DDSY666/DTSY666: software ESAM, password classes, error words',
    },
    confidence: 'documented',
  },
  capabilities: {
    replayGuard: 'counter',
    reduce: 'refund',
    countModulus: 2 ** 32,
    purchaseRecord: true,
    prepaid: true,
    settings: true,
    covers: true,
    freezes: { interval: 0, daily: 0, monthly: 12 },
    clock: { read: true, write: true, broadcast: true },
    relay: { trip: true, permitClose: true, directClose: true, keepPower: true },
    moneyStepFen: 1,
    priceTables: {
      rates: 4,
      decimals: 4,
      zones: 14,
      dayTables: 8,
      switches: 14,
      holidays: 254,
      standby: true,
      tiers: null,
    },
  },
  reads: {
    energy: '00000000',
    tariffs: '0000FF00',
    reverse: '00020000',
    wallet: { query: '07810201', overdraft: '00900201' },
    power: true,
    electrical: true,
    monthly: 'settlement',
  },
  authority: { passwordClass: 0x02, password: '000000', operatorCode: '00000001' },
  authenticationMs: 300_000,
  quirks: [],
  samples: [
    {
      origin: 'built by the rules of the standard: 230.1, 229.8, 230.5 V',
      reply: '68 01 00 22 11 26 20 68 91 0A 33 32 34 35 34 56 CB 55 38 56 EB 16',
      means: { voltagesDv: [2_301, 2_298, 2_305] },
    },
    {
      origin: 'built by the rules of the standard, meter 202611220001, 123.45 yuan',
      reply: '68 01 00 22 11 26 20 68 91 08 33 35 C3 33 78 56 34 33 76 16',
      means: { remainingFen: 12_345 },
    },
    {
      origin: 'built by the rules of the standard: relay open by order, money prepaid',
      reply: '68 01 00 22 11 26 20 68 91 06 36 38 33 37 83 35 71 16',
      means: { statusWord: 0x0250, relay: 'tripped' },
    },
  ],
})
