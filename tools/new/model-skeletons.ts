// What a new model of each protocol begins with. The facts are the usual ones, marked unverified;
// the frame is a place-holder that no check lets pass.

import type { MeterModels } from '../../src/metering/meter-model/model-schema.ts'

export type SkeletonProtocol = keyof MeterModels
export type Skeleton = MeterModels[SkeletonProtocol]

const head = (id: string, vendor: string) => ({
  id,
  vendor,
  name: { zh: `${vendor} ${id}`, en: `${vendor} ${id}` },
  phases: 1 as const,
  source: {
    document: {
      zh: '在此写明资料：说明书名称、版本、页码',
      en: 'say here which manual, which version, which page',
    },
    confidence: 'unverified' as const,
  },
})

const PLACE_HOLDER = 'put a captured or worked frame here: who saw it, where, on which meter'

const NO_RELAY = { trip: false, permitClose: false, directClose: false, keepPower: false }
const NOTHING_FROZEN = { interval: 0, daily: 0, monthly: 0 }

const NO_MONEY = {
  replayGuard: 'none' as const,
  reduce: 'none' as const,
  countModulus: 65_536,
  purchaseRecord: false,
  prepaid: false,
  moneyStepFen: 1,
}

const modbus = (id: string, vendor: string): MeterModels['modbus'] => ({
  ...head(id, vendor),
  protocol: 'modbus',
  capabilities: {
    ...NO_MONEY,
    freezes: NOTHING_FROZEN,
    clock: { read: false, write: false, broadcast: false },
    relay: NO_RELAY,
  },
  blocks: [{ fn: 3, start: 0x0000, count: 16 }],
  readMax: 125,
  circuits: 1,
  side: 'primary',
  items: {
    energy: { register: 0x0000, code: 'u32', times: 10 },
    tariffs: [],
    reverse: null,
    power: { register: 0x000d, code: 'i16' },
    voltages: [{ register: 0x000b, code: 'u16' }],
    currents: [{ register: 0x000c, code: 'u16', times: 10 }],
    powerFactor: null,
    statusWord: null,
  },
  relay: null,
  clock: null,
  quirks: [],
  samples: [{ origin: PLACE_HOLDER, register: 0x0000, reply: '00 00', means: { energyWh: 0 } }],
})

const dlt645 = (id: string, vendor: string): MeterModels['dlt645-2007'] => ({
  ...head(id, vendor),
  protocol: 'dlt645-2007',
  capabilities: {
    ...NO_MONEY,
    freezes: { ...NOTHING_FROZEN, monthly: 12 },
    clock: { read: true, write: true, broadcast: true },
    relay: { ...NO_RELAY, trip: true, permitClose: true },
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
  authority: { passwordClass: 0x02, password: '000000', operatorCode: '00000001' },
  authenticationMs: 0,
  quirks: [],
  samples: [{ origin: PLACE_HOLDER, reply: '00 00', means: { energyWh: 0 } }],
})

const old = (id: string, vendor: string): MeterModels['dlt645-1997'] => ({
  ...head(id, vendor),
  protocol: 'dlt645-1997',
  capabilities: {
    ...NO_MONEY,
    freezes: NOTHING_FROZEN,
    clock: { read: false, write: false, broadcast: false },
    relay: NO_RELAY,
  },
  reads: { energy: '9010', tariffs: null, reverse: null, power: false },
  quirks: [],
  samples: [{ origin: PLACE_HOLDER, reply: '00 00', means: { energyWh: 0 } }],
})

export const SKELETONS: {
  readonly [P in SkeletonProtocol]: (id: string, vendor: string) => MeterModels[P]
} = { modbus, 'dlt645-2007': dlt645, 'dlt645-1997': old }
