// PDU lengths PDU长度: a Modbus frame does not say how long it is, so its end follows from the
// function and the counts inside. `MORE`: too few bytes to tell yet; `NONE`: no such PDU.

import { EXCEPTION_BIT, FN, isKnownFunction, MEI_IDENTITY, PDU_BYTES_MAX } from './functions.ts'

export const MORE = 0
export const NONE = -1

/** What follows a byte count at `countAt`, of registers (an even count) or of bits and bytes. */
const counted = (bytes: Uint8Array, countAt: number, before: number, even: boolean): number => {
  const count = bytes[countAt]
  if (count === undefined) return MORE
  if (count === 0 || (even && count % 2 === 1)) return NONE
  return before + count > PDU_BYTES_MAX ? NONE : before + count
}

const IDENTITY_HEAD_BYTES = 7
const OBJECT_HEAD_BYTES = 2

/** 2B 0E, code, conformity, more follows, next object, number of objects, then id length text. */
export const identityReplyLength = (bytes: Uint8Array, at: number): number => {
  const mei = bytes[at + 1]
  if (mei !== undefined && mei !== MEI_IDENTITY) return NONE
  const objects = bytes[at + IDENTITY_HEAD_BYTES - 1]
  if (objects === undefined) return MORE
  let length = IDENTITY_HEAD_BYTES
  for (let i = 0; i < objects; i++) {
    const size = bytes[at + length + 1]
    if (length + OBJECT_HEAD_BYTES > PDU_BYTES_MAX) return NONE
    if (size === undefined) return MORE
    length += OBJECT_HEAD_BYTES + size
  }
  return length > PDU_BYTES_MAX ? NONE : length
}

/** The length of an answer by its function, whoever asked. Vendor functions can't be known. */
export const replyLength = (bytes: Uint8Array, at: number): number => {
  const fn = bytes[at]
  if (fn === undefined) return MORE
  if ((fn & EXCEPTION_BIT) !== 0) return isKnownFunction(fn & ~EXCEPTION_BIT) ? 2 : NONE
  switch (fn) {
    case FN.readCoils:
    case FN.readInputs:
    case FN.serverId:
      return counted(bytes, at + 1, 2, false)
    case FN.readHolding:
    case FN.readInputRegisters:
    case FN.readWrite:
      return counted(bytes, at + 1, 2, true)
    case FN.writeCoil:
    case FN.writeRegister:
    case FN.writeCoils:
    case FN.writeRegisters:
      return 5
    case FN.maskWrite:
      return 7
    case FN.encapsulated:
      return identityReplyLength(bytes, at)
    default:
      return NONE
  }
}

/** The length of a request by its function: echoes, and other masters on the line. */
export const requestLength = (bytes: Uint8Array, at: number): number => {
  const fn = bytes[at]
  if (fn === undefined) return MORE
  switch (fn) {
    case FN.readCoils:
    case FN.readInputs:
    case FN.readHolding:
    case FN.readInputRegisters:
    case FN.writeCoil:
    case FN.writeRegister:
      return 5
    case FN.writeCoils:
      return counted(bytes, at + 5, 6, false)
    case FN.writeRegisters:
      return counted(bytes, at + 5, 6, true)
    case FN.maskWrite:
      return 7
    case FN.readWrite:
      return counted(bytes, at + 9, 10, true)
    case FN.serverId:
      return 1
    case FN.encapsulated:
      return (bytes[at + 1] ?? MEI_IDENTITY) === MEI_IDENTITY ? 4 : NONE
    default:
      return NONE
  }
}
