// Maintenance of a meter 电表维护: password, clears and the test output (18H–1BH, 1DH). Clears
// destroy evidence; they are here so that the protocol is whole and a workshop can be served.

import { assert } from '../../../../shared/assert.ts'
import { BROADCAST_ADDRESS } from '../address.ts'
import { dataIdBytes, isDataId } from '../data-ids.ts'
import { bytesOfDigits } from '../digits.ts'
import { type Accepted, accepted, ask, type Dlt645Request, NO_ECHO } from '../exchange.ts'
import { FUNC } from '../functions.ts'
import { TERMINAL_OUTPUTS, type TerminalOutput } from '../terminal-outputs.ts'
import { type Authority, authorityBytes } from './write.ts'

type Order = {
  label: string
  address: string
  func: number
  data: Buffer
  /** What a good answer repeats. */
  echo?: Buffer
}

const order = ({ label, address, func, data, echo = NO_ECHO }: Order): Dlt645Request<Accepted> => {
  const single = address !== BROADCAST_ADDRESS && !address.includes('A')
  assert(single, `${label}: maintenance names one meter`)
  return ask({
    label,
    address,
    func,
    data,
    echo,
    contentMax: 0,
    repeatable: false,
    read: accepted,
  })
}

export type MeterPassword = { passwordClass: number; password: string }

const passwordBytes = ({ passwordClass, password }: MeterPassword): Buffer => {
  assert(/^\d{6}$/.test(password), 'a meter password has six digits')
  return Buffer.concat([Buffer.of(passwordClass), bytesOfDigits(password)])
}

const PASSWORD_ITEMS_MAX = 10

/**
 * 18H: `item` 1–10 is the password of level 0–9 (04000C01–04000C0A); `by` is that password or one
 * of a higher class. The answer repeats the new one; both travel in the clear.
 */
export const changePassword = (
  address: string,
  item: number,
  { by, to }: { by: MeterPassword; to: MeterPassword },
): Dlt645Request<Accepted> => {
  const known = Number.isInteger(item) && item >= 1 && item <= PASSWORD_ITEMS_MAX
  assert(known, `no password item ${item}`)
  const id = `04000C${item.toString(16).toUpperCase().padStart(2, '0')}`
  return order({
    label: `change password ${id}`,
    address,
    func: FUNC.changePassword,
    data: Buffer.concat([dataIdBytes(id), passwordBytes(by), passwordBytes(to)]),
    echo: passwordBytes(to),
  })
}

/** 19H 最大需量清零. */
export const clearDemand = (address: string, by: Authority): Dlt645Request<Accepted> =>
  order({
    label: 'clear demand',
    address,
    func: FUNC.clearDemand,
    data: authorityBytes(by),
  })

/** 1AH 电表清零: sets every energy to zero. The product never sends it; it is here to be complete. */
export const clearMeter = (address: string, by: Authority): Dlt645Request<Accepted> =>
  order({
    label: 'clear meter',
    address,
    func: FUNC.clearMeter,
    data: authorityBytes(by),
  })

const ALL_EVENTS = 'FFFFFFFF'

/** 1BH 事件清零: the records of one event (identifier ending in FF) or of all. */
export const clearEvents = (
  address: string,
  by: Authority,
  id = ALL_EVENTS,
): Dlt645Request<Accepted> => {
  assert(isDataId(id) && id.endsWith('FF'), `not an event to clear: ${id}`)
  return order({
    label: `clear events ${id}`,
    address,
    func: FUNC.clearEvents,
    data: Buffer.concat([authorityBytes(by), dataIdBytes(id)]),
  })
}

/** 1DH 多功能端子输出: for a test bench; the answer repeats the code. */
export const setTerminalOutput = (
  address: string,
  output: TerminalOutput,
): Dlt645Request<Accepted> => {
  const code = Buffer.of(TERMINAL_OUTPUTS[output].code)
  return order({
    label: `terminal output ${output}`,
    address,
    func: FUNC.terminalOutput,
    data: code,
    echo: code,
  })
}
