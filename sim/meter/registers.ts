// Energy registers 电能寄存器 as they are read: hundredths of a kWh in eight digits. They roll over
// (翻转) from 999999.99 to 000000.00, each on its own.

import { bcdLow } from './bytes.ts'
import { FLAT_TARIFF } from './factory.ts'
import type { Freeze } from './state.ts'

const REGISTER_WH = 10

/** Four bytes; what no longer fits in eight digits is cut off at the top. */
export const register = (energyWh: number): Buffer => bcdLow(Math.floor(energyWh / REGISTER_WH), 4)

export type Energies = Pick<Freeze, 'tariffWh' | 'reverseWh'>

const withTotal = (parts: readonly number[]): number[] => [
  parts.reduce((a, b) => a + b, 0),
  ...parts,
]

/** Reverse energy is kept as a total under the flat tariff. */
const reverseParts = ({ tariffWh, reverseWh }: Energies): number[] =>
  tariffWh.map((_, i) => (i === FLAT_TARIFF - 1 ? reverseWh : 0))

/** Total first, then each tariff. */
export const forward = ({ tariffWh }: Energies): number[] => withTotal(tariffWh)
export const reverse = (energies: Energies): number[] => withTotal(reverseParts(energies))
export const combined = (energies: Energies): number[] => {
  const back = reverseParts(energies)
  return withTotal(energies.tariffWh.map((energyWh, i) => energyWh + (back[i] ?? 0)))
}
