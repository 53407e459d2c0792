// Functions 功能码 of the Modbus application protocol V1.1b3, section 6, and their limits.

import { type Words, words } from '../../../shared/words.ts'

export const FN = {
  readCoils: 0x01,
  readInputs: 0x02,
  readHolding: 0x03,
  readInputRegisters: 0x04,
  writeCoil: 0x05,
  writeRegister: 0x06,
  writeCoils: 0x0f,
  writeRegisters: 0x10,
  serverId: 0x11,
  maskWrite: 0x16,
  readWrite: 0x17,
  encapsulated: 0x2b,
} as const

/** The only encapsulated interface used here: reading device identification. */
export const MEI_IDENTITY = 0x0e

/** Set in the function of an exception reply. */
export const EXCEPTION_BIT = 0x80

export const READ_REGISTERS_MAX = 125
export const WRITE_REGISTERS_MAX = 123
export const READ_BITS_MAX = 2000
export const WRITE_BITS_MAX = 1968
/** Function 17H writes a little less: its request also says what to read. */
export const READ_WRITE_WRITE_MAX = 121

/** Function, then data: what both framings carry. */
export const PDU_BYTES_MAX = 253

const FN_NAMES: ReadonlyMap<number, Words> = new Map([
  [FN.readCoils, words('读线圈', 'read coils')],
  [FN.readInputs, words('读离散输入', 'read discrete inputs')],
  [FN.readHolding, words('读保持寄存器', 'read holding registers')],
  [FN.readInputRegisters, words('读输入寄存器', 'read input registers')],
  [FN.writeCoil, words('写单个线圈', 'write one coil')],
  [FN.writeRegister, words('写单个寄存器', 'write one register')],
  [FN.writeCoils, words('写多个线圈', 'write coils')],
  [FN.writeRegisters, words('写多个寄存器', 'write registers')],
  [FN.serverId, words('报告从站标识', 'report server id')],
  [FN.maskWrite, words('屏蔽写寄存器', 'mask write register')],
  [FN.readWrite, words('读写多个寄存器', 'read and write registers')],
  [FN.encapsulated, words('读设备标识', 'read device identification')],
])

export const isKnownFunction = (fn: number): boolean => FN_NAMES.has(fn)

const UNKNOWN = words('厂家自定义或未知功能', 'vendor or unknown function')

export const fnName = (fn: number): Words => FN_NAMES.get(fn & ~EXCEPTION_BIT) ?? UNKNOWN
