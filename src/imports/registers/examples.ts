// Rows that show how each sheet is filled in 示例: an import leaves out whatever begins like them.

import type { Register } from '../../http/contract/imports.ts'
import type { Values } from './items.ts'

type Example = { zh: Values; en: Values }

const BUILDING = { zh: '示例楼', en: 'EXAMPLE building' }
const GATEWAY = 'EXAMPLE-1'
const ADDRESS = '202600000101'
const SHOP = '101'

const both = (values: Values): Example => ({ zh: values, en: values })
const inBuilding = (values: Values): Example => ({
  zh: { building: BUILDING.zh, ...values },
  en: { building: BUILDING.en, ...values },
})

export const EXAMPLES: Readonly<Record<Register, readonly Example[]>> = {
  buildings: [
    {
      zh: { name: BUILDING.zh, nameEn: 'Building A', ordinal: 1 },
      en: { name: BUILDING.en, nameEn: 'Building A', ordinal: 1 },
    },
  ],
  premises: [
    inBuilding({ floor: 1, no: SHOP, name: '蜀香餐饮', nameEn: 'Shu Xiang', areaDm2: 8_650 }),
    inBuilding({ floor: -1, no: 'B1-02', name: '车库', nameEn: 'Car park' }),
  ],
  points: [
    inBuilding({ premises: SHOP, kind: 'lighting' }),
    inBuilding({ premises: SHOP, kind: 'aircon', name: '空调 1 路', protected: false }),
  ],
  gateways: [
    both({
      ...{ code: GATEWAY, name: '1 号通讯管理机', nameEn: 'Gateway 1', substation: '配电间' },
      ...{ enabled: true, linkKind: 'tcp-client', host: '192.168.1.10', port: 4001 },
    }),
    both({
      ...{ code: 'EXAMPLE-2', name: '2 号通讯管理机', nameEn: 'Gateway 2' },
      ...{ linkKind: 'tcp-listen', port: 5000, registration: 'hex:A1B2C3D4' },
    }),
  ],
  buses: [
    both({ gateway: GATEWAY, bus: 1, protocol: 'dlt645', baud: 2_400, parity: 'even' }),
    both({ gateway: GATEWAY, bus: 2, protocol: 'modbus', baud: 9_600, parity: 'none' }),
  ],
  devices: [
    both({ gateway: GATEWAY, bus: 1, address: ADDRESS, model: 'dlt645-prepaid-1p' }),
    both({ gateway: GATEWAY, bus: 2, address: '1', model: 'acrel-adf300-12' }),
  ],
  meters: [
    {
      zh: {
        ...{ no: '示例-0001', gateway: GATEWAY, bus: 1, address: ADDRESS, building: BUILDING.zh },
        ...{ premises: SHOP, kind: 'lighting', multiplier: 1, initialWh: 12_340 },
      },
      en: {
        ...{ no: 'EXAMPLE-0001', gateway: GATEWAY, bus: 1, address: ADDRESS },
        ...{ building: BUILDING.en, premises: SHOP, kind: 'lighting' },
        ...{ multiplier: 1, initialWh: 12_340 },
      },
    },
    {
      zh: {
        ...{ no: '示例-0002', gateway: GATEWAY, bus: 2, address: '1', channels: '4,5,6' },
        ...{ building: BUILDING.zh, premises: SHOP, kind: 'aircon', pointName: '空调 1 路' },
        ...{ multiplier: 40, side: 'secondary' },
      },
      en: {
        ...{ no: 'EXAMPLE-0002', gateway: GATEWAY, bus: 2, address: '1', channels: '4,5,6' },
        ...{ building: BUILDING.en, premises: SHOP, kind: 'aircon', pointName: '空调 1 路' },
        ...{ multiplier: 40, side: 'secondary' },
      },
    },
  ],
}
