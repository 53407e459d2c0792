// How far a model's energy register counts and how much it can carry 计度器量程, told from what the
// model already says of its registers. PURE.

import { isCombined } from '../protocol/dlt645/commands/read.ts'
import type { MeterModel, RegisterItem } from './model-schema.ts'

export type RegisterRange = {
  /** The register begins again at nothing after this, Wh; null: nobody knows. */
  modulusWh: number | null
  /** One step of the register, Wh. */
  stepWh: number
  /** What the meter itself can carry, W, before any transformer. */
  maxPowerW: number
}

/** Eight digits of 0.01 kWh, as DL/T 645 writes energies. */
const DIGITS: Pick<RegisterRange, 'modulusWh' | 'stepWh'> = { modulusWh: 1_000_000_000, stepWh: 10 }
/** Combined energy gives its top bit to the sign. */
const SIGNED_MODULUS_WH = 800_000_000
/** The largest direct meters of shops: 100 A at 230 V, per phase. */
const PHASE_MAX_W = 23_000

const COUNTS: Partial<Record<RegisterItem['code'], number>> = {
  u16: 2 ** 16,
  'u16-unaligned': 2 ** 16,
  u32: 2 ** 32,
  'u32-swapped': 2 ** 32,
  'u32-unaligned': 2 ** 32,
}

const rangeOfItem = (item: RegisterItem): Pick<RegisterRange, 'modulusWh' | 'stepWh'> => {
  const { code, times = 1, over = 1, registers = 2 } = item
  const counts = code === 'bcd' ? 10 ** (4 * registers) : COUNTS[code]
  const stepWh = Math.max(1, Math.ceil(times / over))
  // A float has no last digit to pass, and a 64-bit counter outlives the meter.
  if (counts === undefined) return { modulusWh: null, stepWh }
  const modulusWh = (counts * times) / over
  return { modulusWh: Number.isSafeInteger(modulusWh) ? modulusWh : null, stepWh }
}

const rangeOfDigits = (model: MeterModel | null) =>
  model?.protocol === 'dlt645-2007' && isCombined(model.reads.energy)
    ? { ...DIGITS, modulusWh: SIGNED_MODULUS_WH }
    : DIGITS

/** An unknown model is taken for the commonest: DL/T 645 digits, three phases. */
export const registerRangeOf = (model: MeterModel | null): RegisterRange => {
  const digits =
    model?.protocol === 'modbus' ? rangeOfItem(model.items.energy) : rangeOfDigits(model)
  return { ...digits, maxPowerW: PHASE_MAX_W * (model?.phases ?? 3) }
}
