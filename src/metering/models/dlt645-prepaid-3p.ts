// Three-phase money-prepaid meter with a software ESAM (3DES) 三相费控表.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'dlt645-prepaid-3p',
  vendor: 'DL/T 645-2007',
  name: { zh: '三相费控智能电能表', en: 'Three-phase prepaid meter' },
  protocol: 'dlt645-2007',
  phases: 3,
  source: {
    document: {
      zh: 'DL/T 645-2007 及费控补充规约；03H 安全认证，软件密钥',
      en: 'DL/T 645-2007 with the fee-control supplement; wallet by 03H, software key',
    },
    confidence: 'documented',
  },
  capabilities: {
    replayGuard: 'counter',
    reduce: 'refund',
    countModulus: 2 ** 32,
    purchaseRecord: true,
    prepaid: true,
    refundRecord: true,
    settings: true,
    overload: true,
    covers: true,
    freezes: { interval: 254, daily: 62, monthly: 12 },
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
      tiers: {
        steps: 6,
        monthly: true,
        settlementDay: true,
        running: '040606FF',
        standby: '04060AFF',
      },
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
      origin: 'captured: public article on reading 00010000, meter 000000000161',
      reply: '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16',
      means: { energyWh: 260 },
    },
    {
      origin: 'built by the rules of the standard: power flowing back, -0.1234 kW',
      reply: '68 01 00 22 11 26 20 68 91 07 33 33 36 35 67 45 B3 12 16',
      means: { powerW: -123.4 },
    },
    {
      origin: 'built by the rules of the standard: relay open by order, money prepaid',
      reply: '68 01 00 22 11 26 20 68 91 06 36 38 33 37 83 35 71 16',
      means: { statusWord: 0x0250 },
    },
  ],
})
