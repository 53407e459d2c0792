// What a circuit shows 回路数据: its present values in the units that register maps are made of, and
// the orders that can be given to its relay.

import { type LocalFields, localFields } from '../meter/calendar.ts'
import { flowingW, milliamps, phaseWatts, voltagesDv } from '../meter/electrical.ts'
import { meterNow } from '../meter/own-clock.ts'
import { closeByOrder, NOBODY, trip } from '../meter/relay.ts'
import { hasWallet } from '../meter/site.ts'
import { balanceFenOf, energyWhOf } from '../meter/state.ts'
import type { VirtualMeter } from '../meter/virtual-meter.ts'
import { hundredths } from './registers.ts'

export const POWER_FACTOR_E3 = 950

const MILLIAMPS = 10

/** Watts, hundredths of an ampere and tenths of a volt of each fitted phase. */
export const phasesNow = ({ state, site }: VirtualMeter, nowMs: number) => {
  const present = { state, site, nowMs }
  const volts = voltagesDv(site, nowMs)
  return phaseWatts(present).flatMap((watts, phase) => {
    const dv = volts[phase] ?? null
    if (watts === null || dv === null) return []
    return [{ watts, centiamps: Math.trunc(milliamps(watts, dv) / MILLIAMPS), dv }]
  })
}

export const wattsNow = ({ state, site }: VirtualMeter, nowMs: number): number =>
  flowingW({ state, site, nowMs })

/** Total and four tariffs ×0.01 kWh, on the secondary side of the current transformers. */
export const energyRegisters = ({ state, site }: VirtualMeter): number[] => {
  const { ct } = site.identity
  return [energyWhOf(state), ...state.tariffWh].map((energyWh) => hundredths(energyWh / ct))
}
export const reverseRegister = ({ state, site }: VirtualMeter): number =>
  hundredths(state.reverseWh / site.identity.ct)

/** Money and count of a meter that keeps a wallet; zeros otherwise. */
export const walletOf = ({ state, site }: VirtualMeter) =>
  hasWallet(site.identity)
    ? { remainingFen: Math.max(balanceFenOf(state), 0), count: state.purchaseCount }
    : { remainingFen: 0, count: 0 }

export const relayClosed = ({ state }: VirtualMeter): boolean => !state.relay.open

/** Where the forced control holds the relay; null: not forced. */
export const forcedTo = ({ state }: VirtualMeter): 'open' | 'closed' | null => {
  if (state.kept) return 'closed'
  return state.relay.open && state.relay.cause === 'operator' ? 'open' : null
}

export const force = (
  circuit: VirtualMeter,
  nowMs: number,
  position: 'open' | 'closed' | 'leave',
): void => {
  circuit.change(nowMs, (state) => {
    const order = { atMs: nowMs, operator: NOBODY }
    state.kept = position === 'closed'
    if (position === 'open') trip(state, circuit.site, 'operator', nowMs)
    else if (position === 'closed' || state.relay.cause === 'operator') {
      closeByOrder(state, circuit.site, 'direct', order)
    }
  })
}

const POSITIONS: Record<string, 'open' | 'closed'> = { '1,1': 'open', '1,0': 'closed' }

/** Two registers: 0001 0001 open, 0001 0000 closed, 0000 xxxx leave; null: neither. */
export const positionOf = (words: readonly number[]): 'open' | 'closed' | 'leave' | null => {
  if (words.length !== 2) return null
  return words[0] === 0 ? 'leave' : (POSITIONS[words.join(',')] ?? null)
}

export const clockFields = ({ state, site }: VirtualMeter, nowMs: number): LocalFields =>
  localFields(meterNow(state, nowMs), site.utcOffsetMinutes)
