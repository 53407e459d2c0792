// The sheets of the registers 档案各表: their columns with headings in both languages, what names a
// row, and rows that show how it is filled in. PURE.

import type { Register } from '../../http/contract/imports.ts'
import type { Choice, Column } from '../sheet.ts'

export type RegisterColumn = Column & { note?: { zh: string; en: string } }

export type RegisterSheet = {
  zh: string
  en: string
  columns: readonly RegisterColumn[]
}

const NAME_MAX = 100
const CODE_MAX = 40

const CHOICE = (value: string | number, zh: string, en: string, also?: string[]): Choice => ({
  ...{ value, zh, en },
  ...(also && { also }),
})

const PARITIES = [
  CHOICE('even', '偶', 'Even', ['偶校验', 'E']),
  CHOICE('odd', '奇', 'Odd', ['奇校验', 'O']),
  CHOICE('none', '无', 'None', ['无校验', 'N']),
]
const PROTOCOLS = [
  CHOICE('dlt645', 'DL/T 645', 'DL/T 645', ['645', 'DLT645', 'DL/T645-2007']),
  CHOICE('modbus', 'Modbus', 'Modbus', ['Modbus RTU', 'ModbusRTU']),
]
const LINKS = [
  CHOICE('tcp-client', 'TCP 客户端', 'TCP client', ['串口服务器', 'tcp']),
  CHOICE('tcp-listen', 'TCP 监听', 'TCP listen', ['DTU']),
  CHOICE('serial', '本机串口', 'Serial port', ['串口', 'RS-485']),
  CHOICE('acrel-4g', '安科瑞 4G', 'Acrel 4G'),
  CHOICE('acrel-awt100', '安科瑞 AWT100', 'Acrel AWT100'),
  CHOICE('mqtt', 'MQTT', 'MQTT'),
]
const DIALECTS = [
  CHOICE('prewatt', 'Prewatt', 'Prewatt'),
  CHOICE('acrel-domestic', '安科瑞国内', 'Acrel domestic'),
  CHOICE('acrel-overseas', '安科瑞海外', 'Acrel overseas'),
]
const SIDES = [
  CHOICE('primary', '一次侧', 'Primary', ['一次']),
  CHOICE('secondary', '二次侧', 'Secondary', ['二次']),
]
const DIRECTIONS = [
  CHOICE('combined', '组合有功', 'Combined', ['组合']),
  CHOICE('forward', '正向', 'Forward', ['正向有功']),
  CHOICE('forwardPlusReverse', '正向加反向', 'Forward plus reverse', ['正向+反向']),
]
const POINT_KINDS = [
  CHOICE('lighting', '照明', 'Lighting'),
  CHOICE('aircon', '空调', 'Air conditioning', ['Aircon']),
  CHOICE('power', '动力', 'Power'),
  CHOICE('public', '公共', 'Public'),
]

const text = (field: string, zh: string, en: string, more: Partial<RegisterColumn> = {}) =>
  ({ field, zh, en, kind: 'text', max: NAME_MAX, ...more }) satisfies RegisterColumn
const key = (field: string, zh: string, en: string, more: Partial<RegisterColumn> = {}) =>
  ({ field, zh, en, kind: 'key', max: CODE_MAX, ...more }) satisfies RegisterColumn
const code = (field: string, zh: string, en: string, more: Partial<RegisterColumn> = {}) =>
  ({ field, zh, en, kind: 'code', max: CODE_MAX, ...more }) satisfies RegisterColumn
const whole = (field: string, zh: string, en: string, [min, max]: readonly [number, number]) =>
  ({ field, zh, en, kind: 'whole', min, max }) satisfies RegisterColumn
const choice = (field: string, zh: string, en: string, choices: readonly Choice[]) =>
  ({ field, zh, en, kind: 'choice', choices }) satisfies RegisterColumn
const yes = (field: string, zh: string, en: string) =>
  ({ field, zh, en, kind: 'yes' }) satisfies RegisterColumn
const needed = <C extends RegisterColumn>(column: C): C & { required: true } => ({
  ...column,
  required: true,
})
const noted = <C extends RegisterColumn>(column: C, zh: string, en: string): C => ({
  ...column,
  note: { zh, en },
})

const BUILDING = key('building', '楼栋', 'Building', { max: NAME_MAX })
const GATEWAY = key('gateway', '通讯管理机', 'Gateway')
const BUS = whole('bus', '总线', 'Bus', [1, 16])
const PORT = whole('port', '端口', 'Port', [1, 65_535])
const REGISTRATION = text('registration', '注册包', 'Registration packet', { max: 400 })
const PATH = text('path', '串口', 'Serial device', { max: 200 })
const SERIAL = code('serial', '序列号', 'Serial no.')
const ID_MAX = 2_147_483_647
const PORT_NOTE = [
  '留空：从通讯管理机的端口起，每条总线加 1',
  'Empty: the gateway’s port, and one more for each bus after it',
] as const
const OWN_ID = [
  '系统给的编号，导出时带出；新增的留空。填了就按它找到原来的一行，可改其余各列',
  'Given by the system, in an export; empty for a new one. Where it stands, it finds the row',
] as const

const MINUTES = [1, 1_440] as const
const REGISTER_MAX_WH = Number.MAX_SAFE_INTEGER

export const SHEETS: Readonly<Record<Register, RegisterSheet>> = {
  buildings: {
    zh: '楼栋',
    en: 'Buildings',
    columns: [
      needed(key('name', '名称', 'Name', { max: NAME_MAX })),
      text('nameEn', '英文名', 'English name'),
      whole('ordinal', '显示顺序', 'Order', [0, 10_000]),
    ],
  },
  premises: {
    zh: '商铺',
    en: 'Premises',
    columns: [
      needed(BUILDING),
      needed(whole('floor', '楼层', 'Floor', [-20, 200])),
      needed(key('no', '商铺号', 'Premises no.')),
      needed(text('name', '名称', 'Name')),
      text('nameEn', '英文名', 'English name'),
      { field: 'areaDm2', zh: '面积（m²）', en: 'Area (m²)', kind: 'area', min: 1, max: 1e8 },
    ],
  },
  points: {
    zh: '计量点',
    en: 'Points',
    columns: [
      noted(whole('id', '计量点编号', 'Point id', [1, ID_MAX]), ...OWN_ID),
      noted(BUILDING, '配电间总表等不属于商铺的点留空', 'Empty for a point of no premises'),
      key('premises', '商铺号', 'Premises no.'),
      needed({
        ...{ field: 'kind', zh: '类型', en: 'Kind', kind: 'word', max: CODE_MAX },
        choices: POINT_KINDS,
      }),
      text('name', '名称', 'Name'),
      text('feeder', '回路', 'Feeder', { max: 60 }),
      noted(
        code('parent', '上级表', 'Fed by'),
        '给它供电的总表的表号，或 # 加计量点编号',
        'Number of the meter that feeds it, or # and the id of its point',
      ),
      noted(
        yes('protected', '保护', 'Protected'),
        '消防、电梯、冷库：从不拉闸',
        'Fire, lifts, cold rooms: never tripped',
      ),
    ],
  },
  gateways: {
    zh: '通讯管理机',
    en: 'Gateways',
    columns: [
      needed(key('code', '编号', 'Code')),
      needed(text('name', '名称', 'Name')),
      text('nameEn', '英文名', 'English name'),
      text('substation', '配电间', 'Substation'),
      yes('enabled', '启用', 'Enabled'),
      needed(choice('linkKind', '链路类型', 'Link', LINKS)),
      text('host', '地址', 'Host', { max: 253 }),
      PORT,
      PATH,
      REGISTRATION,
      yes('registrationOnEveryPacket', '每包带注册包', 'Registration on every packet'),
      text('heartbeat', '心跳包', 'Heartbeat packet', { max: 400 }),
      whole('heartbeatSeconds', '心跳间隔（秒）', 'Heartbeat interval (s)', [1, 3_600]),
      SERIAL,
      code('gatewayNo', '网关号', 'Gateway no.', { max: 64 }),
      choice('dialect', 'MQTT 格式', 'MQTT dialect', DIALECTS),
      text('brokerUrl', 'MQTT 服务器', 'MQTT broker', { max: 200 }),
      text('brokerUser', 'MQTT 用户', 'MQTT user', { max: 128 }),
      noted(
        text('secret', '密钥或口令', 'Secret', { max: 128 }),
        'AWT100 的密钥、MQTT 网关的口令；只进不出，导出时为空，留空不变',
        'Of AWT100 and MQTT gateways; never exported, empty: stays as it is',
      ),
      yes('polled', '轮询', 'Polled'),
      whole('pushIntervalMinutes', '上报间隔（分钟）', 'Push interval (min)', MINUTES),
    ],
  },
  buses: {
    zh: '总线',
    en: 'Buses',
    columns: [
      needed(GATEWAY),
      needed(BUS),
      choice('protocol', '规约', 'Protocol', PROTOCOLS),
      whole('baud', '波特率', 'Baud', [300, 921_600]),
      choice('parity', '校验', 'Parity', PARITIES),
      whole('dataBits', '数据位', 'Data bits', [7, 8]),
      whole('stopBits', '停止位', 'Stop bits', [1, 2]),
      whole('gapMs', '帧间隔（毫秒）', 'Gap (ms)', [0, 5_000]),
      whole('replyTimeoutMs', '应答超时（毫秒）', 'Reply timeout (ms)', [50, 60_000]),
      noted(PORT, ...PORT_NOTE),
      noted(
        REGISTRATION,
        'TCP 监听：第 2 条起每条总线自己的注册包',
        'TCP listen: of each bus from the second on',
      ),
      noted(PATH, '本机串口：第 2 条起各自的串口', 'Serial port: of each bus from the second on'),
      noted(SERIAL, '4G：第 2 条起各自的序列号', 'Acrel 4G: of each bus from the second on'),
    ],
  },
  devices: {
    zh: '设备',
    en: 'Devices',
    columns: [
      noted(whole('id', '设备编号', 'Device id', [1, ID_MAX]), ...OWN_ID),
      needed(GATEWAY),
      needed(BUS),
      noted(
        needed(code('address', '通讯地址', 'Address')),
        'DL/T 645 表 12 位数字；Modbus 装置 1–247',
        '12 digits of a DL/T 645 meter; 1–247 of a Modbus device',
      ),
      noted(needed(code('model', '表型', 'Model', { max: 60 })), '见“表型”页', 'See page Models'),
    ],
  },
  meters: {
    zh: '电表',
    en: 'Meters',
    columns: [
      needed(code('no', '表号', 'Meter no.')),
      GATEWAY,
      BUS,
      code('address', '通讯地址', 'Address'),
      noted(
        code('model', '表型', 'Model', { max: 60 }),
        '设备表里没有此装置时填，导入时一并建立；设备表里有的可留空',
        'Where the device is on no sheet of devices: it is made too',
      ),
      noted(
        { field: 'channels', zh: '回路号', en: 'Channels', kind: 'channels' },
        '多用户表的回路，如 4-6 或 1,2；留空为 1',
        'Circuits of a multi-user device, as 4-6 or 1,2; empty: 1',
      ),
      noted(BUILDING, '不填安装位置的表先入库', 'Without a place the meter is in stock'),
      key('premises', '商铺号', 'Premises no.'),
      {
        ...{ field: 'kind', zh: '计量点类型', en: 'Kind of point', kind: 'word', max: CODE_MAX },
        choices: POINT_KINDS,
      },
      text('pointName', '计量点名称', 'Name of point'),
      noted(
        whole('pointId', '计量点编号', 'Point id', [1, ID_MAX]),
        '仅在按前几列分不清时需要',
        'Only where the columns before fit several',
      ),
      whole('multiplier', '倍率', 'Multiplier', [1, 100_000]),
      noted(
        choice('side', '读数侧', 'Side', SIDES),
        '表上读数是一次侧还是二次侧；倍率大于 1 时必填',
        'What the registers show; needed where the multiplier is above 1',
      ),
      choice('direction', '计费方向', 'Direction', DIRECTIONS),
      whole('maxPowerW', '最大功率（W）', 'Most power (W)', [1, ID_MAX]),
      {
        ...{ field: 'initialWh', zh: '底度（kWh）', en: 'Initial register (kWh)' },
        ...{ kind: 'kwh', min: 0, max: REGISTER_MAX_WH },
      },
      {
        field: 'initialReverseWh',
        zh: '反向底度（kWh）',
        en: 'Initial reverse register (kWh)',
        ...{ kind: 'kwh', min: 0, max: REGISTER_MAX_WH },
      },
    ],
  },
}

export const columnsOf = (register: Register): readonly RegisterColumn[] => SHEETS[register].columns
