// Commercial single-phase meter without cryptography 商用预付费表: its credits carry order numbers,
// which nobody has verified, so the centre charges the account.

import { defineMeterModel } from '../meter-model/meter-model.ts'

export default defineMeterModel({
  id: 'dlt645-commercial-1p',
  vendor: 'DL/T 645-2007',
  name: {
    zh: '单相商用预付费表（订单号方言）',
    en: 'Commercial prepaid meter, order-number dialect',
  },
  protocol: 'dlt645-2007',
  phases: 1,
  source: {
    document: {
      zh: '公开项目中的 2026-08 实测报文；充值写入曾被部分执行',
      en: 'captures of 2026-08 in a public project; a refused write had been applied in part',
    },
    confidence: 'unverified',
  },
  capabilities: {
    replayGuard: 'order',
    reduce: 'refund',
    countModulus: 65_536,
    purchaseRecord: false,
    prepaid: false,
    freezes: { interval: 0, daily: 0, monthly: 0 },
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
  authority: { passwordClass: 0x02, password: '000000', operatorCode: '11223344' },
  authenticationMs: 0,
  quirks: ['one-byte-error', 'relay-reserved-01', 'no-keep-power-bit'],
  samples: [
    {
      origin: 'captured 2026-08: forward energy of a new meter, 260305510020',
      reply: '68 20 00 51 05 03 26 68 91 08 33 33 34 33 33 33 33 33 A1 16',
      means: { energyWh: 0 },
    },
    {
      origin: 'captured 2026-08: 11.519 A in phase A, flowing back',
      reply: '68 20 00 51 05 03 26 68 91 07 33 34 35 35 4C 48 B4 20 16',
      means: { currentsMa: [-11_519] },
    },
    {
      origin: 'captured 2026-08: a wallet query refused in one byte, meter 260305510012',
      reply: '68 12 00 51 05 03 26 68 C3 01 35 5A 16',
      means: { refused: true },
    },
  ],
})
