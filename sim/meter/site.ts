// What surrounds a simulated meter 现场: its wiring, its load, its keys, and what a test overrides.

import type { LoadKind, ModelId } from '../../src/demo/complex.ts'

export type MeterIdentity = {
  address: string
  meterNo: string
  model: ModelId
  load: LoadKind
  ratedW: number
  initialWh: number
  priceE4: number
  alarm1Fen: number
  alarm2Fen: number
  hoardingLimitFen: number
  overdraftLimitFen: number
  /** After a remote permission the contactor closes at once, or waits for the button. */
  permit: 'closes' | 'button'
  /** Whether an overload opens the relay, or is only shown. */
  overloadTrips: boolean
  /** A meter that still holds its public factory key takes no money. */
  publicKey: boolean
  /** Software-key meters may allow 070103FF with the private key as well; grid meters never do. */
  walletInit: boolean
  /** Whether a refund moves the purchase count: makers are silent about it. */
  refundCounts: boolean
  macFailuresMax: number
  /** How fast the clock runs away from the factory on. */
  clockPpm: number
  /** Ratio of the current transformers in front of it; registers show the secondary side. */
  ct: number
  /** A meter found in use: opened by somebody before the centre came. */
  found: { customerNo: string; purchaseCount: number; balanceFen: number } | null
}

/** What flows through a main meter 总表: the meters behind it, and the losses between. */
export type Feeds = {
  watts(nowMs: number): number
  /** What each circuit behind it has let through, ever. */
  throughWh(nowMs: number): readonly number[]
}

export type Site = {
  readonly identity: MeterIdentity
  readonly utcOffsetMinutes: number
  readonly seed: number
  /** Multiplies consumption; shared by the whole complex. */
  load: { factor: number }
  /** A fixed power instead of the load profile; negative feeds back. */
  fixedW: number | null
  /** Fixed phase voltages in tenths of a volt. */
  fixedVoltageDv: readonly number[] | null
  /** Null for a meter that measures its own load. */
  feeds: Feeds | null
  /** The contacts are welded: power flows although the relay says open. */
  stuckRelay: boolean
  /** Wires exchanged 串户: whose load this meter feeds; null: the one its register says. */
  loadOf: MeterIdentity | null
  /** Contactors exchanged: whose relay cuts this meter's load; null: its own. */
  cutBy: { relay: { open: boolean } } | null
  /** A chosen second random number, for known frames; otherwise it is derived from the seed. */
  fixedRandom2: Buffer | null
}

export const siteOf = (
  identity: MeterIdentity,
  world: { utcOffsetMinutes: number; seed: number; load: { factor: number } },
): Site => ({
  identity,
  ...world,
  fixedW: null,
  fixedVoltageDv: null,
  feeds: null,
  stuckRelay: false,
  loadOf: null,
  cutBy: null,
  fixedRandom2: null,
})

/** A repeatable number in [0, below), drawn from words rather than from a stream (FNV-1a). */
export const drawn = (below: number, ...words: readonly (string | number)[]): number => {
  let hash = 0x811c9dc5
  for (const letter of words.join('|')) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % below
}

const THREE_PHASE: readonly ModelId[] = [
  'dlt645-prepaid-3p',
  'acrel-dtsy1352',
  'acrel-dtsd1352',
  'sfere-submeter',
]

export const phasesOf = ({ model }: MeterIdentity): 1 | 3 => (THREE_PHASE.includes(model) ? 3 : 1)

/** Meters of DL/T 645-2007 keep freezes; the others have no register to show them in. */
export const keepsFreezes = ({ model }: MeterIdentity): boolean =>
  model.startsWith('dlt645-prepaid')

/** The Acrel prepaid meters can also run without a wallet, and do unless they were found in use. */
export const hasWallet = ({ model, found }: MeterIdentity): boolean =>
  model.startsWith('dlt645-prepaid') || (/^acrel-d[dt]sy/.test(model) && found !== null)
