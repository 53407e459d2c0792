// Refusals of the registers 档案: what has been used stays, and why it does.

import type { RefusalRow } from './row.ts'

export const REGISTERS_REFUSALS = {
  changed_meanwhile: {
    status: 409,
    zh: '此内容刚被他人修改，请关闭后重新打开，核对了再改',
    en: 'Somebody has changed this meanwhile: close it and open it again to see how it is now',
  },
  complex_in_use: {
    status: 409,
    zh: '已有用户或账务，时区和日切不能再改',
    en: 'There are accounts or books already: time zone and day cut stay as they are',
  },
  building_not_empty: {
    status: 409,
    zh: '楼栋里还有商铺，请先移走或删除商铺',
    en: 'The building has premises: move or remove them first',
  },
  premises_not_empty: {
    status: 409,
    zh: '商铺里还有计量点，或公摊方案用到它，请先处理',
    en: 'The premises have points, or a sharing rule names them: remove those first',
  },
  premises_supplied: {
    status: 409,
    zh: '该商铺供过电，不能改到别的楼栋',
    en: 'These premises have been supplied: they stay in their building',
  },
  point_supplied: {
    status: 409,
    zh: '该计量点供过电，不能改到别的商铺',
    en: 'This point has supplied somebody: it stays with its premises',
  },
  point_has_history: {
    status: 409,
    zh: '该计量点装过电表或供过电，要保留其历史，不能删除',
    en: 'A meter has hung here, or somebody was supplied: the point stays with its history',
  },
  point_feeds_others: {
    status: 409,
    zh: '有计量点以它为上级，请先改它们的上级',
    en: 'Other points are fed by this one: change their parent first',
  },
  point_in_use: {
    status: 409,
    zh: '公摊方案或分时控制正在使用该计量点',
    en: 'A sharing rule or a timed schedule uses this point',
  },
  meter_has_history: {
    status: 409,
    zh: '该电表装过、抄到过读数或下过命令，要保留其历史，不能删除',
    en: 'This meter has hung, answered or been sent commands: it stays with its history',
  },
  device_has_meters: {
    status: 409,
    zh: '该装置上还有电表，请先删除电表',
    en: 'The device has meters: remove them first',
  },
  installation_has_history: {
    status: 409,
    zh: '装表后已供电或已拆下，是历史记录，不能撤销',
    en: 'Somebody was supplied through it, or it has ended: it is history and stays',
  },
  gateway_has_devices: {
    status: 409,
    zh: '该通讯管理机下还有装置，请先删除装置',
    en: 'The gateway has devices: remove them first',
  },
  gateway_enabled: {
    status: 409,
    zh: '请先停用该通讯管理机',
    en: 'Disable the gateway first',
  },
} as const satisfies Record<string, RefusalRow>
