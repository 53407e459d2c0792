// Functions 功能码 of the control byte, by their low five bits.

import type { Words } from '../../../shared/words.ts'

export const FUNC = {
  security: 0x03,
  broadcastTime: 0x08,
  seekCard: 0x09,
  readData: 0x11,
  readFollowUp: 0x12,
  readAddress: 0x13,
  writeData: 0x14,
  writeAddress: 0x15,
  freeze: 0x16,
  changeBaud: 0x17,
  changePassword: 0x18,
  clearDemand: 0x19,
  clearMeter: 0x1a,
  clearEvents: 0x1b,
  relay: 0x1c,
  terminalOutput: 0x1d,
} as const

const FUNC_NAMES: ReadonlyMap<number, Words> = new Map([
  [FUNC.security, { zh: '安全认证', en: 'security' }],
  [FUNC.broadcastTime, { zh: '广播校时', en: 'broadcast time' }],
  [FUNC.seekCard, { zh: '寻卡', en: 'seek card' }],
  [FUNC.readData, { zh: '读数据', en: 'read data' }],
  [FUNC.readFollowUp, { zh: '读后续数据', en: 'read follow-up data' }],
  [FUNC.readAddress, { zh: '读通信地址', en: 'read address' }],
  [FUNC.writeData, { zh: '写数据', en: 'write data' }],
  [FUNC.writeAddress, { zh: '写通信地址', en: 'write address' }],
  [FUNC.freeze, { zh: '冻结命令', en: 'freeze' }],
  [FUNC.changeBaud, { zh: '更改通信速率', en: 'change baud rate' }],
  [FUNC.changePassword, { zh: '修改密码', en: 'change password' }],
  [FUNC.clearDemand, { zh: '最大需量清零', en: 'clear maximum demand' }],
  [FUNC.clearMeter, { zh: '电表清零', en: 'clear meter' }],
  [FUNC.clearEvents, { zh: '事件清零', en: 'clear events' }],
  [FUNC.relay, { zh: '跳合闸·报警·保电', en: 'relay, alarm, keep power' }],
  [FUNC.terminalOutput, { zh: '多功能端子输出', en: 'multi-function terminal output' }],
])

const UNKNOWN: Words = { zh: '未知功能', en: 'unknown function' }

export const funcName = (func: number): Words => FUNC_NAMES.get(func) ?? UNKNOWN
