// What a meter model 表型 says of itself: data only. Decoders and quirks come from closed lists, and
// every model carries captured frames, which are its test.

import type { ModelCapabilities } from './driver.ts'
import type { Authority } from './protocol/dlt645/commands/write.ts'
import type { Words } from './protocol/words.ts'

/** Ways in which a maker departs from the usual, each with the driver's answer to it. */
export const METER_QUIRKS = {
  'record-count-binary': {
    zh: '购电记录中的次数为二进制',
    en: 'the count in purchase records is binary, not BCD',
  },
  'clock-in-two-reads': {
    zh: '日期与时间须分两次抄读',
    en: 'date and time of day are two items, 0400010C is missing',
  },
  'relay-reserved-01': {
    zh: '控制命令保留字节为01H',
    en: 'the reserved byte of a relay order is 01',
  },
  'no-opened-bit': {
    zh: '状态字3无开户标志',
    en: 'status word 3 does not say whether an account is opened',
  },
  'no-keep-power-bit': {
    zh: '状态字3无保电标志',
    en: 'status word 3 does not show keep-power',
  },
} as const satisfies Record<string, Words>

export type MeterQuirk = keyof typeof METER_QUIRKS

/** Data identifiers by what they mean; null where the model has none. */
export type MeterReads = {
  /** The billing register: combined active energy, total. */
  energy: string
  /** Total and tariffs in one block. */
  tariffs: string | null
  reverse: string | null
  overdraft: string
  walletQuery: '07810201' | '078102FF'
  power: boolean
}

/** A frame as it was seen on a line, and what it means. `origin` says who saw it. */
export type MeterSample = {
  origin: string
  reads: 'energyWh' | 'remainingFen' | 'overdraftFen' | 'statusWord' | 'powerW'
  /** Hexadecimal, wake-up bytes allowed. */
  reply: string
  means: number
}

export type MeterModel = {
  readonly id: string
  readonly vendor: string
  readonly name: Words
  readonly protocol: 'dlt645-2007'
  readonly phases: 1 | 3
  /** The document, or the dialect, these facts come from. */
  readonly source: string
  readonly capabilities: ModelCapabilities
  readonly reads: MeterReads
  /** As delivered by the factory. */
  readonly authority: Authority
  /** How long an identity authentication holds, ms. */
  readonly authenticationMs: number
  readonly quirks: readonly MeterQuirk[]
  readonly samples: readonly MeterSample[]
}

export const defineMeterModel = (model: MeterModel): MeterModel => model

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The types hold for our own files; this catches a file that is no model at all. */
export const isMeterModel = (value: unknown): value is MeterModel =>
  isRecord(value) &&
  typeof value.id === 'string' &&
  value.protocol === 'dlt645-2007' &&
  isRecord(value.capabilities) &&
  isRecord(value.reads) &&
  Array.isArray(value.samples) &&
  value.samples.length > 0

/** Where the models live. */
export const MODELS_FOLDER = new URL('./models/', import.meta.url)
