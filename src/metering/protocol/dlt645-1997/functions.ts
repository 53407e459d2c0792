// Functions 功能码 of DL/T 645-1997, by the low five bits of the control byte. The frame around
// them is the one of 2007; the numbers are not. General knowledge of the published standard.

import { type Words, words } from '../../../shared/words.ts'

export const FUNC_1997 = {
  readData: 0x01,
  readFollowUp: 0x02,
  readAgain: 0x03,
  writeData: 0x04,
  broadcastTime: 0x08,
  writeAddress: 0x0a,
  changeBaud: 0x0c,
  changePassword: 0x0f,
  clearDemand: 0x10,
} as const

const FUNC_NAMES: ReadonlyMap<number, Words> = new Map([
  [FUNC_1997.readData, words('读数据', 'read data')],
  [FUNC_1997.readFollowUp, words('读后续数据', 'read follow-up data')],
  [FUNC_1997.readAgain, words('重读数据', 'read again')],
  [FUNC_1997.writeData, words('写数据', 'write data')],
  [FUNC_1997.broadcastTime, words('广播校时', 'broadcast time')],
  [FUNC_1997.writeAddress, words('写设备地址', 'write address')],
  [FUNC_1997.changeBaud, words('更改通信速率', 'change baud rate')],
  [FUNC_1997.changePassword, words('修改密码', 'change password')],
  [FUNC_1997.clearDemand, words('最大需量清零', 'clear maximum demand')],
])

const UNKNOWN = words('未知功能', 'unknown function')

export const funcName1997 = (func: number): Words => FUNC_NAMES.get(func) ?? UNKNOWN

/** Functions that mean something in 1997 only: by them a frame of that edition is known. */
export const is1997Only = (func: number): boolean =>
  FUNC_NAMES.has(func) && func !== FUNC_1997.readAgain && func !== FUNC_1997.broadcastTime
