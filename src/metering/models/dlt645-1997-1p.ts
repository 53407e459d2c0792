// An old meter of the 1997 edition 97规约单相表: read, never switched.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'dlt645-1997-1p',
  vendor: 'DL/T 645-1997',
  name: { zh: '单相电能表（97 规约）', en: 'Single-phase meter of the 1997 edition' },
  protocol: 'dlt645-1997',
  phases: 1,
  source: {
    document: {
      zh: 'DL/T 645-1997 及公开报文',
      en: 'DL/T 645-1997 and captures in public sources',
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
    clock: { read: true, write: false, broadcast: false },
    relay: { trip: false, permitClose: false, directClose: false, keepPower: false },
    moneyStepFen: 1,
  },
  reads: { energy: '9010', tariffs: null, reverse: null, power: false },
  quirks: [],
  samples: [
    {
      origin: 'captured: public article, meter 801300130754, 0.01 kWh',
      reply: '68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16',
      means: { energyWh: 10 },
    },
    {
      origin: 'captured: public driver, meter 000014359743, 2463.48 kWh',
      reply: '68 43 97 35 14 00 00 68 81 06 43 C3 7B 96 57 33 1B 16',
      means: { energyWh: 2_463_480 },
    },
    {
      origin: 'built by the rules of the standard: no such data',
      reply: '68 97 19 00 00 00 00 68 C1 01 35 77 16',
      means: { refused: true },
    },
  ],
})
