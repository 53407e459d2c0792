// Holley single-phase meter switched by 1CH 华立单相费控表: the centre charges the account.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'holley-dds-1p',
  vendor: 'Holley 华立',
  name: { zh: '华立单相远程费控表', en: 'Holley single-phase meter with relay' },
  protocol: 'dlt645-2007',
  phases: 1,
  source: {
    document: {
      zh: '公开的华立表控制程序：1CH 跳闸报文及其应答',
      en: 'a public controller for Holley meters: a 1CH trip and its answer',
    },
    confidence: 'documented',
  },
  capabilities: {
    replayGuard: 'none',
    reduce: 'none',
    countModulus: 65_536,
    purchaseRecord: false,
    prepaid: false,
    freezes: { interval: 0, daily: 0, monthly: 12 },
    clock: { read: true, write: true, broadcast: true },
    relay: { trip: true, permitClose: true, directClose: false, keepPower: false },
    moneyStepFen: 1,
  },
  reads: {
    energy: '00010000',
    tariffs: null,
    reverse: '00020000',
    wallet: null,
    power: true,
    electrical: true,
    monthly: 'settlement',
  },
  authority: { passwordClass: 0x00, password: '000000', operatorCode: '00000000' },
  authenticationMs: 0,
  quirks: [],
  samples: [
    {
      origin: 'captured: the meter accepts a trip until 2018-05-12 15:41:24',
      reply: '68 11 11 11 11 11 11 68 9C 00 D2 16',
      means: { accepted: true },
    },
    {
      origin: 'captured: public driver test, meter 201709320072, two wake-up bytes',
      reply: 'FE FE 68 72 00 32 09 17 20 68 91 08 33 33 34 33 B9 34 33 33 6D 16',
      means: { energyWh: 1_860 },
    },
    {
      origin: 'built by the rules of the standard: keep-power stands against a trip',
      reply: '68 01 00 22 11 26 20 68 DC 01 37 5E 16',
      means: { refused: true },
    },
  ],
})
