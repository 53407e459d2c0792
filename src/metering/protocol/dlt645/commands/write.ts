// Writing parameters 写数据 (14H) under a password, and the identity of the port: address (13H,
// 15H) and baud rate (17H). A refused write may still have been applied in part: read back.

import { assert } from '../../../../shared/assert.ts'
import { badReply } from '../../fault.ts'
import { answered } from '../../request.ts'
import { ADDRESS_BYTES, ANY_ADDRESS, addressBytes, addressOfBytes } from '../address.ts'
import { BAUD_CODES } from '../data-ids/parameters.ts'
import { dataIdBytes, isDataId } from '../data-ids.ts'
import { bcdBytes, bytesOfDigits } from '../digits.ts'
import { type Accepted, accepted, ask, type Dlt645Request, NO_ECHO } from '../exchange.ts'
import { FUNC } from '../functions.ts'

/** By what right a meter is asked to change something. */
export type Authority = {
  /** PA 密码权限: 02 and 04 plain with a password; 98 and 99 need cipher or MAC instead. */
  passwordClass: number
  /** Six digits. */
  password: string
  /** Eight digits, high first; the meter keeps them in its records. */
  operatorCode: string
}

export const operatorBytes = (operatorCode: string): Buffer => {
  assert(/^[0-9A-F]{8}$/.test(operatorCode), 'an operator code has eight digits')
  return bytesOfDigits(operatorCode)
}

/** PA P0 P1 P2 C0 C1 C2 C3. */
export const authorityBytes = ({ passwordClass, password, operatorCode }: Authority): Buffer => {
  assert(/^[0-9A-F]{6}$/.test(password), 'a meter password has six digits')
  return Buffer.concat([
    Buffer.of(passwordClass),
    bytesOfDigits(password),
    operatorBytes(operatorCode),
  ])
}

/** `value` as it travels, low byte first. */
export const writeData = (
  address: string,
  id: string,
  value: Buffer,
  by: Authority,
): Dlt645Request<Accepted> => {
  assert(isDataId(id), `not a data identifier: ${id}`)
  return ask({
    label: `write ${id}`,
    address,
    func: FUNC.writeData,
    data: Buffer.concat([dataIdBytes(id), authorityBytes(by), value]),
    echo: NO_ECHO,
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}

/** Alarm amounts and limits (04001001–04001005, NNNNNN.NN), overload (04090B01, 04090B02). */
export const writeNumber = (
  address: string,
  { id, bytes }: { id: string; bytes: number },
  count: number,
  by: Authority,
) => writeData(address, id, bcdBytes(count, bytes), by)

/** Who is alone on this bus? */
export const readAddress = (): Dlt645Request<string> =>
  ask({
    label: 'read address',
    address: ANY_ADDRESS,
    func: FUNC.readAddress,
    data: Buffer.alloc(0),
    echo: NO_ECHO,
    contentMax: ADDRESS_BYTES,
    repeatable: true,
    read: (content) =>
      content.length === ADDRESS_BYTES ? answered(addressOfBytes(content)) : badReply(content),
  })

/** To the one meter on the bus; grid meters want their programming key pressed. */
export const writeAddress = (newAddress: string): Dlt645Request<Accepted> =>
  ask({
    label: `write address ${newAddress}`,
    address: ANY_ADDRESS,
    func: FUNC.writeAddress,
    data: addressBytes(newAddress),
    echo: NO_ECHO,
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })

/** The answer still comes at the old rate. */
export const changeBaud = (address: string, baud: number): Dlt645Request<Accepted> => {
  const code = BAUD_CODES.find((one) => one.baud === baud)?.code
  assert(code !== undefined, `no code for ${baud} baud`)
  return ask({
    label: `change baud to ${baud}`,
    address,
    func: FUNC.changeBaud,
    data: Buffer.of(code),
    echo: Buffer.of(code),
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}
