// What an alarm rule 报警规则 is: its words, and a pure decision over facts. Raised once, cleared
// once; a gap lies between, so that a value at the limit does not flicker. Unknown decides nothing.

import type { FigureUnit, Severity } from '../http/contract/alarms.ts'
import type { Day, Instant } from '../shared/clock.ts'
import type {
  BuildingId,
  BusId,
  ComplexId,
  GatewayId,
  MeterId,
  SupplyId,
  TenantId,
} from '../shared/ids.ts'
import type { Words } from '../shared/words.ts'

export type Decision = 'raise' | 'clear' | 'keep'
export type Evidence = Readonly<Record<string, string | number | boolean | null>>

/** What is known of the prices in a meter. */
export type PriceFacts = {
  /** The last push of which something was sent. */
  push: {
    planId: number
    version: number
    switchAt: Instant
    /** Its command has not ended. */
    underWay: boolean
    /** Written and read back. */
    writtenAt: Instant | null
    /** Read after the switch-over. */
    inForceAt: Instant | null
    /** After its moment the meter had something else. */
    lostAt: Instant | null
  } | null
  /** A change of the plan, a day ahead or past, that the meter was not seen to follow. */
  due: { planId: number; version: number; at: Instant } | null
  /** Tables that are not as the plan says; null where nobody can tell. */
  differs: readonly string[] | null
}

export type Deduction = {
  deductedFen: number
  pricedFen: number
  /** What steps of registers and estimates may make of it. */
  slackFen: number
  energyWh: number
  /** Days running on which the two differed by more; 0: the last one agrees. */
  astrayDays: number
}

export type MeterFacts = {
  meterId: MeterId
  gatewayId: GatewayId
  supplyId: SupplyId | null
  tenantId: TenantId | null
  /** The meter's own word; null while it has not been read. */
  opened: boolean | null
  /** Remaining − overdraft, as last read, with its time. */
  balanceFen: number | null
  balanceAt: Instant | null
  /** A purchase is on its way or has just arrived: the balance may be from before it. */
  paidLately: boolean
  limits: { alarm1Fen: number; alarm2Fen: number; overdraftFen: number } | null
  answeredAt: Instant | null
  silentSince: Instant | null
  fault: string | null
  gateway: { online: boolean; since: Instant } | null
  /** Whether an outage of its bus or building speaks for it, or until when one lately did. */
  outage: { open: boolean; until: Instant | null }
  /** How often its status is to be read. */
  statusMs: number
  /** The newest doubtful reading nobody has decided about. */
  suspect: { at: Instant; flags: number } | null
  /** meter − centre, as last measured. */
  clock: { offsetMs: number; at: Instant } | null
  /** Why deliveries to this meter are stopped. */
  hold: { reason: string; since: Instant } | null
  /** It hangs at a point; a meter in stock or thrown away need not answer. */
  installed: boolean
  /** Taken down with money in it, or so that nobody knows: since then it is nobody’s credit. */
  barredAt: Instant | null
  /** Counted at this supply and charged to nobody, because no price stands for it. */
  unpricedWh: number
  /** What the last month needs and nobody entered; null: nothing. */
  figuresMissing: { month: string; what: string[] } | null
  /** What the meter took off between two readings of its wallet, against our price. */
  deduction: Deduction | null
  prices: PriceFacts
  /** As last read, and since when it stands so. */
  relay: { is: 'closed' | 'tripped' | 'closePermitted'; since: Instant; readAt: Instant } | null
  /** What the point is to be, and since when. */
  ordered: { mode: 'prepaid' | 'kept' | 'tripped'; since: Instant } | null
  /** Whole power of the point as lately read, W; negative: outwards. */
  power: { watts: number; at: Instant } | null
  /** From which power, and after how long, it is an overload; null: nobody watches. */
  overload: { powerW: number; delayS: number } | null
  /** Since when more was drawn at every look. */
  overSince: Instant | null
  /** Off after an overload; null: it is not. */
  overloadTrip: {
    since: Instant
    /** How often the power policy has closed it again, and the last time. */
    tries: number
    triedAt: Instant | null
    /** How often it may within a day; null: an operator closes it. */
    triesMost: number | null
  } | null
}

/** The meters of one bus or one building, and how many of them are silent. */
export type LineFacts = {
  meters: number
  /** Silent themselves, or behind a gateway that is offline. */
  silent: number
  /** When the last of them fell silent. */
  since: Instant | null
}

export type BusFacts = LineFacts & {
  busId: BusId
  gatewayId: GatewayId
  gateway: { online: boolean; since: Instant } | null
}

export type BuildingFacts = LineFacts & {
  buildingId: BuildingId
  /** Gateways that are offline, and buses behind others on which nothing answers. */
  deadLines: number
}

export type GatewayFacts = {
  gatewayId: GatewayId
  enabled: boolean
  online: boolean | null
  since: Instant | null
  fault: string | null
}

export type ComplexFacts = {
  complexId: ComplexId
  /** A year, begun or near, whose holidays prices go by and nobody has named; null: none. */
  unknownYear: number | null
  /** Surges of trips that nobody has released, and the meters in them. */
  surge: { surges: number; meters: number; since: Instant } | null
  /** Meters that the policy wanted kept and could not, or that are kept beyond their time. */
  keeps: { unset: number; overdue: number }
  /** Webhooks that were switched off because nothing had arrived for days. */
  webhooksOff: number
}

/** What a meter noted about its covers 开盖, as last read. */
export type CoverFacts = {
  meterId: MeterId
  gatewayId: GatewayId
  covers: readonly {
    cover: 'meter' | 'terminal'
    /** Openings that the meter counts. */
    count: number | null
    /** By the meter's own clock; null where the record could not be read. */
    openedAt: Instant | null
    /** Null: open still, or not known. */
    closedAt: Instant | null
    /** When the centre saw it. */
    notedAt: Instant
  }[]
  /** When somebody last acknowledged such an alarm of this meter. */
  acknowledgedAt: Instant | null
  /** The alarm that is open has been acknowledged. */
  isAcknowledged: boolean
}

/** What an open supply used lately; of the meter that hangs there now. */
export type UseFacts = {
  supplyId: SupplyId
  meterId: MeterId
  gatewayId: GatewayId
  /** Null: the meter has none, or it was not read. */
  relay: 'closed' | 'tripped' | 'closePermitted' | null
  /** Since when the supply, the meter and its closed relay stand as they do. */
  since: Instant
  /** When its register was last read. */
  readAt: Instant | null
  /** Used since the reading of as many days ago as the rule says; null: no such reading. */
  usedWh: number | null
  usedSince: Instant | null
}

/** A main meter against those behind it, over as many business days as the rule says. */
export type MainFacts = {
  meterId: MeterId
  gatewayId: GatewayId
  firstDay: Day
  lastDay: Day
  mainWh: number
  subsWh: number
  subs: number
  /** Days and points of which nothing is known; then the amounts mean nothing. */
  unread: number
}

/** A figure that a complex may set, a whole number of its unit. */
export type Figure = Words & {
  unit: FigureUnit
  /** As the program supplies it. */
  value: number
  min: number
  max: number
}
export type Figures = Readonly<Record<string, Figure>>
export type SetOf<F extends Figures> = { readonly [K in keyof F]: number }

type RuleOf<F extends Figures> = {
  readonly id: string
  readonly severity: Severity
  readonly title: Words
  /** Money or safety hangs on it: nobody may turn it off or put it aside. */
  readonly safety?: true
  readonly figures: F
}
type Deciding<Facts, F extends Figures> = {
  /** `set`: the figures as this complex has them. */
  decide(facts: Facts, open: boolean, now: Instant, set: SetOf<F>): Decision
  /** What is kept with the alarm and put into the message. */
  evidence(facts: Facts): Evidence
}

export type MeterRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<MeterFacts, F> & {
    readonly subjectKind: 'meter' | 'supply'
    /** `reading`: decided only where a reading has just been stored; `state`: at any time. */
    readonly basis: 'reading' | 'state'
    /** The template of the message to the tenant, null where he is not told. */
    readonly message: string | null
  }

export type GatewayRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<GatewayFacts, F> & { readonly subjectKind: 'gateway' }
export type BusRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<BusFacts, F> & { readonly subjectKind: 'bus' }
export type BuildingRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<BuildingFacts, F> & { readonly subjectKind: 'building' }
export type ComplexRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<ComplexFacts, F> & { readonly subjectKind: 'complex' }

/** About meters and supplies that are watched besides the rounds, each with facts of its own. */
export type CoverRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<CoverFacts, F> & { readonly subjectKind: 'meter'; readonly basis: 'covers' }
export type UseRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<UseFacts, F> & { readonly subjectKind: 'supply'; readonly basis: 'use' }
export type MainRule<F extends Figures = Figures> = RuleOf<F> &
  Deciding<MainFacts, F> & { readonly subjectKind: 'meter'; readonly basis: 'mains' }

export type AlarmRule =
  | MeterRule
  | GatewayRule
  | BusRule
  | BuildingRule
  | ComplexRule
  | CoverRule
  | UseRule
  | MainRule

export const defineMeterRule = <F extends Figures>(rule: MeterRule<F>): MeterRule => rule
export const defineGatewayRule = <F extends Figures>(rule: GatewayRule<F>): GatewayRule => rule
export const defineBusRule = <F extends Figures>(rule: BusRule<F>): BusRule => rule
export const defineBuildingRule = <F extends Figures>(rule: BuildingRule<F>): BuildingRule => rule
export const defineComplexRule = <F extends Figures>(rule: ComplexRule<F>): ComplexRule => rule

export const defineCoverRule = <F extends Figures>(rule: CoverRule<F>): CoverRule => rule
export const defineUseRule = <F extends Figures>(rule: UseRule<F>): UseRule => rule
export const defineMainRule = <F extends Figures>(rule: MainRule<F>): MainRule => rule

export const isMeterRule = (rule: AlarmRule): rule is MeterRule =>
  'basis' in rule && (rule.basis === 'reading' || rule.basis === 'state')

const KINDS: readonly unknown[] = ['meter', 'supply', 'gateway', 'bus', 'building', 'complex']

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The types hold for our own files; this catches a file that is no rule at all. */
export const isAlarmRule = (value: unknown): value is AlarmRule =>
  isRecord(value) &&
  typeof value.id === 'string' &&
  KINDS.includes(value.subjectKind) &&
  isRecord(value.figures) &&
  typeof value.decide === 'function' &&
  typeof value.evidence === 'function'
